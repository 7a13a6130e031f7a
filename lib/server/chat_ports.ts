// Opens the chat ports: plaintext, and TLS if there is a certificate. A proxy may be in front of either. Browsers use
// them too, and one more port if it is configured.
import { addressMatcher } from "../net/address.ts";
import { Entrance, type EntranceOptions, type Step } from "../net/entrance/entrance.ts";
import { Gate, type GateOptions, type Guard } from "../net/gate.ts";
import { ChatListener } from "../net/listener.ts";
import type { PeerInfo } from "../net/peer.ts";
import { watchLiveness } from "../net/liveness/liveness.ts";
import { AcceptPace } from "../net/turns/accept_pace.ts";
import type { Later } from "../net/turns/turnstile.ts";
import { listen } from "./listen.ts";
import { systemClock } from "../ops/background.ts";
import type { PlacesLimits } from "../net/turns/places.ts";
import type { CertificateKeeper } from "../ops/tls/certificate_keeper.ts";
import type { Config } from "../ops/config/schema.ts";
import type { Log } from "../ops/log/log.ts";
import { errorText, peerText, quote } from "../ops/log/text.ts";
import type { ProtocolError } from "../protocol/errors.ts";
import type { Assets } from "../web/assets.ts";
import { Door, type DoorOptions } from "../web/door.ts";
import type { WebRules } from "../web/rules.ts";
import type { Watching } from "./observers.ts";

/** What the ports need. */
export interface ChatPortOptions extends Omit<GateOptions, "guard">, Omit<Guard, "refused"> {
  readonly config: Config;
  readonly certificate: CertificateKeeper | undefined;
  /** Returns a new number for a connection. */
  readonly nextId: () => number;
  /** Creates the report of accept failures for one listener. */
  readonly acceptReport: (name: string) => (error: unknown) => void;
  readonly log: Pick<Log, "write">;
  readonly watching: Watching;
  /** Ends a turn of the event loop with a poll of the sockets. */
  readonly later: Later;
  /** The rules for browsers. */
  readonly web: WebRules;
  /** Returns the files of the page. */
  readonly assets: () => Assets;
  /** Returns the text of an error, in the language of the server. */
  readonly errorText: (error: ProtocolError) => string;
}

/** The addresses of the ports. They are set when the ports are open. */
export interface ChatAddresses {
  clear?: Deno.NetAddr | undefined;
  tls: Deno.NetAddr | undefined;
}

/** The open ports. */
export interface ChatPorts {
  readonly clear: Deno.NetAddr;
  readonly tls: Deno.NetAddr | undefined;
  /** The port for browsers only, if there is one. */
  readonly web: Deno.NetAddr | undefined;
  /** Stops accepting connections. */
  close(): Promise<void>;
  /** Resolves when all connections have ended; after `within` milliseconds they are aborted. */
  finish(within: number): Promise<void>;
}

/** Opens the ports. @throws {ListenFailure} */
export function openChatPorts(options: ChatPortOptions): ChatPorts {
  const { config: { server, tls, web }, certificate, log, later } = options;
  const door = openDoor(options, (arrival) => gate.receive(arrival));
  const gateOptions = gateOptionsOf(options, (visit) => door.visit(visit));
  const gate = new Gate(gateOptions);
  const listeners: ChatListener[] = [];
  const pace = new AcceptPace({ later });
  const open = (section: Section, host: string, port: number) => {
    const through = section === "web" ? new Gate({ ...gateOptions, bringsHttp: true }) : gate;
    const at = { host: host === "" ? server.host : host, port };
    const listener = openPort(section, at, { ...options, gate: through, pace });
    listeners.push(listener);
    return listener.addr;
  };
  try {
    const addresses = {
      clear: open("chat", server.host, server.port),
      tls: certificate && open("tls", tls.host, tls.port),
      web: web.port === 0 ? undefined : open("web", web.host, web.port),
    };
    const unwatch = watchPeers(gate, { log, later });
    return {
      ...addresses,
      async close() {
        gate.close();
        await Promise.all(listeners.map((listener) => listener.close()));
      },
      async finish(within) {
        await Promise.all([gate.finish(within), door.finish(within)]);
        await unwatch();
      },
    };
  } catch (error) {
    for (const listener of listeners) listener.close();
    door.finish(0);
    throw error;
  }
}

type Section = "chat" | "tls" | "web";

function openDoor(options: ChatPortOptions, receive: DoorOptions["receive"]): Door {
  const { admission, watching, log } = options;
  const { total, perNetwork } = placesFor(admission.most);
  return new Door({
    ...options,
    rules: options.web,
    receive,
    counted: watching.metrics.countWeb,
    failed: (error) =>
      log.write("error", "ERREUR", `answering a browser failed: ${errorText(error)}`),
    now: () => performance.now(),
    after: systemClock.after,
    places: { total, perNetwork },
  });
}

/** Returns the number of places for HTTP. If the process has few file descriptors, it is half of all connections. */
function placesFor(connections: number): PlacesLimits {
  const total = Math.min(1_024, Math.max(16, Math.floor(connections / 2)));
  return { total, perNetwork: Math.min(256, Math.ceil(total / 2)) };
}

function gateOptionsOf(
  options: ChatPortOptions,
  visited: NonNullable<GateOptions["visited"]>,
): GateOptions {
  const { limits, turns, departures, open, watching } = options;
  const { admission, refusesAll, isBanned, errorLine } = options;
  const refused: Guard["refused"] = (peer, limit) =>
    watching.observer.refusedConnection(peer, limit);
  const guard = { admission, refusesAll, isBanned, errorLine, refused };
  return { limits, turns, departures, open, guard, visited };
}

function openPort(
  section: Section,
  at: { host: string; port: number },
  { gate, pace, config, certificate, nextId, acceptReport, log, watching, later }:
    & ChatPortOptions
    & { readonly gate: Gate; readonly pace: AcceptPace },
): ChatListener {
  const secure = section === "tls" && certificate !== undefined;
  // HTTP proxies send no PROXY header.
  const entrance = section === "web" ? undefined : new Entrance({
    ...proxiesOf(config),
    ...(secure ? { tls: () => certificate.current.context } : {}),
    passed: (peer, step) => report(peer, step, { log, watching }),
    later,
  });
  const acceptFailed = acceptReport(section);
  return listen(
    section,
    at,
    (address) => new ChatListener({ ...address, gate, pace, entrance, nextId, acceptFailed }),
  );
}

function watchPeers(
  gate: Gate,
  { log, later }: Pick<ChatPortOptions, "log" | "later">,
): () => Promise<void> {
  return watchLiveness({
    connections: () => gate.connections,
    unreadable(error) {
      const text =
        "cannot read the kernel's table of TCP connections. A client that disappears while the server " +
        "sends to it stays online for up to 15 minutes (net.ipv4.tcp_retries2)";
      log.write("warning", "ERREUR", `${text}: ${errorText(error)}`);
    },
    now: () => performance.now(),
    after: systemClock.after,
    later,
  });
}

function proxiesOf({ proxy }: Config): Pick<EntranceOptions, "proxies"> {
  if (proxy.trusted.length === 0) return {};
  return {
    proxies: { has: addressMatcher(proxy.trusted), encrypt: addressMatcher(proxy.tls_from) },
  };
}

// Connections that end before their first line are common: the metrics count them, and they are logged at level
// debug.
function report(
  peer: PeerInfo,
  { step, outcome, why }: Step,
  { log, watching }: Pick<ChatPortOptions, "log" | "watching">,
): void {
  if (step === "handshake") watching.metrics.countHandshake(outcome);
  if (outcome === "ok") return;
  if (step === "proxy_header") watching.observer.refusedConnection(peer, "proxy_header");
  const text = `${peerText(peer)} ${step} ${outcome}: ${quote(why)}`;
  log.write("debug", "CONNEXION", { text, cause: { kind: "arrivals", address: peer.address } });
}
