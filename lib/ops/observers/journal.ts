// Writes events to the log. The form of the `[ERREUR] Problème avec` lines is a contract with fail2ban filters: the
// bare address precedes any client text.
import { isIP } from "node:net";
import type { ModerationAct, ServerObserver } from "../../chat/observer.ts";
import { networkKey } from "../../net/address.ts";
import type { CloseReason, PeerInfo } from "../../net/peer.ts";
import { formatTime } from "../../protocol/reply.ts";
import type { Cause } from "../log/line_budget.ts";
import type { Log, LogLevel } from "../log/log.ts";
import { errorText, peerText, quote } from "../log/text.ts";

const WARNED: ReadonlySet<CloseReason> = new Set<CloseReason>(["slow_consumer", "proxy_header"]);
/** Refused connections are logged at most once per second, so that a flood does not fill the disk. */
const REFUSAL_PAUSE_MS = 1_000;

/** Options of the journal. */
export interface JournalOptions {
  /** A clock in milliseconds, for events that are not logged each time. */
  readonly now?: () => number;
  /** Whether an address is shared by many people. The jail does not count offences from shared addresses. */
  readonly isShared?: (address: string) => boolean;
}

/** Creates the observer that writes the log. */
export function createJournal(
  log: Pick<Log, "write">,
  { now = () => performance.now(), isShared = () => false }: JournalOptions = {},
): ServerObserver {
  let refusalLoggedAt = -Infinity;
  let refusalsUnlogged = 0;

  // The tag of a shared address precedes `Problème`, where the filters of the jail and of the original server's guide
  // expect nothing. Client text cannot appear so early in a line.
  function problem(peer: PeerInfo, what: string): void {
    const text = `Problème avec ${peer.address} : ${what}`;
    if (isShared(peer.address)) {
      log.write("warning", "ERREUR", {
        text: `shared ${text}`,
        cause: by(peer, "offences from shared addresses"),
      });
    } else {
      log.write("warning", "ERREUR", { text, cause: { kind: "offences", offender: peer.address } });
    }
  }

  function ended(level: LogLevel, peer: PeerInfo, reason: CloseReason): void {
    const text = `${peerText(peer)} reason=${reason}`;
    log.write(level, "DECONNEXION", { text, cause: by(peer, "ends of connections") });
  }

  return {
    accepted() {},
    connected(peer) {
      log.write("info", "CONNEXION", { text: peerText(peer), cause: by(peer, "connections") });
    },
    refusedConnection(peer, limit) {
      if (now() - refusalLoggedAt < REFUSAL_PAUSE_MS) {
        refusalsUnlogged++;
        return;
      }
      const others = refusalsUnlogged === 0 ? "" : ` and ${refusalsUnlogged} more`;
      const text = `${peerText(peer)} refused limit=${limit}${others}`;
      log.write("warning", "CONNEXION", { text, cause: by(peer, "refused connections") });
      refusalLoggedAt = now();
      refusalsUnlogged = 0;
    },
    disconnected(peer, reason) {
      ended(WARNED.has(reason) ? "warning" : "info", peer, reason);
    },
    endedUnheard: (peer, reason) => ended("debug", peer, reason),
    joined(peer, name, kind) {
      const text = `${peerText(peer)} user=${quote(name)} ${kind}`;
      log.write("info", "LOGIN", { text, cause: by(peer, "joins") });
    },
    left(peer, name) {
      const text = `${peerText(peer)} user=${quote(name)} left`;
      log.write("info", "DECONNEXION", { text, cause: by(peer, "leaves") });
    },
    registered(peer, name) {
      const text = `${peerText(peer)} user=${quote(name)}`;
      log.write("info", "REGISTRE", { text, cause: by(peer, "registrations") });
    },
    login(peer, name, result) {
      if (result === "failed") problem(peer, `login_failed user=${quote(name)}`);
      else if (result === "throttled") problem(peer, `login_throttled user=${quote(name)}`);
      else if (result === "banned") {
        const text = `${peerText(peer)} user=${quote(name)} refused banned`;
        log.write("info", "LOGIN", { text, cause: by(peer, "logins of banned users") });
      }
    },
    resumed() {},
    guessed(name, network, failures) {
      const what = `guessing failures=${failures} today network=${network}`;
      log.write("warning", "LOGIN", `user=${quote(name)} ${what}`);
    },
    stateChanged(peer, name, state) {
      const text = `${peerText(peer)} user=${quote(name)} state=${quote(state)}`;
      log.write("info", "STATUS", { text, cause: by(peer, "changes of state") });
    },
    moderated(peer, act) {
      log.write("info", "MODERATION", {
        text: describeAct(peer, act),
        cause: by(peer, "acts of moderation"),
      });
    },
    commandRun() {},
    mailDelivered(peer, messages) {
      const text = `${peerText(peer)} kept messages delivered=${messages}`;
      log.write("info", "MESSAGE", { text, cause: by(peer, "deliveries of kept messages") });
    },
    mailReturned(peer, messages) {
      log.write("info", "MESSAGE", `${peerText(peer)} kept messages returned=${messages}`);
    },
    offence(peer, offence) {
      problem(peer, `${offence} conn=${peer.id}`);
    },
    refusedRequest(peer, code) {
      const text = `refused code=${code} conn=${peer.id}`;
      log.write("debug", "ERREUR", { text, cause: by(peer, "refused requests") });
    },
    delivered() {},
    storeFailed(error, messages) {
      const failure = errorText(error);
      const what = messages === 1 ? "1 message" : `${messages} messages`;
      const text = `${what} could not be stored: ${failure}`;
      log.write("error", "ERREUR", { text, cause: { kind: "failures to store", text: failure } });
    },
    handlerFailed(peer, request, error) {
      const what = `handler of ${request} failed`;
      const failure = errorText(error);
      const text = `${what} conn=${peer.id}: ${failure}`;
      log.write("error", "ERREUR", {
        text,
        cause: { kind: "failures", text: `${what}: ${failure}` },
      });
    },
  };
}

function by(peer: PeerInfo, kind: string): Cause {
  const address = isIP(peer.address) === 0 ? quote(peer.address) : networkKey(peer.address);
  return { kind, address };
}

function describeAct(
  peer: PeerInfo,
  { action, actor, target, channel, until, reason }: ModerationAct,
): string {
  return [
    // The connection of an operator has no address.
    peer.port === 0 ? `conn=${peer.id}` : peerText(peer),
    `by=${quote(actor)}`,
    action,
    ...(target === null ? [] : [`target=${quote(target)}`]),
    ...(channel === null ? [] : [`channel=${quote(channel.replace(/^#/, ""))}`]),
    ...(until === null ? [] : [`until=${formatTime(until)}`]),
    ...(reason === "" ? [] : [`reason=${quote(reason)}`]),
  ].join(" ");
}
