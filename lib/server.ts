// Builds the server out of its parts, in order, and takes it down in the opposite one.
import { Accounts } from "./auth/accounts.ts";
import type { HashParameters } from "./auth/password_hash.ts";
import { PasswordPool } from "./auth/password_pool.ts";
import { Throttle } from "./auth/throttle.ts";
import { ChatServer } from "./chat/chat_server.ts";
import { createDelivery } from "./chat/delivery.ts";
import { createLocalLog } from "./chat/message_log.ts";
import { Roster } from "./chat/roster.ts";
import type { ReloadReport } from "./chat/operations.ts";
import type { ChatLimits, Services } from "./chat/services.ts";
import { EventTail } from "./chat/tail.ts";
import { type HttpServer, startHttpServer } from "./http/server.ts";
import { Admission } from "./net/admission.ts";
import type { ConnectionLimits } from "./net/connection.ts";
import { ChatListener } from "./net/listener.ts";
import { LiveSettings } from "./live_settings.ts";
import { SocketTaken, UnixListener, type UnixListenerOptions } from "./net/unix_listener.ts";
import { createOperations } from "./operations.ts";
import { createActivity } from "./ops/activity.ts";
import type { LoadedConfig } from "./ops/config/load.ts";
import type { Config } from "./ops/config/schema.ts";
import { createJournal } from "./ops/journal.ts";
import type { Log } from "./ops/log.ts";
import { oneLine } from "./ops/log_text.ts";
import { createMetrics, type Metrics, type MetricSources } from "./ops/metrics.ts";
import { observeWith } from "./ops/observers.ts";
import { AccountStore } from "./store/accounts.ts";
import { type Database, openDatabase } from "./store/database.ts";
import { MessageStore } from "./store/messages.ts";
import { lockForServer } from "./store/server_lock.ts";

/** What a server is built from. */
export interface ServerOptions {
  readonly config: Config;
  readonly log: Log;
  /** The main module, which is also the source of the password workers. */
  readonly mainModule: URL;
  /** Reads the configuration again, for a reload. Without it a reload finds the one it has. @throws {ConfigError} */
  readonly loadConfig?: () => LoadedConfig;
  /** Whether the start fails where the admin socket cannot be opened; without this the log says so. */
  readonly needsAdminSocket?: boolean;
  /** Told that an operator asks for the end of the server: `stop` is to be called. */
  readonly shutdown?: (why: string, reason: string | undefined) => void;
}

/** A server that runs. */
export interface RunningServer {
  /** Where the chat listens. */
  readonly chat: Deno.NetAddr;
  /** Where metrics and health are served. */
  readonly metrics: Deno.NetAddr;
  /** Path of the database. */
  readonly databasePath: string;
  /** Path of the admin socket, if there is one. */
  readonly adminSocket: string | undefined;
  /** Reopens the log and reads the configuration again. */
  reload(): ReloadReport;
  /**
   * Accepts no more, tells everyone, writes out what is queued within 5 s, and closes everything.
   *
   * @param reason Why, for those who are online.
   */
  stop(reason?: string): Promise<void>;
}

/** A port cannot be listened on: the message says which, for what, and why. */
export class ListenFailure extends Error {
  override readonly name = "ListenFailure";
}

/** An answer about ten thousand connections is long; who may ask is trusted to read it. */
const OPERATOR_LIMITS: ConnectionLimits = { lineBytes: 64 * 1024, outboxBytes: 32 * 2 ** 20 };
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
  const settings = new LiveSettings(config);
  const database = openStore(config, opened);
  const pool = openPool(options, opened);
  const admission = new Admission(settings.admission);
  const accountStore = new AccountStore(database);
  const roster = new Roster((key) => accountStore.findByKey(key) !== undefined);
  const figures: MetricSources = {
    connections: () => admission.total,
    users: () => countUsers(roster),
    outboxBytes: () => chat.queuedBytes,
    passwordsWaiting: () => pool.waiting,
  };
  const metrics = createMetrics(figures);
  opened.defer(() => metrics.stop());
  const activity = createActivity(() => performance.now());
  const tail = new EventTail(Date.now);
  const observer = observeWith(
    [createJournal(log), metrics.observer, activity.observer, tail.observer],
    () => {},
  );
  const operations = createOperations({
    log,
    settings,
    database,
    activity,
    tail,
    sessions: () => chat.sessions,
    figures: () => ({
      connections: figures.connections(),
      users: figures.users(),
      outbox_bytes: figures.outboxBytes(),
      passwords_waiting: figures.passwordsWaiting(),
      lag_ms: Math.round(metrics.lag.worst * 1000),
      bans: 0,
    }),
    loadConfig: options.loadConfig ?? (() => unchanged(settings.config)),
    changed: () => {},
    shutdown: options.shutdown ?? (() => {}),
  });
  const services: Services = {
    accounts: new Accounts({
      store: accountStore,
      pool,
      throttle: new Throttle(() => performance.now()),
      rules: settings.accounts,
      now: Date.now,
    }),
    accountStore,
    roster,
    log: createLocalLog(new MessageStore(database), createDelivery(roster, observer)),
    observer,
    operations,
    limits: settings.limits,
    get guests() {
      return settings.config.auth.guests;
    },
    now: Date.now,
  };
  const chat = new ChatServer(services, { mayScrape: settings.mayScrape, text: metrics.text });
  opened.defer(startSweeping(chat, settings.limits));
  const http = openHttp(config, { metrics, mayScrape: settings.mayScrape, database });
  opened.defer(() => http.stop());
  let lastId = 0;
  const nextId = () => ++lastId;
  const acceptFailed = (error: unknown) =>
    log.write("error", "ERREUR", `accepting failed: ${error}`);
  const admin = await openAdminSocket(options, {
    nextId,
    open: (connection) => chat.open(connection, { operator: true }),
    acceptFailed,
  });
  opened.defer(() => admin?.close());
  const listener = listen("chat", config.server, (address) =>
    new ChatListener({
      ...address,
      limits: settings.connections,
      admission,
      nextId,
      open: (connection) => chat.open(connection),
      refused: (peer, limit) => observer.refusedConnection(peer, limit),
      acceptFailed,
    }));
  const parts = opened.move();
  return {
    chat: listener.addr,
    metrics: http.addr,
    databasePath: database.path,
    adminSocket: admin?.path,
    reload: () => operations.reload(),
    async stop(reason) {
      await Promise.all([listener.close(), admin?.close()]);
      chat.stop(reason);
      await Promise.all([listener.finish(DRAIN_MS), admin?.finish(DRAIN_MS)]);
      services.log.flush();
      await parts.disposeAsync();
    },
  };
}

function unchanged(config: Config): LoadedConfig {
  return { config, file: undefined, warnings: [], source: () => "default" };
}

async function openAdminSocket(
  { config, log, needsAdminSocket = false }: ServerOptions,
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

function countUsers(roster: Roster): { guest: number; member: number } {
  let guest = 0;
  let member = 0;
  for (const { accountId } of roster.users) accountId === null ? guest++ : member++;
  return { guest, member };
}

// Each sweep looks anew when the next is due: the setting may have changed.
function startSweeping(chat: ChatServer, limits: Pick<ChatLimits, "unjoinedSeconds">): () => void {
  let timer: ReturnType<typeof setTimeout>;
  function schedule(): void {
    const period = limits.unjoinedSeconds * 1000 / SWEEPS_PER_TIMEOUT || SLOWEST_SWEEP_MS;
    const bounded = Math.max(FASTEST_SWEEP_MS, Math.min(SLOWEST_SWEEP_MS, period));
    timer = setTimeout(() => {
      chat.closeUnjoined();
      schedule();
    }, bounded);
  }
  schedule();
  return () => clearTimeout(timer);
}
