// Opens the chat ports: plaintext, and TLS if there is a certificate. A proxy may be in front of either.
import { addressMatcher } from "../net/address.ts";
import { Entrance, type EntranceOptions, type Step } from "../net/entrance/entrance.ts";
import { Gate, type GateOptions, type Guard } from "../net/gate.ts";
import { ChatListener } from "../net/listener.ts";
import type { PeerInfo } from "../net/peer.ts";
import { watchLiveness } from "../net/liveness/liveness.ts";
import type { Later } from "../net/turns/turnstile.ts";
import { listen } from "./listen.ts";
import { systemClock } from "../ops/background.ts";
import type { CertificateKeeper } from "../ops/tls/certificate_keeper.ts";
import type { Config } from "../ops/config/schema.ts";
import type { Log } from "../ops/log/log.ts";
import { errorText, peerText, quote } from "../ops/log/text.ts";
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
}

/** The address of the TLS port. It is set when the ports are open. */
export interface ChatAddresses {
  tls: Deno.NetAddr | undefined;
}

/** The open ports. */
export interface ChatPorts {
  readonly clear: Deno.NetAddr;
  readonly tls: Deno.NetAddr | undefined;
  /** Stops accepting connections. */
  close(): Promise<void>;
  /** Resolves when all connections have ended; after `within` milliseconds they are aborted. */
  finish(within: number): Promise<void>;
}

/** Opens the ports. @throws {ListenFailure} */
export function openChatPorts(options: ChatPortOptions): ChatPorts {
  const { config: { server, tls }, certificate, log, later } = options;
  const gate = makeGate(options);
  const listeners = [openPort("chat", server, { ...options, gate })];
  if (certificate !== undefined) {
    const at = { host: tls.host === "" ? server.host : tls.host, port: tls.port };
    try {
      listeners.push(openPort("tls", at, { ...options, gate }));
    } catch (error) {
      listeners[0]!.close();
      throw error;
    }
  }
  const unwatch = watchPeers(gate, { log, later });
  return {
    clear: listeners[0]!.addr,
    tls: listeners[1]?.addr,
    async close() {
      gate.close();
      await Promise.all(listeners.map((listener) => listener.close()));
    },
    async finish(within) {
      await gate.finish(within);
      await unwatch();
    },
  };
}

function makeGate(options: ChatPortOptions): Gate {
  const { limits, turns, departures, open, admission, isBanned, errorLine, watching } = options;
  const refused: Guard["refused"] = (peer, limit) =>
    watching.observer.refusedConnection(peer, limit);
  return new Gate({
    limits,
    turns,
    departures,
    open,
    guard: { admission, isBanned, errorLine, refused },
  });
}

function openPort(
  section: "chat" | "tls",
  at: { host: string; port: number },
  { gate, config, certificate, nextId, acceptReport, log, watching, later }: ChatPortOptions & {
    readonly gate: Gate;
  },
): ChatListener {
  const secure = section === "tls" && certificate !== undefined;
  const entrance = new Entrance({
    ...proxiesOf(config),
    ...(secure ? { tls: () => certificate.current.context } : {}),
    passed: (peer, step) => report(peer, step, { log, watching }),
    later,
  });
  const acceptFailed = acceptReport(section);
  return listen(
    section,
    at,
    (address) => new ChatListener({ ...address, gate, entrance, nextId, acceptFailed }),
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
