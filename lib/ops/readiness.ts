// Determines whether the server is ready: database, event loop, disk space, certificate and directory.
import type { ServerObserver } from "../chat/observer.ts";
import { type Certificate, expiryWarning } from "./tls/certificate.ts";

/** The result of one check. */
export interface Check {
  readonly ok: boolean;
  /** The problem, if the check failed. */
  readonly reason?: string;
  /** Measured values. */
  readonly [measured: string]: unknown;
}

/** Whether the server is ready, with all checks. Has no secrets. */
export interface Readiness {
  readonly ready: boolean;
  /** All problems. */
  readonly reasons: readonly string[];
  readonly checks: Readonly<Record<string, Check>>;
}

/** The functions that the checks call. */
export interface ReadinessProbes {
  /** Checks that the database can be written. @throws If it cannot. */
  readonly database: () => void;
  /** Whether the database file was removed or replaced. */
  readonly lost?: () => boolean;
  /** Whether messages could not be stored recently. */
  readonly storeFailing: () => boolean;
  /** Returns the greatest recent lag of the event loop, in seconds. */
  readonly lag: () => number;
  /** Returns the bytes that may still be written (`NaN` if unknown), and the required minimum; 0 for none. */
  readonly disk: () => { readonly free: number; readonly least: number };
  /** Whether the directory of the school answered the last request; `undefined` without a directory. */
  readonly directory?: (() => boolean) | undefined;
  /** Returns why the server does not reach its cluster; `undefined` while it does. Missing without a cluster. */
  readonly cluster?: (() => string | undefined) | undefined;
  /** Returns the certificate, if TLS is configured. */
  readonly certificate: () => Pick<Certificate, "notBefore" | "notAfter"> | undefined;
  /** Returns the time in milliseconds since 1970. */
  readonly now: () => number;
}

const LAG_MAX_SECONDS = 1;
const CACHE_MS = 1_000;
const MEBIBYTE = 2 ** 20;

/** Returns a function that determines whether the server is ready. It checks at most once per second. */
export function createReadiness(probes: ReadinessProbes): () => Readiness {
  let at = -Infinity;
  let last: Readiness;
  return () => {
    const now = probes.now();
    // If the clock was set back, do not reuse an old result.
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
    ...(probes.directory === undefined ? {} : { directory: checkDirectory(probes.directory()) }),
    ...(probes.cluster === undefined ? {} : { cluster: checkCluster(probes.cluster()) }),
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
    // The message of SQLite may have paths. It is in the log.
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

// The reason is in the log. It may name servers, and have text of the directory.
function checkDirectory(answers: boolean): Check {
  return answers ? { ok: true } : failing("the directory of the school does not answer");
}

function checkCluster(reason: string | undefined): Check {
  return reason === undefined ? { ok: true } : failing(reason);
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

/** How long a failure to store counts, unless a message is stored before. */
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
