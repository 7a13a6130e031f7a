// Builds the server out of its parts, in order, and takes it down in the opposite one.
import { ChatServer } from "../chat/chat_server.ts";
import type { BanList } from "../chat/moderation/ban_list.ts";
import { configureChannels } from "../chat/moderation/channel_admin.ts";
import type { ReloadReport } from "../chat/operations.ts";
import { banError } from "../chat/conversation/sanctions.ts";
import type { Services } from "../chat/services.ts";
import { hostPort } from "../net/address.ts";
import { Admission } from "../net/admission.ts";
import { Departures } from "../net/turns/departures.ts";
import { Poll } from "../net/turns/poll.ts";
import { openChatPorts } from "./chat_ports.ts";
import { startChores } from "./chores.ts";
import { openAdminSocket } from "./admin_socket.ts";
import { openCertificate } from "./certificate.ts";
import { openHttp } from "./http.ts";
import { LiveSettings } from "./live_settings.ts";
import { createOperations } from "./operations.ts";
import { createServices } from "./services.ts";
import { openStore } from "./store.ts";
import { openPool, openSearch } from "./workers.ts";
import type { LoadedConfig } from "../ops/config/load.ts";
import type { Config } from "../ops/config/schema.ts";
import {
  connectionCeiling,
  createAcceptReport,
  descriptorWarning,
  readDescriptorLimit,
} from "../ops/descriptors.ts";
import type { Log } from "../ops/log/log.ts";
import { errorText } from "../ops/log/text.ts";
import { readStorage } from "../ops/data/storage.ts";
import { startWatching, type Watching } from "./observers.ts";
import type { ProtocolError } from "../protocol/errors.ts";

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
  const { database, storage, lock } = openStore({ config, settings, log }, opened);
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
      log.write("error", "ERREUR", `${what} failed, and is left out: ${errorText(error)}`),
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
  startChores({ settings, database, search, services, chat, log }, opened);
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

function addressBan(banList: BanList, address: string): ProtocolError | undefined {
  const ban = banList.find(address, Date.now());
  return ban === undefined ? undefined : banError(ban, Date.now());
}
