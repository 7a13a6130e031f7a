// Keeps the certificate that is in force: notices new files, takes them over if they are good, and warns
// before the end.
import type { Clock } from "../background.ts";
import {
  type Certificate,
  CertificateError,
  type CertificateFiles,
  expiryWarning,
  fingerprintOfFiles,
  readCertificate,
} from "./certificate.ts";
import type { Log } from "../log/log.ts";

/** What a keeper needs. */
export interface KeeperOptions {
  readonly files: CertificateFiles;
  readonly log: Pick<Log, "write">;
  readonly clock: Clock;
}

const LOOK_MS = 5_000;
const WARN_MS = 86_400_000;

/** Holds the certificate in force, until it is stopped. */
export class CertificateKeeper {
  readonly #options: KeeperOptions;
  #current: Certificate;
  /** The files as they were when they were last read. */
  #read: string;
  /** The files as they were at the last look. */
  #seen: string;
  #warnedAt = -Infinity;
  #cancel: () => void = () => {};

  /** Reads the certificate and begins to look after it. @throws {CertificateError} */
  constructor(options: KeeperOptions) {
    this.#options = options;
    this.#read = this.#seen = fingerprintOfFiles(options.files);
    this.#current = readCertificate(options.files);
    this.#tell();
    this.#schedule();
  }

  /** The certificate in force. */
  get current(): Certificate {
    return this.#current;
  }

  /** Reads the files again, whether they changed or not. @returns What keeps them from coming in force. */
  reload(): string[] {
    const { files, log } = this.#options;
    this.#read = this.#seen = fingerprintOfFiles(files);
    try {
      const next = readCertificate(files);
      const { cert, key } = this.#current;
      this.#current = next;
      if (next.cert !== cert || next.key !== key) this.#tell();
      return [];
    } catch (error) {
      if (!(error instanceof CertificateError)) throw error;
      log.write("error", "TLS", `${error.message} The previous certificate stays in use.`);
      return [`${error.message} The previous certificate stays in use.`];
    }
  }

  /** Looks after it no more. */
  stop(): void {
    this.#cancel();
  }

  #schedule(): void {
    this.#cancel = this.#options.clock.after(LOOK_MS, () => {
      this.#look();
      this.#schedule();
    });
  }

  // Certificate and key are written one after the other: they are read once they stop changing.
  #look(): void {
    const { files, clock } = this.#options;
    const now = fingerprintOfFiles(files);
    const atRest = now === this.#seen;
    this.#seen = now;
    if (atRest && now !== this.#read) this.reload();
    if (clock.now() - this.#warnedAt >= WARN_MS) this.#warn();
  }

  #tell(): void {
    const { log } = this.#options;
    const { names, notAfter, fingerprint, warnings } = this.#current;
    log.write("info", "TLS", `certificate for ${names} until ${notAfter.toISOString()}`);
    log.write("info", "TLS", `its SHA-256 fingerprint is ${fingerprint}`);
    for (const warning of warnings) log.write("warning", "TLS", warning);
    this.#warn();
  }

  #warn(): void {
    const { log, clock } = this.#options;
    this.#warnedAt = clock.now();
    const warning = expiryWarning(this.#current, clock.now());
    if (warning !== undefined) log.write("warning", "TLS", warning);
  }
}
