// The certificate of TLS, if TLS is configured.
import { systemClock } from "../ops/background.ts";
import type { Config } from "../ops/config/schema.ts";
import type { Log } from "../ops/log/log.ts";
import { CertificateError } from "../ops/tls/certificate.ts";
import { CertificateKeeper } from "../ops/tls/certificate_keeper.ts";
import { ListenFailure } from "./listen.ts";

/**
 * Reads and watches the certificate, if TLS is configured. @param opened Stops the watch. @throws {ListenFailure}
 */
export function openCertificate(
  { tls }: Config,
  log: Pick<Log, "write">,
  opened: AsyncDisposableStack,
): CertificateKeeper | undefined {
  if (tls.cert === "") return undefined;
  try {
    const keeper = new CertificateKeeper({ files: tls, log, clock: systemClock });
    opened.defer(() => keeper.stop());
    return keeper;
  } catch (error) {
    throw error instanceof CertificateError
      ? new ListenFailure(`tls: ${error.message}`, { cause: error })
      : error;
  }
}
