// Creates certificates for tests.
import { makeSelfSigned } from "../../lib/ops/tls/self_signed.ts";

/** A certificate and the paths of its files. */
export interface TestCertificate {
  /** The path of the certificate. */
  readonly cert: string;
  readonly key: string;
  /** The certificate, for clients to trust. */
  readonly pem: string;
}

/** Options of a test certificate. */
export interface CertificateShape {
  /** The name of the files, without their extensions. */
  readonly name?: string;
  /** The number of days until it expires; may be negative. */
  readonly days?: number;
}

/** Writes a certificate for localhost and 127.0.0.1, and its key. */
export async function writeCertificate(
  directory: string,
  { name = "server", days = 90 }: CertificateShape = {},
): Promise<TestCertificate> {
  const now = Date.now();
  const made = await makeSelfSigned({
    hosts: ["localhost", "127.0.0.1"],
    notBefore: new Date(now - 100 * 86_400_000),
    notAfter: new Date(now + days * 86_400_000),
  });
  const files = { cert: `${directory}/${name}.crt`, key: `${directory}/${name}.key` };
  await Deno.writeTextFile(files.cert, made.cert);
  await Deno.writeTextFile(files.key, made.key, { mode: 0o600 });
  return { ...files, pem: made.cert };
}
