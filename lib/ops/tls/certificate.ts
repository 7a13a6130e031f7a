// The certificate of the server: read from its two files, checked, and told apart from the one before.
import { createPrivateKey, type KeyObject, X509Certificate } from "node:crypto";
import type { SecureContext } from "node:tls";
import { type KeyPair, secureContext } from "../../net/entrance/tls_stream.ts";
import { oneLine } from "../log/text.ts";
import { readRegularFile, reasonOf } from "../../store/regular_file.ts";

/** Where a certificate lies. */
export interface CertificateFiles {
  /** Path of the certificate with its chain, as PEM. */
  readonly cert: string;
  /** Path of its key, as PEM. */
  readonly key: string;
}

/** A certificate that can be used, whatever clients think of it. */
export interface Certificate extends KeyPair {
  /** Names and addresses it is for, such as `DNS:chat.example.org`. */
  readonly names: string;
  readonly notBefore: Date;
  readonly notAfter: Date;
  /** SHA-256 of it, in the usual form with colons. */
  readonly fingerprint: string;
  /** What handshakes with it need. */
  readonly context: SecureContext;
  /** What looks wrong with the files but keeps nothing from working. */
  readonly warnings: readonly string[];
}

/** A certificate cannot be used: the message says which file, what was expected and what came. */
export class CertificateError extends Error {
  override readonly name = "CertificateError";
}

/** From so many days before the end on there are warnings. */
const WARN_DAYS = 14;
const DAY_MS = 86_400_000;
const READABLE_BY_OTHERS = 0o004;

/** Reads and checks it. @throws {CertificateError} */
export function readCertificate(files: CertificateFiles): Certificate {
  const cert = readText(files.cert);
  const key = readText(files.key);
  const parsed = parseCertificate(files.cert, cert);
  const privateKey = parseKey(files.key, key);
  if (!parsed.checkPrivateKey(privateKey)) {
    throw new CertificateError(
      `${files.key}: expected the key of ${files.cert}, got the key of another certificate.`,
    );
  }
  return {
    cert,
    key,
    context: makeContext(files.cert, { cert, key }),
    names: oneLine(parsed.subjectAltName ?? parsed.subject),
    notBefore: new Date(parsed.validFrom),
    notAfter: new Date(parsed.validTo),
    fingerprint: parsed.fingerprint256,
    warnings: exposureWarnings(files.key),
  };
}

/**
 * What must be said of how long a certificate is still valid.
 *
 * @param now Milliseconds since 1970.
 * @returns `undefined` if nothing must.
 */
export function expiryWarning(
  { notBefore, notAfter }: Pick<Certificate, "notBefore" | "notAfter">,
  now: number,
): string | undefined {
  if (now < notBefore.getTime()) {
    return `the certificate is valid only from ${notBefore.toISOString()}: clients reject it`;
  }
  const left = notAfter.getTime() - now;
  if (left <= 0) return `the certificate expired on ${notAfter.toISOString()}: clients reject it`;
  if (left > WARN_DAYS * DAY_MS) return undefined;
  const days = Math.floor(left / DAY_MS);
  return `the certificate expires on ${notAfter.toISOString()}, in ${days} days: renew it`;
}

/** What changes when somebody writes the files, or points a symbolic link at others. */
export function fingerprintOfFiles({ cert, key }: CertificateFiles): string {
  return [cert, key].map((path) => {
    try {
      // Follows links: certbot renews by pointing them elsewhere.
      const { mtime, size, ino, dev } = Deno.statSync(path);
      return [mtime?.getTime(), size, ino, dev].join(":");
    } catch (error) {
      return error instanceof Error ? error.name : "unknown";
    }
  }).join(" ");
}

function readText(path: string): string {
  try {
    return readRegularFile(path);
  } catch (error) {
    const reason = reasonOf(error);
    throw new CertificateError(`${path}: cannot read: ${reason}.`);
  }
}

function parseCertificate(path: string, text: string): X509Certificate {
  try {
    return new X509Certificate(text);
  } catch (error) {
    throw new CertificateError(
      `${path}: expected a certificate in PEM (-----BEGIN CERTIFICATE-----), got "${
        oneLine(String(error))
      }".`,
    );
  }
}

function parseKey(path: string, text: string): KeyObject {
  try {
    return createPrivateKey(text);
  } catch (error) {
    throw new CertificateError(
      `${path}: expected a private key in PEM without a passphrase, got "${
        oneLine(String(error))
      }".`,
    );
  }
}

function makeContext(path: string, pair: KeyPair): SecureContext {
  try {
    return secureContext(pair);
  } catch (error) {
    throw new CertificateError(
      `${path}: expected a certificate and key that TLS can use, got "${oneLine(String(error))}".`,
    );
  }
}

function exposureWarnings(path: string): string[] {
  let mode: number | null;
  try {
    ({ mode } = Deno.statSync(path));
  } catch {
    // It has just been deleted: a renewal is in progress. The next look finds the new file.
    return [];
  }
  if (mode === null || (mode & READABLE_BY_OTHERS) === 0) return [];
  return [`${path}: every user of this machine can read the key; run chmod o= ${path}`];
}
