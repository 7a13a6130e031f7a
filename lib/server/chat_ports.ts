// The ports of the chat: in clear, and over TLS where there is a certificate. Proxies may stand before both.
import type { ProtocolError } from "../protocol/errors.ts";
import type { PeerInfo } from "../net/peer.ts";
import { addressMatcher } from "../net/address.ts";
import { Entrance, type EntranceOptions, type Step } from "../net/entrance/entrance.ts";
import { ChatListener, type ListenerOptions } from "../net/listener.ts";
import { watchLiveness } from "../net/liveness/liveness.ts";
import type { Later } from "../net/turns/turnstile.ts";
import { listen } from "./listen.ts";
import { systemClock } from "../ops/background.ts";
import type { CertificateKeeper } from "../ops/tls/certificate_keeper.ts";
import type { Config } from "../ops/config/schema.ts";
import type { Log } from "../ops/log/log.ts";
import { errorText, peerText, quote } from "../ops/log/text.ts";
import type { Watching } from "./observers.ts";

/** What the ports need of the rest. */
export interface ChatPortOptions extends
  Pick<
    ListenerOptions,
    "limits" | "turns" | "departures" | "admission" | "nextId" | "errorLine" | "open"
  > {
  /** Makes what is told of the failures to accept of one listener. */
  readonly acceptReport: (name: string) => (error: unknown) => void;
  readonly config: Config;
  readonly certificate: CertificateKeeper | undefined;
  readonly isBanned: (address: string) => ProtocolError | undefined;
  readonly log: Pick<Log, "write">;
  readonly watching: Watching;
  /** Ends a turn of the event loop with a look at the sockets. */
  readonly later: Later;
}

/** The open ports. */
export interface ChatPorts {
  readonly clear: Deno.NetAddr;
  readonly tls: Deno.NetAddr | undefined;
  /** Accepts no more. */
  close(): Promise<void>;
  /** Resolves when every connection has ended; after `within` milliseconds they are cut off. */
  finish(within: number): Promise<void>;
}

/** Opens them. @throws {ListenFailure} */
export function openChatPorts(options: ChatPortOptions): ChatPorts {
  const { config, certificate, watching, log, acceptReport, later, ...rest } = options;
  const { server, tls } = config;
  const refused: ListenerOptions["refused"] = (peer, limit) =>
    watching.observer.refusedConnection(peer, limit);
  const entrance: EntranceOptions = {
    ...proxiesOf(config),
    passed: (peer, step) => report(peer, step, { log, watching }),
    later,
  };
  const open = (section: "chat" | "tls", at: { host: string; port: number }, entrance: Entrance) =>
    listen(
      section,
      at,
      (address) =>
        new ChatListener({
          ...rest,
          ...address,
          refused,
          entrance,
          acceptFailed: acceptReport(section),
        }),
    );
  const listeners = [open("chat", server, new Entrance(entrance))];
  if (certificate !== undefined) {
    const secured = new Entrance({ ...entrance, tls: () => certificate.current.context });
    try {
      listeners.push(
        open("tls", { host: tls.host === "" ? server.host : tls.host, port: tls.port }, secured),
      );
    } catch (error) {
      listeners[0]!.close();
      throw error;
    }
  }
  const unwatch = watchPeers(listeners, { log, later });
  return {
    clear: listeners[0]!.addr,
    tls: listeners[1]?.addr,
    async close() {
      await Promise.all(listeners.map((listener) => listener.close()));
    },
    async finish(within) {
      await Promise.all(listeners.map((listener) => listener.finish(within)));
      await unwatch();
    },
  };
}

function watchPeers(
  listeners: readonly ChatListener[],
  { log, later }: Pick<ChatPortOptions, "log" | "later">,
): () => Promise<void> {
  return watchLiveness({
    *connections() {
      for (const listener of listeners) yield* listener.connections;
    },
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

// Whoever knocks and goes is no news: the metrics count them, and the log has them for those who look.
function report(
  peer: PeerInfo,
  { step, outcome, why }: Step,
  { log, watching }: Pick<ChatPortOptions, "log" | "watching">,
): void {
  if (step === "handshake") watching.metrics.countHandshake(outcome);
  if (outcome === "ok") return;
  if (step === "proxy_header") watching.observer.refusedConnection(peer, "proxy_header");
  const text = `${peerText(peer)} ${step} ${outcome}: ${quote(why)}`;
  log.write("debug", "CONNEXION", text, { kind: "arrivals", address: peer.address });
}
