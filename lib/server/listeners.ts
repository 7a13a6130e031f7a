// Opens all listeners: metrics and health over HTTP, the admin socket, the chat ports.
import { banError } from "../chat/conversation/sanctions.ts";
import type { BanList } from "../chat/moderation/ban_list.ts";
import type { LocalEdge } from "../edge/local_edge.ts";
import type { HttpServer } from "../http/server.ts";
import type { Desk } from "../ldap/desk.ts";
import { hostPort } from "../net/address.ts";
import type { Admission } from "../net/admission.ts";
import { Departures } from "../net/turns/departures.ts";
import type { Turns } from "../net/turns/turns.ts";
import type { Later } from "../net/turns/turnstile.ts";
import { createAcceptReport } from "../ops/descriptors.ts";
import type { StorageWatch } from "../ops/data/storage_watch.ts";
import type { CertificateKeeper } from "../ops/tls/certificate_keeper.ts";
import type { ProtocolError } from "../protocol/errors.ts";
import { errorLine } from "../protocol/reply.ts";
import type { Database } from "../store/database.ts";
import type { ServerLock } from "../store/server_lock.ts";
import { type AdminSocket, type AdminSocketOptions, openAdminSocket } from "./admin_socket.ts";
import { type ChatAddresses, type ChatPorts, openChatPorts } from "./chat_ports.ts";
import { openHttp } from "./http.ts";
import { openPage } from "./page.ts";
import type { LiveSettings } from "./live_settings.ts";
import type { Watching } from "./observers.ts";
import type { RunningServer } from "./server_options.ts";

/** What the listeners serve. */
export interface ListenerParts extends AdminSocketOptions {
  readonly settings: LiveSettings;
  readonly certificate: CertificateKeeper | undefined;
  readonly desk: Desk | undefined;
  readonly watching: Watching;
  readonly database: Database;
  readonly storage: StorageWatch;
  readonly admission: Admission;
  /** Shares the event loop between addresses. */
  readonly turns: Turns;
  readonly banList: Pick<BanList, "find">;
  readonly edge: LocalEdge;
  /** The contact with the cluster, if the server is a node. */
  readonly contact?: ClusterContact;
  /** The number before that of the first connection. */
  readonly numbersAfter: number;
  readonly mainModule: URL;
  /** Ends a turn of the event loop with a poll of the sockets. */
  readonly later: Later;
}

/** The contact of a node with its cluster. */
export interface ClusterContact {
  /** Returns the error for new connections; `undefined` while they are accepted. */
  readonly refusal: () => ProtocolError | undefined;
  /** Returns why the server is not ready; `undefined` while it is. */
  readonly reason: () => string | undefined;
}

/** The open listeners. */
export interface Listeners {
  readonly http: HttpServer;
  readonly admin: AdminSocket | undefined;
  readonly ports: ChatPorts;
  /** Stops accepting connections of clients and operators. */
  close(): Promise<void>;
  /** Resolves when all of these have ended; after `within` milliseconds they are aborted. */
  finish(within: number): Promise<void>;
}

/** Opens the listeners. @param opened Closes them. @throws {ListenFailure} */
export async function openListeners(
  parts: ListenerParts,
  opened: AsyncDisposableStack,
): Promise<Listeners> {
  const { settings, certificate, watching, database, storage, turns, banList, edge, later } = parts;
  const { config, log, admission, mainModule, desk, contact } = parts;
  const acceptReport = (name: string) =>
    createAcceptReport(name, (text) => log.write("error", "ERREUR", text));
  const http = openHttp(config, {
    watching,
    settings,
    database,
    storage,
    certificate,
    desk,
    contact,
    log,
    acceptFailed: acceptReport("metrics"),
    later,
  });
  opened.defer(() => http.stop());
  let lastId = parts.numbersAfter;
  const shared = {
    nextId: () => ++lastId,
    turns,
    departures: new Departures({ later }),
  };
  const admin = await openAdminSocket(parts, {
    ...shared,
    open: (connection) => edge.open(connection, { operator: "" }),
    acceptFailed: acceptReport("admin socket"),
  });
  opened.defer(() => admin?.close());
  const ports = openChatPorts({
    ...shared,
    config,
    certificate,
    log,
    watching,
    limits: settings.connections,
    admission,
    refusesAll: contact?.refusal,
    isBanned: (address) => addressBan(banList, address),
    errorLine: (error) => errorLine(error, settings.texts.error(error), error),
    errorText: (error) => settings.texts.error(error),
    web: settings.web,
    assets: openPage({ mainModule, log }),
    open: (connection) => edge.open(connection, { bringsLines: connection.bringsLines }),
    acceptReport,
    later,
  });
  return {
    http,
    admin,
    ports,
    async close() {
      await Promise.all([ports.close(), admin?.close()]);
    },
    async finish(within) {
      await Promise.all([ports.finish(within), admin?.finish(within)]);
    },
  };
}

/** Who is told the addresses. */
export interface Told {
  /** The addresses that the chat shows to its users. */
  readonly addresses: ChatAddresses;
  /** Names the server to a second one that wants the same data. */
  readonly lock: Pick<ServerLock, "announce">;
}

/** Tells the chat and the lock where the server listens. @returns The same for the caller of the server. */
export function announceListeners(
  { ports, http, admin }: Listeners,
  { addresses, lock }: Told,
): Pick<RunningServer, "chat" | "tls" | "web" | "metrics" | "https" | "adminSocket"> {
  const { clear, tls, web } = ports;
  addresses.clear = clear;
  addresses.tls = tls;
  lock.announce(hostPort(clear.hostname, clear.port));
  return {
    chat: clear,
    tls,
    web,
    metrics: http.addr,
    https: http.secure,
    adminSocket: admin?.path,
  };
}

/** Returns the error for a banned address; `undefined` if it is not banned. */
export function addressBan(
  banList: Pick<BanList, "find">,
  address: string,
): ProtocolError | undefined {
  const ban = banList.find(address, Date.now());
  return ban === undefined ? undefined : banError(ban, Date.now());
}
