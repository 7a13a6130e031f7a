// Builds the server out of its parts, in order, and takes it down in the opposite one.
import type { HashParameters } from "../auth/password_hash.ts";
import { PasswordPool } from "../auth/password_pool.ts";
import { ChatServer } from "../chat/chat_server.ts";
import type { BanList } from "../chat/moderation/ban_list.ts";
import { configureChannels } from "../chat/moderation/channel_admin.ts";
import { createEviction } from "../chat/conversation/membership.ts";
import type { ReloadReport } from "../chat/operations.ts";
import { banError } from "../chat/conversation/sanctions.ts";
import type { ChatLimits, Services } from "../chat/services.ts";
import { createServices } from "./services.ts";
import { hostPort } from "../net/address.ts";
import { Admission } from "../net/admission.ts";
import { Departures } from "../net/turns/departures.ts";
import { Poll } from "../net/turns/poll.ts";
import { openChatPorts } from "./chat_ports.ts";
import { openAdminSocket, openCertificate, openHttp } from "./listen.ts";
import { LiveSettings } from "./live_settings.ts";
import { createOperations } from "./operations.ts";
import type { LoadedConfig } from "../ops/config/load.ts";
import { startChore, systemClock } from "../ops/background.ts";
import type { Config } from "../ops/config/schema.ts";
import {
  connectionCeiling,
  createAcceptReport,
  descriptorWarning,
  readDescriptorLimit,
} from "../ops/descriptors.ts";
import type { Log } from "../ops/log/log.ts";
import { errorText, oneLine } from "../ops/log/text.ts";
import { readStorage } from "../ops/data/storage.ts";
import { StorageWatch } from "../ops/data/storage_watch.ts";
import { startUpkeep } from "../ops/data/upkeep.ts";
import { startWatching, type Watching } from "./observers.ts";
import type { ProtocolError } from "../protocol/errors.ts";
import { type Database, openDatabase } from "../store/database.ts";
import { SearchDesk } from "../store/search/desk.ts";
import { verifyIndexFile } from "../store/search/index_file.ts";
import { lockForServer, type ServerLock } from "../store/server_lock.ts";

/** What a server is built from. */
export interface ServerOptions {
  readonly config: Config;
  readonly log: Log;
  /** The main module, which is also the source of the workers. */
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
  /** Where it listens over TLS, if it does. */
  readonly tls: Deno.NetAddr | undefined;
  /** Where metrics and health are served. */
  readonly metrics: Deno.NetAddr;
  /** Whether that is over HTTPS. */
  readonly https: boolean;
  /** Path of the database. */
  readonly databasePath: string;
  /** What its chat works with. */
  readonly services: Services;
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
  const descriptors = await readDescriptorLimit();
  const ceiling = connectionCeiling(descriptors);
  const settings = new LiveSettings(config, Deno.env.toObject(), ceiling);
  const tooMany = descriptorWarning(config.limits.connections, descriptors);
  if (tooMany !== undefined) log.write("warning", "DEMARRAGE", tooMany);
  const certificate = openCertificate(config, log);
  opened.defer(() => certificate?.stop());
  const { database, storage, lock } = openStore(options, settings, opened);
  const pool = openPool(options, opened);
  const poll = await Poll.open();
  opened.use(poll);
  const search = openSearch(options, opened);
  const admission = new Admission(settings.admission);
  let watching!: Watching;
  const services = createServices({
    settings,
    database,
    pool,
    later: poll.after,
    search,
    operations: () => operations,
    storage,
    unrecorded: (what, error) =>
      log.write("error", "ERREUR", `${what} failed and was skipped: ${errorText(error)}`),
    tlsPort: () => ports.tls?.port,
    observe(gauges) {
      watching = startWatching(log, {
        ...gauges,
        certificate: certificate && (() => certificate.current),
        connections: () => admission.total,
        outboxBytes: () => chat.queuedBytes,
        passwordsWaiting: () => pool.waiting,
        bans: () => services.sanctions.countBans(Date.now()),
        storage: () => readStorage(config.store.data_dir),
      }, { isShared: settings.isShared });
      opened.defer(() => watching.metrics.stop());
      return watching.observer;
    },
  });
  opened.defer(() => services.accounts.close());
  const { banList } = services;
  const { metrics } = watching;
  const operations = createOperations({
    log,
    settings,
    database,
    watching,
    bans: () => services.sanctions.countBans(Date.now()),
    loadConfig() {
      const loaded = options.loadConfig?.() ?? unchanged(settings.config);
      const warning = descriptorWarning(loaded.config.limits.connections, descriptors);
      return warning === undefined
        ? loaded
        : { ...loaded, warnings: [...loaded.warnings, warning] };
    },
    reloadCertificate: () => certificate?.reload() ?? [],
    changed: ({ channel }) => configureChannels(channel, services),
    shutdown: options.shutdown ?? (() => {}),
  });
  const { mayScrape } = settings;
  const chat = new ChatServer(services, { mayScrape, text: metrics.text });
  opened.defer(startSweeping(chat, settings.limits));
  opened.defer(startEvicting(services, log));
  opened.defer(startUpkeep(database, {
    days: settings.retention,
    log,
    clock: systemClock,
    index: search,
    sanctionsChanged: () => banList.reload(),
  }));
  const acceptReport = (name: string) =>
    createAcceptReport(name, (text) => log.write("error", "ERREUR", text));
  const http = openHttp(config, {
    watching,
    settings,
    database,
    storage,
    certificate,
    log,
    acceptFailed: acceptReport("metrics"),
    later: poll.after,
  });
  opened.defer(() => http.stop());
  let lastId = 0;
  const nextId = () => ++lastId;
  const { turns } = services;
  const departures = new Departures({ later: poll.after });
  const admin = await openAdminSocket(options, {
    nextId,
    turns,
    departures,
    open: (connection) => chat.open(connection, { operator: { name: "" } }),
    acceptFailed: acceptReport("admin socket"),
  });
  opened.defer(() => admin?.close());
  const ports = openChatPorts({
    config,
    certificate,
    log,
    watching,
    limits: settings.connections,
    turns,
    departures,
    admission,
    nextId,
    isBanned: (address) => addressBan(banList, address),
    errorLine: (error) => chat.errorLine(error),
    open: (connection) => chat.open(connection),
    acceptReport,
    later: poll.after,
  });
  lock.announce(hostPort(ports.clear.hostname, ports.clear.port));
  const parts = opened.move();
  return {
    chat: ports.clear,
    tls: ports.tls,
    metrics: http.addr,
    https: http.secure,
    databasePath: database.path,
    services,
    adminSocket: admin?.path,
    reload: () => operations.reload(),
    async stop(reason) {
      await Promise.all([ports.close(), admin?.close()]);
      chat.stop(reason);
      await Promise.all([ports.finish(DRAIN_MS), admin?.finish(DRAIN_MS)]);
      services.log.flush();
      await parts.disposeAsync();
    },
  };
}

function unchanged(config: Config): LoadedConfig {
  return { config, file: undefined, warnings: [], source: () => "default" };
}

function openStore(
  { config, log }: ServerOptions,
  settings: LiveSettings,
  opened: AsyncDisposableStack,
): { database: Database; storage: StorageWatch; lock: ServerLock } {
  const { data_dir, synchronous } = config.store;
  const lock = lockForServer(data_dir);
  opened.defer(() => lock.release());
  const database = openDatabase(data_dir, { synchronous, mode: "server" });
  const storage = new StorageWatch({
    database,
    dataDir: data_dir,
    reserve: () => settings.config.store.reserve_bytes,
    log,
    clock: systemClock,
  });
  opened.defer(() => {
    storage.stop();
    // Closing removes the write-ahead log by its name, which may be that of another database now.
    if (!storage.lost) database.close();
  });
  return { database, storage, lock };
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

function openSearch(
  { config, log, mainModule }: ServerOptions,
  opened: AsyncDisposableStack,
): SearchDesk {
  const dataDir = config.store.data_dir;
  const rebuilt = (why: string) =>
    log.write("info", "DEMARRAGE", `rebuilding the search index: ${oneLine(why)}`);
  verifyIndexFile(dataDir, rebuilt);
  const desk = new SearchDesk({ workerUrl: mainModule, dataDir, rebuilt });
  opened.defer(() => desk.close());
  return desk;
}

/** The cost of password hashes, as configured. */
export function hashParameters({ auth }: Config): HashParameters {
  return {
    memoryKib: auth.argon2_memory_kib,
    iterations: auth.argon2_iterations,
    parallelism: auth.argon2_parallelism,
  };
}

function addressBan(banList: BanList, address: string): ProtocolError | undefined {
  const ban = banList.find(address, Date.now());
  return ban === undefined ? undefined : banError(ban, Date.now());
}

const EVICTION_MS = 10_000;
const EVICTION_PAUSE_MS = 10;

function startEvicting(services: Services, log: Log): () => void {
  return startChore({
    step: createEviction(services),
    pauseMs: EVICTION_PAUSE_MS,
    everyMs: EVICTION_MS,
    failed: (error) =>
      log.write(
        "error",
        "ERREUR",
        `removing users who are no longer admitted failed: ${errorText(error)}`,
      ),
  }, systemClock);
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
