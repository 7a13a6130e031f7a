// Opens what the server listens on, and says in one sentence what keeps it from that.
import { type HttpServer, startHttpServer } from "./http/server.ts";
import type { ConnectionLimits } from "./net/connection.ts";
import { SocketTaken, UnixListener, type UnixListenerOptions } from "./net/unix_listener.ts";
import type { Config } from "./ops/config/schema.ts";
import type { Log } from "./ops/log.ts";
import { oneLine } from "./ops/log_text.ts";
import type { Metrics } from "./ops/metrics.ts";
import type { Database } from "./store/database.ts";

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
  rest: Pick<UnixListenerOptions, "nextId" | "open" | "acceptFailed">,
): Promise<UnixListener | undefined> {
  const { socket: path } = config.admin;
  if (path === "") return undefined;
  try {
    return await UnixListener.open({ path, limits: OPERATOR_LIMITS, ...rest });
  } catch (error) {
    const reason = error instanceof SocketTaken
      ? error.message
      : `${path}: expected to listen there, got "${oneLine(String(error))}"`;
    const text = `admin socket: ${reason}. Set admin.socket to another path, or to "" for none.`;
    if (needsAdminSocket) throw new ListenFailure(text, { cause: error });
    log.write("warning", "DEMARRAGE", text);
    return undefined;
  }
}

/** Opens the HTTP server. @throws {ListenFailure} */
export function openHttp(
  config: Config,
  { metrics, mayScrape, database }: {
    metrics: Metrics;
    mayScrape: (address: string) => boolean;
    database: Database;
  },
): HttpServer {
  const health = () => checkHealth(database);
  return listen(
    "metrics",
    config.metrics,
    (address) => startHttpServer({ ...address, mayScrape, metrics, health }),
  );
}

/** Listens on the port of a section of the settings. @throws {ListenFailure} */
export function listen<T>(
  section: "chat" | "metrics",
  { host, port }: { host: string; port: number },
  open: (address: { host: string; port: number }) => T,
): T {
  try {
    return open({ host, port });
  } catch (error) {
    const reason = error instanceof Deno.errors.AddrInUse
      ? "it is in use"
      : error instanceof Error
      ? error.message
      : String(error);
    const flag = section === "chat" ? "--port" : "--metrics-port";
    throw new ListenFailure(
      `${section}: expected to listen on ${host}:${port}, but ${reason}. ` +
        `Stop what uses it, or choose another with ${flag}.`,
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
