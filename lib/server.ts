// Builds the server out of its parts, in order, and takes it down in the opposite one.
import type { HashParameters } from "./auth/password_hash.ts";
import { PasswordPool } from "./auth/password_pool.ts";
import { ChatServer } from "./chat/chat_server.ts";
import type { BanList } from "./chat/ban_list.ts";
import { evictUnadmitted } from "./chat/membership.ts";
import { banError } from "./chat/sanctions.ts";
import type { Services } from "./chat/services.ts";
import { createServices } from "./chat_services.ts";
import { type HttpServer, startHttpServer } from "./http/server.ts";
import { addressMatcher } from "./net/address.ts";
import { Admission } from "./net/admission.ts";
import { ChatListener } from "./net/listener.ts";
import { systemClock } from "./ops/background.ts";
import type { Config } from "./ops/config/schema.ts";
import { createJournal } from "./ops/journal.ts";
import type { Log } from "./ops/log.ts";
import { createMetrics, type Metrics } from "./ops/metrics.ts";
import { observeWith } from "./ops/observers.ts";
import { startUpkeep } from "./ops/upkeep.ts";
import type { ProtocolError } from "./protocol/errors.ts";
import { type Database, openDatabase } from "./store/database.ts";
import { lockForServer } from "./store/server_lock.ts";

/** What a server is built from. */
export interface ServerOptions {
  readonly config: Config;
  readonly log: Log;
  /** The main module, which is also the source of the password workers. */
  readonly mainModule: URL;
}

/** A server that runs. */
export interface RunningServer {
  /** Where the chat listens. */
  readonly chat: Deno.NetAddr;
  /** Where metrics and health are served. */
  readonly metrics: Deno.NetAddr;
  /** Path of the database. */
  readonly databasePath: string;
  /** What its chat works with. */
  readonly services: Services;
  /** Accepts no more, tells everyone, writes out what is queued within 5 s, and closes everything. */
  stop(): Promise<void>;
}

/** A port cannot be listened on: the message says which, for what, and why. */
export class ListenFailure extends Error {
  override readonly name = "ListenFailure";
}

const DRAIN_MS = 5_000;
const SWEEPS_PER_TIMEOUT = 4;
const FASTEST_SWEEP_MS = 250;
const SLOWEST_SWEEP_MS = 15_000;

/**
 * Starts a server: database first, listeners last.
 *
 * @throws What keeps a part from starting; those that had started are taken down again.
 */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  // What has been opened is closed in the opposite order, at the end or when a later part fails.
  await using opened = new AsyncDisposableStack();
  const { config, log } = options;
  const database = openStore(config, opened);
  const pool = openPool(options, opened);
  const admission = new Admission({
    connections: config.limits.connections,
    connectionsPerAddress: config.limits.connections_per_address,
  });
  const mayScrape = addressMatcher(config.metrics.scrape_from);
  let metrics!: Metrics;
  const services = createServices({
    config,
    database,
    pool,
    observe(gauges) {
      metrics = createMetrics({
        ...gauges,
        connections: () => admission.total,
        outboxBytes: () => chat.queuedBytes,
        passwordsWaiting: () => pool.waiting,
      });
      opened.defer(() => metrics.stop());
      return observeWith([createJournal(log), metrics.observer], () => {});
    },
  });
  const { observer, banList } = services;
  const chat = new ChatServer(services, { mayScrape, text: metrics.text });
  opened.defer(startSweeping(chat, config));
  opened.defer(startEvicting(services));
  opened.defer(startUpkeep(database, { days: config.store, log, clock: systemClock }));
  const http = openHttp(config, { metrics, mayScrape, database });
  opened.defer(() => http.stop());
  const listener = listen("chat", config.server, (address) =>
    new ChatListener({
      ...address,
      limits: { lineBytes: config.limits.line_bytes, outboxBytes: config.limits.outbox_bytes },
      admission,
      isBanned: (address) => addressBan(banList, address),
      open: (connection) => chat.open(connection),
      refused: (peer, limit) => observer.refusedConnection(peer, limit),
      acceptFailed: (error) => log.write("error", "ERREUR", `accepting failed: ${error}`),
    }));
  const parts = opened.move();
  return {
    chat: listener.addr,
    metrics: http.addr,
    databasePath: database.path,
    services,
    async stop() {
      await listener.close();
      chat.stop();
      await listener.finish(DRAIN_MS);
      services.log.flush();
      await parts.disposeAsync();
    },
  };
}

function openStore(config: Config, opened: AsyncDisposableStack): Database {
  const { data_dir, synchronous } = config.store;
  const lock = lockForServer(data_dir);
  opened.defer(() => lock.release());
  const database = openDatabase(data_dir, { synchronous, mode: "server" });
  opened.defer(() => database.close());
  return database;
}

function openPool(
  { config, mainModule }: ServerOptions,
  opened: AsyncDisposableStack,
): PasswordPool {
  const pool = new PasswordPool({
    parameters: hashParameters(config),
    workers: config.auth.hash_workers,
    workerUrl: mainModule,
  });
  opened.defer(() => pool.close());
  return pool;
}

/** The cost of password hashes, as configured. */
export function hashParameters({ auth }: Config): HashParameters {
  return {
    memoryKib: auth.argon2_memory_kib,
    iterations: auth.argon2_iterations,
    parallelism: auth.argon2_parallelism,
  };
}

function openHttp(
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

function listen<T>(
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

function addressBan(banList: BanList, address: string): ProtocolError | undefined {
  const ban = banList.find(address, Date.now());
  return ban === undefined ? undefined : banError(ban, Date.now());
}

const EVICTION_MS = 10_000;

function startEvicting(services: Services): () => void {
  const timer = setInterval(() => evictUnadmitted(services), EVICTION_MS);
  return () => clearInterval(timer);
}

function startSweeping(chat: ChatServer, { limits }: Config): () => void {
  if (limits.unjoined_seconds === 0) return () => {};
  const period = limits.unjoined_seconds * 1000 / SWEEPS_PER_TIMEOUT;
  const bounded = Math.max(FASTEST_SWEEP_MS, Math.min(SLOWEST_SWEEP_MS, period));
  const timer = setInterval(() => chat.closeUnjoined(), bounded);
  return () => clearInterval(timer);
}
