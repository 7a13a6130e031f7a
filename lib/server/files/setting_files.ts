// Reads the files that settings name: certificates of authorities, and secrets.
import { readRegularFile, reasonOf } from "../../store/regular_file.ts";
import { ListenFailure } from "../listen.ts";

/** A setting, such as `auth.ldap.ca`, and the path that it has. */
export interface FileSetting {
  readonly setting: string;
  readonly path: string;
}

/** Reads certificates in PEM. @throws {ListenFailure} */
export function readCertificates(file: FileSetting): string {
  const pem = readFile(file);
  if (pem.includes("-----BEGIN CERTIFICATE-----")) return pem;
  throw new ListenFailure(`${file.setting}: ${file.path}: expected certificates in PEM.`);
}

/** Reads a file with a secret, to which only its owner may have rights. @throws {ListenFailure} */
export function readSecret(file: FileSetting): string {
  const { setting, path } = file;
  const content = readFile(file);
  const mode = (Deno.statSync(path).mode ?? 0) & 0o777;
  if ((mode & 0o077) === 0) return content;
  throw new ListenFailure(
    `${setting}: ${path}: expected the mode 0600, so that only the owner can read the password; ` +
      `got 0${mode.toString(8)}. Run: chmod 600 ${path}`,
  );
}

function readFile({ setting, path }: FileSetting): string {
  try {
    return readRegularFile(path);
  } catch (error) {
    throw new ListenFailure(`${setting}: ${path}: cannot read: ${reasonOf(error)}.`, {
      cause: error,
    });
  }
}
