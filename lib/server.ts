// Builds the server out of its parts, in order, and takes it down in the opposite one.
import { Accounts } from "./auth/accounts.ts";
import type { HashParameters } from "./auth/password_hash.ts";
import { PasswordPool } from "./auth/password_pool.ts";
import { Throttle } from "./auth/throttle.ts";
import { ChatServer } from "./chat/chat_server.ts";
import { BanList } from "./chat/ban_list.ts";
import { Channels } from "./chat/channels.ts";
import { createDelivery } from "./chat/delivery.ts";
import { Mailbox } from "./chat/mail.ts";
import { createLocalLog } from "./chat/message_log.ts";
import { Roster } from "./chat/roster.ts";
import { banError } from "./chat/sanctions.ts";
import type { Services } from "./chat/services.ts";
import { chooseLanguage, Texts } from "./chat/texts/catalogue.ts";
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
import { nameKey } from "./protocol/names.ts";
import { AccountStore } from "./store/accounts.ts";
import { AuditStore } from "./store/audit.ts";
import { ChannelStore } from "./store/channels.ts";
import { type Database, openDatabase } from "./store/database.ts";
import { HistoryStore } from "./store/history.ts";
import { MailStore } from "./store/mail.ts";
import { MessageStore } from "./store/messages.ts";
import { SanctionStore } from "./store/sanctions.ts";
import { lockForServer } from "./store/server_lock.ts";
import { transact } from "./store/transaction.ts";

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
  const accountStore = new AccountStore(database);
  const roster = new Roster((key) => accountStore.findByKey(key) !== undefined);
  const channelStore = new ChannelStore(database);
  const channels = new Channels(channelStore, Date.now());
  channels.configure(config.channel, Date.now());
  const sanctions = new SanctionStore(database);
  const banList = new BanList(() => sanctions.bans(Date.now()));
  const mailStore = new MailStore(database);
  const metrics = createMetrics({
    connections: () => admission.total,
    users: () => countUsers(roster),
    channels: () => channels.size,
    mailWaiting: () => mailStore.count(),
    outboxBytes: () => chat.queuedBytes,
    passwordsWaiting: () => pool.waiting,
  });
  opened.defer(() => metrics.stop());
  const observer = observeWith([createJournal(log), metrics.observer], () => {});
  const mayScrape = addressMatcher(config.metrics.scrape_from);
  const services: Services = {
    accounts: new Accounts({
      store: accountStore,
      pool,
      throttle: new Throttle(() => performance.now()),
      passwordMin: config.auth.password_min,
      registration: config.auth.registration,
      now: Date.now,
    }),
    accountStore,
    roster,
    log: createLocalLog({
      store: new MessageStore(database),
      listener: createDelivery({ roster, channels }, observer),
      isOnline: (name, accountId) => roster.find(nameKey(name))?.accountId === accountId,
    }),
    observer,
    channels,
    expulsions: channelStore,
    history: new HistoryStore(database),
    mail: new Mailbox(mailStore, observer),
    sanctions,
    banList,
    audit: new AuditStore(database),
    atomically: (work) => transact(database, work),
    sessions: new Set(),
    texts: new Texts(chooseLanguage(config.server.language, Deno.env.toObject())),
    channelRules: channelRules(config),
    limits: chatLimits(config),
    guests: config.auth.guests,
    now: Date.now,
  };
  const chat = new ChatServer(services, { mayScrape, text: metrics.text });
  opened.defer(startSweeping(chat, config));
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

function channelRules({ channels }: Config): Services["channelRules"] {
  return {
    create: channels.create,
    max: channels.max,
    perUser: channels.per_user,
    perMaker: channels.per_maker,
  };
}

const REPLY_MAX_BYTES = 512 * 1024;

function chatLimits({ limits }: Config): Services["limits"] {
  // A reply leaves room in the outbox for what others say.
  const half = limits.outbox_bytes === 0 ? Infinity : limits.outbox_bytes / 2;
  return {
    replyBytes: Math.min(REPLY_MAX_BYTES, half),
    lineBytes: limits.line_bytes,
    contentBytes: limits.content_bytes,
    requests: { perSecond: limits.messages_per_second, burst: limits.burst },
    malformedPerMinute: limits.malformed_per_minute,
    unjoinedSeconds: limits.unjoined_seconds,
  };
}

function countUsers(roster: Roster): { guest: number; member: number } {
  let guest = 0;
  let member = 0;
  for (const { accountId } of roster.users) accountId === null ? guest++ : member++;
  return { guest, member };
}

function startSweeping(chat: ChatServer, { limits }: Config): () => void {
  if (limits.unjoined_seconds === 0) return () => {};
  const period = limits.unjoined_seconds * 1000 / SWEEPS_PER_TIMEOUT;
  const bounded = Math.max(FASTEST_SWEEP_MS, Math.min(SLOWEST_SWEEP_MS, period));
  const timer = setInterval(() => chat.closeUnjoined(), bounded);
  return () => clearInterval(timer);
}
