// Builds the server from its parts in order, and closes them in reverse order.
import { ChatServer } from "../chat/chat_server.ts";
import type { Commit } from "../chat/delivery/outputs.ts";
import type { ReloadReport } from "../chat/operations.ts";
import type { Services } from "../chat/services.ts";
import { LocalEdge } from "../edge/local_edge.ts";
import { hostPort } from "../net/address.ts";
import { systemClock } from "../ops/background.ts";
import { type BaseOptions, openBase } from "./base.ts";
import type { ChatAddresses } from "./chat_ports.ts";
import { startChores } from "./chores.ts";
import { followConfiguredChannels } from "./configured_channels.ts";
import { gaugesOf } from "./gauges.ts";
import { openListeners } from "./listeners.ts";
import { followPrivatePolicy } from "./lesson.ts";
import { createOperations } from "./operations.ts";
import { createServices } from "./services.ts";
import { followSessionDays } from "./session_days.ts";

/** Connects the chat with the edges of other nodes. Without it, all connections are those of this process. */
export interface ClusterSeam {
  /** Commits each turn. */
  readonly commit: Commit;
  /** The number before that of the first connection of this process. */
  readonly numbersAfter: number;
  /** Called once the chat exists. @returns The edge of the connections of this process. */
  readonly begin: (chat: ChatServer, services: Services) => Promise<LocalEdge>;
}

/** What a server is built from. */
export interface ServerOptions extends BaseOptions {
  readonly cluster?: ClusterSeam | undefined;
  /** Whether the start fails if the admin socket cannot be opened. Otherwise the failure is logged. */
  readonly needsAdminSocket?: boolean;
  /** Called when an operator asks to stop the server. The caller then calls `stop`. */
  readonly shutdown?: (why: string, reason: string | undefined) => void;
}

/** A running server. */
export interface RunningServer {
  /** The address of the chat. */
  readonly chat: Deno.NetAddr;
  /** The address of the chat over TLS, if configured. */
  readonly tls: Deno.NetAddr | undefined;
  /** The address of the port for browsers only, if there is one. */
  readonly web: Deno.NetAddr | undefined;
  /** The address of metrics and health. */
  readonly metrics: Deno.NetAddr;
  /** Whether metrics and health use HTTPS. */
  readonly https: boolean;
  /** Path of the database. */
  readonly databasePath: string;
  /** The services of its chat. */
  readonly services: Services;
  /** Path of the admin socket, if it is open. */
  readonly adminSocket: string | undefined;
  /** Reopens the log and reloads the configuration. */
  reload(): ReloadReport;
  /**
   * Stops accepting connections, tells all users, writes out the outboxes within 5 s, and closes everything.
   *
   * @param reason The reason that the users are shown.
   */
  stop(reason?: string): Promise<void>;
}

const DRAIN_MS = 5_000;

/**
 * Starts a server: first the base, then the chat, its gauges, and the listeners last.
 *
 * @throws The error of the part that could not start. The parts before it are closed again.
 */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  // All parts are closed in reverse order, at the end or when a later part fails.
  await using opened = new AsyncDisposableStack();
  const { shutdown = () => {}, cluster } = options;
  const base = await openBase(options, opened);
  const { settings, watching, certificate, database, log, lock } = base;
  const operations = createOperations({ ...base, shutdown });
  const addresses: ChatAddresses = { tls: undefined };
  const services = createServices({
    ...base,
    observer: watching.observer,
    operations,
    addresses,
    commit: cluster?.commit,
  });
  opened.defer(() => services.accounts.close());
  opened.defer(() => services.lingering.clear());
  const chat = new ChatServer(services, {
    mayScrape: (address) => settings.access.mayScrape(address),
    text: watching.metrics.text,
  });
  const edge = cluster === undefined
    ? new LocalEdge({ core: chat, timers: systemClock })
    : await cluster.begin(chat, services);
  watching.measure(gaugesOf({ ...base, services, chat }));
  operations.onReload(followConfiguredChannels(services, log));
  operations.onReload(followPrivatePolicy(services, settings.config));
  const endSessions = followSessionDays(services, log);
  endSessions(settings.config);
  operations.onReload(endSessions);
  operations.onReload(() => certificate?.reload() ?? []);
  startChores({ ...base, services, chat }, opened);
  const numbersAfter = cluster?.numbersAfter ?? 0;
  const listeners = await openListeners(
    { ...options, ...base, services, chat, edge, numbersAfter },
    opened,
  );
  const { ports, http, admin } = listeners;
  addresses.clear = ports.clear;
  addresses.tls = ports.tls;
  lock.announce(hostPort(ports.clear.hostname, ports.clear.port));
  const parts = opened.move();
  return {
    chat: ports.clear,
    tls: ports.tls,
    web: ports.web,
    metrics: http.addr,
    https: http.secure,
    databasePath: database.path,
    services,
    adminSocket: admin?.path,
    reload: () => operations.reload(),
    async stop(reason) {
      await listeners.close();
      chat.stop(reason);
      await listeners.finish(DRAIN_MS);
      await services.outputs.finish();
      await parts.disposeAsync();
    },
  };
}
