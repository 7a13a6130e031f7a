// Builds the server out of its parts, in order, and takes it down in the opposite one.
import { Accounts } from "./auth/accounts.ts";
import type { HashParameters } from "./auth/password_hash.ts";
import { PasswordPool } from "./auth/password_pool.ts";
import { Throttle } from "./auth/throttle.ts";
import { ChatServer } from "./chat/chat_server.ts";
import { BanList } from "./chat/ban_list.ts";
import { configureChannels } from "./chat/channel_admin.ts";
import { Channels } from "./chat/channels.ts";
import { createDelivery } from "./chat/delivery.ts";
import { Mailbox } from "./chat/mail.ts";
import { createLocalLog } from "./chat/message_log.ts";
import { Roster } from "./chat/roster.ts";
import type { ReloadReport } from "./chat/operations.ts";
import { banError } from "./chat/sanctions.ts";
import type { ChatLimits, Services } from "./chat/services.ts";
import { EventTail } from "./chat/tail.ts";
import { chooseLanguage, Texts } from "./chat/texts/catalogue.ts";
import { Admission } from "./net/admission.ts";
import { ChatListener } from "./net/listener.ts";
import { listen, openAdminSocket, openHttp } from "./listening.ts";
import { LiveSettings } from "./live_settings.ts";
import { createOperations } from "./operations.ts";
import { createActivity } from "./ops/activity.ts";
import type { LoadedConfig } from "./ops/config/load.ts";
import { systemClock } from "./ops/background.ts";
import type { Config } from "./ops/config/schema.ts";
import { createJournal } from "./ops/journal.ts";
import type { Log } from "./ops/log.ts";
import { createMetrics, type MetricSources } from "./ops/metrics.ts";
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
  const channelStore = new ChannelStore(database);
  const channels = new Channels(channelStore, Date.now());
  channels.configure(config.channel, Date.now());
  const sanctions = new SanctionStore(database);
  const banList = new BanList(() => sanctions.bans(Date.now()));
  const mailStore = new MailStore(database);
  const figures: MetricSources = {
    connections: () => admission.total,
    users: () => countUsers(roster),
    channels: () => channels.size,
    mailWaiting: () => mailStore.count(),
    outboxBytes: () => chat.queuedBytes,
    passwordsWaiting: () => pool.waiting,
  };
  const metrics = createMetrics(figures);
  opened.defer(() => metrics.stop());
  const activity = createActivity(() => performance.now());
  const tail = new EventTail(Date.now);
  let texts = chooseTexts(config);
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
    figures: () => ({
      connections: figures.connections(),
      users: figures.users(),
      outbox_bytes: figures.outboxBytes(),
      passwords_waiting: figures.passwordsWaiting(),
      lag_ms: Math.round(metrics.lag.worst * 1000),
      bans: sanctions.bans(Date.now()).length,
    }),
    loadConfig: options.loadConfig ?? (() => unchanged(settings.config)),
    changed(next) {
      texts = chooseTexts(next);
      configureChannels(next.channel, services);
    },
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
    log: createLocalLog({
      store: new MessageStore(database),
      listener: createDelivery({ roster, channels }, observer),
      isOnline: (name, accountId) => roster.find(nameKey(name))?.accountId === accountId,
    }),
    observer,
    operations,
    channels,
    expulsions: channelStore,
    history: new HistoryStore(database),
    mail: new Mailbox(mailStore, observer),
    sanctions,
    banList,
    audit: new AuditStore(database),
    atomically: (work) => transact(database, work),
    sessions: new Set(),
    get texts() {
      return texts;
    },
    channelRules: settings.channelRules,
    limits: settings.limits,
    get guests() {
      return settings.config.auth.guests;
    },
    now: Date.now,
  };
  const chat = new ChatServer(services, {
    mayScrape: settings.mayScrape,
    text: metrics.text,
  });
  opened.defer(startSweeping(chat, settings.limits));
  opened.defer(startUpkeep(database, { days: settings.retention, log, clock: systemClock }));
  const http = openHttp(config, { metrics, mayScrape: settings.mayScrape, database });
  opened.defer(() => http.stop());
  let lastId = 0;
  const nextId = () => ++lastId;
  const acceptFailed = (error: unknown) =>
    log.write("error", "ERREUR", `accepting failed: ${error}`);
  const admin = await openAdminSocket(options, {
    nextId,
    open: (connection) => chat.open(connection, { operator: { name: "" } }),
    acceptFailed,
  });
  opened.defer(() => admin?.close());
  const listener = listen("chat", config.server, (address) =>
    new ChatListener({
      ...address,
      limits: settings.connections,
      admission,
      nextId,
      isBanned: (address) => addressBan(banList, address),
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

function chooseTexts({ server }: Config): Texts {
  return new Texts(chooseLanguage(server.language, Deno.env.toObject()));
}

function addressBan(banList: BanList, address: string): ProtocolError | undefined {
  const ban = banList.find(address, Date.now());
  return ban === undefined ? undefined : banError(ban, Date.now());
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
