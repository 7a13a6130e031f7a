// Opens what the server listens on, and says in one sentence what keeps it from that.
import { isIP } from "node:net";
import { type HttpServer, startHttpServer } from "../http/server.ts";
import type { LiveSettings } from "./live_settings.ts";
import type { ConnectionLimits } from "../net/connection.ts";
import { isLoopbackRange } from "../net/ranges.ts";
import type { Later } from "../net/turns/turnstile.ts";
import { SocketTaken, UnixListener, type UnixListenerOptions } from "../net/unix_listener.ts";
import { systemClock } from "../ops/background.ts";
import { CertificateError } from "../ops/tls/certificate.ts";
import { CertificateKeeper } from "../ops/tls/certificate_keeper.ts";
import type { Config } from "../ops/config/schema.ts";
import type { Log } from "../ops/log/log.ts";
import { errorText, oneLine } from "../ops/log/text.ts";
import { createReadiness } from "../ops/readiness.ts";
import { filesystemOf } from "../ops/data/storage.ts";
import type { StorageWatch } from "../ops/data/storage_watch.ts";
import type { Database } from "../store/database.ts";
import { probeWritable } from "../store/probe.ts";
import type { Watching } from "./observers.ts";

/** A port cannot be listened on: the message says which, for what, and why. */
export class ListenFailure extends Error {
  override readonly name = "ListenFailure";
}

/** An answer about ten thousand connections is long; who may ask is trusted to read it. */
const OPERATOR_LIMITS: ConnectionLimits = { lineBytes: 64 * 1024, outboxBytes: 32 * 2 ** 20 };

/** How the admin socket is opened. */
export interface AdminSocketOptions {
  readonly config: Config;
  readonly log: Log;
  /** Whether it is a failure if it cannot be; without this the log says so. */
  readonly needsAdminSocket?: boolean;
}

/** Opens the admin socket, if there shall be one. @throws {ListenFailure} where there must be. */
export async function openAdminSocket(
  { config, log, needsAdminSocket = false }: AdminSocketOptions,
  rest: Pick<UnixListenerOptions, "nextId" | "turns" | "departures" | "open" | "acceptFailed">,
): Promise<UnixListener | undefined> {
  const { socket: path } = config.admin;
  if (path === "") return undefined;
  try {
    return await UnixListener.open({ path, limits: OPERATOR_LIMITS, ...rest });
  } catch (error) {
    const reason = error instanceof SocketTaken
      ? error.message
      : `${path}: cannot listen: ${oneLine(String(error))}`;
    const text = `admin socket: ${reason}. Set admin.socket to another path, or to "" for none.`;
    if (needsAdminSocket) throw new ListenFailure(text, { cause: error });
    log.write("warning", "DEMARRAGE", text);
    return undefined;
  }
}

/** Opens the HTTP server. @throws {ListenFailure} */
export function openHttp(
  config: Config,
  { watching, settings, database, storage, certificate, log, acceptFailed, later }: {
    watching: Watching;
    settings: LiveSettings;
    database: Database;
    storage: Pick<StorageWatch, "lost">;
    certificate: CertificateKeeper | undefined;
    log: Pick<Log, "write">;
    acceptFailed: (error: unknown) => void;
    later: Later;
  },
): HttpServer {
  const { metrics, storeFailing } = watching;
  const secure = certificate !== undefined && speaksHttps(config);
  return listen(
    "metrics",
    config.metrics,
    (address) =>
      startHttpServer({
        ...address,
        metrics,
        mayScrape: settings.mayScrape,
        tls: secure ? () => certificate.current.context : undefined,
        acceptFailed,
        later,
        failed: (error) =>
          log.write("error", "ERREUR", `answering over HTTP failed: ${errorText(error)}`),
        health: () => checkHealth(database),
        readiness: createReadiness({
          database: () => probeWritable(database.sqlite),
          lost: () => storage.lost,
          storeFailing,
          lag: () => metrics.lag.worst,
          disk: () => ({
            free: filesystemOf(config.store.data_dir).freeBytes,
            least: settings.config.store.reserve_bytes,
          }),
          certificate: () => certificate?.current,
          now: Date.now,
        }),
      }),
  );
}

/** Whether metrics and health are served over HTTPS. */
export function speaksHttps({ tls, metrics: { host, https } }: Config): boolean {
  const local = host === "localhost" || isIP(host) !== 0 && isLoopbackRange(host);
  return tls.cert !== "" && https === "auto" && !local;
}

/** Reads the certificate and looks after it, if there shall be TLS. @throws {ListenFailure} */
export function openCertificate(
  { tls }: Config,
  log: Pick<Log, "write">,
): CertificateKeeper | undefined {
  if (tls.cert === "") return undefined;
  try {
    return new CertificateKeeper({ files: tls, log, clock: systemClock });
  } catch (error) {
    throw error instanceof CertificateError
      ? new ListenFailure(`tls: ${error.message}`, { cause: error })
      : error;
  }
}

/** The setting of each port, and its flag. */
const PORT_SETTINGS = {
  chat: "server.port (or --port)",
  tls: "tls.port (or --tls-port)",
  metrics: "metrics.port (or --metrics-port)",
} as const;

/** Listens on the port of a section of the settings. @throws {ListenFailure} */
export function listen<T>(
  section: keyof typeof PORT_SETTINGS,
  { host, port }: { host: string; port: number },
  open: (address: { host: string; port: number }) => T,
): T {
  try {
    return open({ host, port });
  } catch (error) {
    const setting = PORT_SETTINGS[section];
    const told = error instanceof Deno.errors.AddrInUse
      ? `the port is in use. Stop the program that uses it, or set ${setting} to another port.`
      : error instanceof Deno.errors.PermissionDenied
      ? `permission denied. Set ${setting} to a port above 1023.`
      : `${oneLine(error instanceof Error ? error.message : String(error))}.`;
    throw new ListenFailure(
      `${section}: cannot listen on ${host}:${port}: ${told}`,
      { cause: error },
    );
  }
}

function checkHealth(database: Database): { ok: boolean; details: Record<string, unknown> } {
  try {
    database.sqlite.prepare("SELECT 1").get();
    return { ok: true, details: { database: "ok" } };
  } catch {
    return { ok: false, details: { database: "failing" } };
  }
}
