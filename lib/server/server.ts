// Builds the server out of its parts, in order, and takes it down in the opposite one.
import { ChatServer } from "../chat/chat_server.ts";
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
import { createOperations } from "./operations.ts";
import { createServices } from "./services.ts";
import { followSessionDays } from "./session_days.ts";

/** What a server is built from. */
export interface ServerOptions extends BaseOptions {
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
  /** Where it listens for browsers only, if it does. */
  readonly web: Deno.NetAddr | undefined;
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
   * @param reason Why, for the users who are online.
   */
  stop(reason?: string): Promise<void>;
}

const DRAIN_MS = 5_000;

/**
 * Starts a server: what the chat stands on, the chat, what can be measured of it, and the listeners last.
 *
 * @throws What keeps a part from starting; those that had started are taken down again.
 */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  // What has been opened is closed in the opposite order, at the end or when a later part fails.
  await using opened = new AsyncDisposableStack();
  const { shutdown = () => {} } = options;
  const base = await openBase(options, opened);
  const { settings, watching, certificate, database, log, lock } = base;
  const operations = createOperations({ ...base, shutdown });
  const addresses: ChatAddresses = { tls: undefined };
  const services = createServices({
    ...base,
    observer: watching.observer,
    operations,
    addresses,
  });
  opened.defer(() => services.accounts.close());
  opened.defer(() => services.lingering.clear());
  const chat = new ChatServer(services, {
    mayScrape: (address) => settings.access.mayScrape(address),
    text: watching.metrics.text,
  });
  const edge = new LocalEdge({ core: chat, timers: systemClock });
  watching.measure(gaugesOf({ ...base, services, chat }));
  operations.onReload(followConfiguredChannels(services, log));
  const endSessions = followSessionDays(services, log);
  endSessions(settings.config);
  operations.onReload(endSessions);
  operations.onReload(() => certificate?.reload() ?? []);
  startChores({ ...base, services, chat }, opened);
  const listeners = await openListeners({ ...options, ...base, services, chat, edge }, opened);
  const { ports, http, admin } = listeners;
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
