// Tells the log what happens. The form of the `[ERREUR] Problème avec` lines is a contract with
// fail2ban filters: the bare address stands before anything a client chose.
import type { ModerationAct, ServerObserver } from "../chat/observer.ts";
import type { CloseReason, PeerInfo } from "../net/peer.ts";
import { formatTime } from "../protocol/reply.ts";
import type { Log } from "./log.ts";
import { errorText, peerText, quote } from "./log_text.ts";

const WARNED: ReadonlySet<CloseReason> = new Set<CloseReason>(["slow_consumer", "proxy_header"]);
/** One line a second about refused connections: a flood of them must not fill the disk. */
const REFUSAL_PAUSE_MS = 1_000;

/**
 * Makes the observer that writes the log.
 *
 * @param now A clock in milliseconds, for what is not logged each time.
 */
export function createJournal(
  log: Log,
  now: () => number = () => performance.now(),
): ServerObserver {
  let refusalLoggedAt = -Infinity;
  let refusalsUnlogged = 0;

  function problem(peer: PeerInfo, what: string): void {
    log.write("warning", "ERREUR", `Problème avec ${peer.address} : ${what}`);
  }

  return {
    connected(peer) {
      log.write("info", "CONNEXION", peerText(peer));
    },
    refusedConnection(peer, limit) {
      if (now() - refusalLoggedAt < REFUSAL_PAUSE_MS) {
        refusalsUnlogged++;
        return;
      }
      const others = refusalsUnlogged === 0 ? "" : ` and ${refusalsUnlogged} more`;
      log.write("warning", "CONNEXION", `${peerText(peer)} refused limit=${limit}${others}`);
      refusalLoggedAt = now();
      refusalsUnlogged = 0;
    },
    disconnected(peer, reason) {
      const level = WARNED.has(reason) ? "warning" : "info";
      log.write(level, "DECONNEXION", `${peerText(peer)} reason=${reason}`);
    },
    joined(peer, name, kind) {
      log.write("info", "LOGIN", `${peerText(peer)} user=${quote(name)} ${kind}`);
    },
    left(peer, name) {
      log.write("info", "DECONNEXION", `${peerText(peer)} user=${quote(name)} left`);
    },
    registered(peer, name) {
      log.write("info", "REGISTRE", `${peerText(peer)} user=${quote(name)}`);
    },
    login(peer, name, result) {
      if (result === "failed") problem(peer, `login_failed user=${quote(name)}`);
      else if (result === "throttled") problem(peer, `login_throttled user=${quote(name)}`);
      else if (result === "banned") {
        log.write("info", "LOGIN", `${peerText(peer)} user=${quote(name)} refused banned`);
      }
    },
    guessed(name, network, failures) {
      const what = `guessing failures=${failures} today network=${network}`;
      log.write("warning", "LOGIN", `user=${quote(name)} ${what}`);
    },
    stateChanged(peer, name, state) {
      const who = `${peerText(peer)} user=${quote(name)}`;
      log.write("info", "STATUS", `${who} state=${quote(state)}`);
    },
    moderated(peer, act) {
      log.write("info", "MODERATION", describeAct(peer, act));
    },
    commandRun() {},
    mailDelivered(peer, messages) {
      log.write("info", "MESSAGE", `${peerText(peer)} kept messages delivered=${messages}`);
    },
    offence(peer, offence) {
      problem(peer, `${offence} conn=${peer.id}`);
    },
    refusedRequest(peer, code) {
      log.write("debug", "ERREUR", `refused code=${code} conn=${peer.id}`);
    },
    delivered() {},
    storeFailed(error, messages) {
      const what = `${messages} messages could not be stored`;
      log.write("error", "ERREUR", `${what}: ${errorText(error)}`);
    },
    handlerFailed(peer, request, error) {
      const what = `handler of ${request} failed conn=${peer.id}`;
      log.write("error", "ERREUR", `${what}: ${errorText(error)}`);
    },
  };
}

function describeAct(
  peer: PeerInfo,
  { action, actor, target, channel, until, reason }: ModerationAct,
): string {
  return [
    // The operator's connection has no address.
    peer.port === 0 ? `conn=${peer.id}` : peerText(peer),
    `by=${quote(actor)}`,
    action,
    ...(target === null ? [] : [`target=${quote(target)}`]),
    ...(channel === null ? [] : [`channel=${quote(channel.replace(/^#/, ""))}`]),
    ...(until === null ? [] : [`until=${formatTime(until)}`]),
    ...(reason === "" ? [] : [`reason=${quote(reason)}`]),
  ].join(" ");
}
