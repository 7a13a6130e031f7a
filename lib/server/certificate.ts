// The certificate of TLS, if there shall be TLS.
import { systemClock } from "../ops/background.ts";
import type { Config } from "../ops/config/schema.ts";
import type { Log } from "../ops/log/log.ts";
import { CertificateError } from "../ops/tls/certificate.ts";
import { CertificateKeeper } from "../ops/tls/certificate_keeper.ts";
import { ListenFailure } from "./listen.ts";

/** Reads the certificate and looks after it, if there shall be TLS. @param opened Stops that. @throws {ListenFailure} */
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
