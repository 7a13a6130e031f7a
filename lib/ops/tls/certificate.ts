// Reads and checks the server's certificate and key, and detects changes of their files.
import { createPrivateKey, type KeyObject, X509Certificate } from "node:crypto";
import type { SecureContext } from "node:tls";
import { type KeyPair, secureContext } from "../../net/entrance/tls_stream.ts";
import { oneLine } from "../log/text.ts";
import { readRegularFile, reasonOf } from "../../store/regular_file.ts";

/** The files of a certificate. */
export interface CertificateFiles {
  /** The path of the certificate with its chain, as PEM. */
  readonly cert: string;
  /** The path of the key, as PEM. */
  readonly key: string;
}

/** A usable certificate, even if clients may reject it. */
export interface Certificate extends KeyPair {
  /** Its names and addresses, such as `DNS:chat.example.org`. */
  readonly names: string;
  readonly notBefore: Date;
  readonly notAfter: Date;
  /** The SHA-256 fingerprint, in the usual form with colons. */
  readonly fingerprint: string;
  /** The context for handshakes with the certificate. */
  readonly context: SecureContext;
  /** Possible mistakes in the files that do not prevent their use. */
  readonly warnings: readonly string[];
}

/** A certificate cannot be used. The message names the file, what was expected and what was found. */
export class CertificateError extends Error {
  override readonly name = "CertificateError";
}

/** The number of days before the expiry at which warnings begin. */
const WARN_DAYS = 14;
const DAY_MS = 86_400_000;
const READABLE_BY_OTHERS = 0o004;

/** Reads and checks a certificate. @throws {CertificateError} */
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
 * Returns a warning about the validity of a certificate.
 *
 * @param now Milliseconds since 1970.
 * @returns `undefined` if there is no reason to warn.
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

/** Returns a text that changes when the files are written or a symbolic link points to other files. */
export function fingerprintOfFiles({ cert, key }: CertificateFiles): string {
  return [cert, key].map((path) => {
    try {
      // Follows symbolic links: certbot renews a certificate by changing them.
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
    // The file was just deleted: a renewal is in progress. The next look finds the new file.
    return [];
  }
  if (mode === null || (mode & READABLE_BY_OTHERS) === 0) return [];
  return [`${path}: every user of this machine can read the key; run chmod o= ${path}`];
}
