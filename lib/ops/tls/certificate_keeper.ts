// Keeps the current certificate: detects new files, uses them if they are valid, and warns before the expiry.
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

/** Options of the keeper. */
export interface KeeperOptions {
  readonly files: CertificateFiles;
  readonly log: Pick<Log, "write">;
  readonly clock: Clock;
}

const LOOK_MS = 5_000;
const WARN_MS = 86_400_000;

/** Keeps the current certificate until it is stopped. */
export class CertificateKeeper {
  readonly #options: KeeperOptions;
  #current: Certificate;
  /** The state of the files when they were last read. */
  #read: string;
  /** The state of the files at the last look. */
  #seen: string;
  #warnedAt = -Infinity;
  #cancel: () => void = () => {};

  /** Reads the certificate and starts watching the files. @throws {CertificateError} */
  constructor(options: KeeperOptions) {
    this.#options = options;
    this.#read = this.#seen = fingerprintOfFiles(options.files);
    this.#current = readCertificate(options.files);
    this.#tell();
    this.#schedule();
  }

  /** The current certificate. */
  get current(): Certificate {
    return this.#current;
  }

  /** Reads the files again, even if they have not changed. @returns The reasons if they cannot be used. */
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

  /** Stops watching the files. */
  stop(): void {
    this.#cancel();
  }

  #schedule(): void {
    this.#cancel = this.#options.clock.after(LOOK_MS, () => {
      this.#look();
      this.#schedule();
    });
  }

  // The certificate and the key are written one after the other, so they are read once they stop changing.
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
