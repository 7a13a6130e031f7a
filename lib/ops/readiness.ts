// Whether the server should be given work: it can store, it is on time, there is room, clients trust it.
import type { ServerObserver } from "../chat/observer.ts";
import { type Certificate, expiryWarning } from "./tls/certificate.ts";

/** What one thing that is looked at is like. */
export interface Check {
  readonly ok: boolean;
  /** What is wrong, if it is not. */
  readonly reason?: string;
  /** What was measured. */
  readonly [measured: string]: unknown;
}

/** Whether the server is ready, and what was looked at. Holds no secrets. */
export interface Readiness {
  readonly ready: boolean;
  /** Everything that is wrong. */
  readonly reasons: readonly string[];
  readonly checks: Readonly<Record<string, Check>>;
}

/** What is looked at. */
export interface ReadinessProbes {
  /** Tries whether the database can be written. @throws Where it cannot be. */
  readonly database: () => void;
  /** Whether the file of the database was removed or replaced. */
  readonly lost?: () => boolean;
  /** Whether messages could not be stored recently. */
  readonly storeFailing: () => boolean;
  /** The worst lag of the event loop lately, in seconds. */
  readonly lag: () => number;
  /** Bytes that may still be written (`NaN` if unknown), and that must at least be left; 0 for no such bound. */
  readonly disk: () => { readonly free: number; readonly least: number };
  /** The certificate, if there is TLS. */
  readonly certificate: () => Pick<Certificate, "notBefore" | "notAfter"> | undefined;
  /** In milliseconds since 1970. */
  readonly now: () => number;
}

const LAG_MAX_SECONDS = 1;
const CACHE_MS = 1_000;
const MEBIBYTE = 2 ** 20;

/** Makes what answers whether the server is ready; it looks at most once a second. */
export function createReadiness(probes: ReadinessProbes): () => Readiness {
  let at = -Infinity;
  let last: Readiness;
  return () => {
    const now = probes.now();
    // A clock that was set back must not keep an old answer.
    if (now - at >= CACHE_MS || now < at) {
      last = look(probes);
      at = now;
    }
    return last;
  };
}

function look(probes: ReadinessProbes): Readiness {
  const certificate = probes.certificate();
  const checks: Record<string, Check> = {
    database: checkDatabase(probes),
    event_loop: checkLag(probes.lag()),
    disk: checkDisk(probes),
    ...(certificate === undefined ? {} : { certificate: checkValidity(certificate, probes.now()) }),
  };
  const reasons = Object.values(checks).flatMap(({ reason }) =>
    reason === undefined ? [] : [reason]
  );
  return { ready: reasons.length === 0, reasons, checks };
}

function checkDatabase({ database, lost, storeFailing }: ReadinessProbes): Check {
  if (lost?.()) return failing("the database file was removed or replaced while the server runs");
  if (storeFailing()) return failing("messages could not be stored recently");
  try {
    database();
    return { ok: true };
  } catch {
    // What SQLite says may name paths; the log has it.
    return failing("the database cannot be written");
  }
}

function checkLag(seconds: number): Check {
  const lag_ms = Math.round(seconds * 1000);
  if (seconds <= LAG_MAX_SECONDS) return { ok: true, lag_ms };
  return {
    ...failing(`the event loop was ${lag_ms} ms late; the limit is ${LAG_MAX_SECONDS * 1000} ms`),
    lag_ms,
  };
}

function checkDisk({ disk }: ReadinessProbes): Check {
  const { free, least } = disk();
  const measured = { free_bytes: free, least_bytes: least };
  if (least === 0 || free >= least) return { ok: true, ...measured };
  if (Number.isNaN(free)) return failing("the free disk space cannot be measured");
  const [has, needs] = [free, least].map((bytes) => Math.floor(bytes / MEBIBYTE));
  return { ...failing(`${has} MiB are free for the data; ${needs} MiB are required`), ...measured };
}

function checkValidity(
  certificate: Pick<Certificate, "notBefore" | "notAfter">,
  now: number,
): Check {
  const measured = { not_after: certificate.notAfter.toISOString() };
  const { notBefore, notAfter } = certificate;
  if (notBefore.getTime() <= now && now < notAfter.getTime()) return { ok: true, ...measured };
  return { ...failing(expiryWarning(certificate, now)!), ...measured };
}

function failing(reason: string): Check {
  return { ok: false, reason };
}

/** A failure to store counts for so long, or until the next message is stored. */
const FAILURE_MS = 60_000;

/** Watches whether messages are stored. */
export function watchStore(
  now: () => number,
): Pick<ServerObserver, "storeFailed" | "delivered"> & { failing(): boolean } {
  let failedAt = -Infinity;
  return {
    storeFailed() {
      failedAt = now();
    },
    delivered({ global, private: toOne }) {
      if (global + toOne > 0) failedAt = -Infinity;
    },
    failing: () => now() - failedAt < FAILURE_MS,
  };
}
