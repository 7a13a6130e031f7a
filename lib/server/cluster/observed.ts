// The log of a connection is written by the node that has the connection. So the leader passes the events of connections on
// to their nodes, with the output of the turn.
import type { ServerObserver } from "../../chat/observer.ts";
import type { ChatSeam } from "../../cluster/node_parts.ts";
import type { PeerInfo } from "../../net/peer.ts";
import { errorText, QUOTE_MAX } from "../../ops/log/text.ts";
import type { Base } from "../base.ts";

/** The events of connections of which the log has a line. A failure of the leader is none of them. */
const PASSED_ON = [
  "refusedConnection",
  "connected",
  "disconnected",
  "endedUnheard",
  "joined",
  "left",
  "registered",
  "login",
  "stateChanged",
  "moderated",
  "mailDelivered",
  "mailReturned",
  "offence",
  "refusedRequest",
] as const satisfies readonly (keyof ServerObserver)[];

/** Events with a line of the level `debug`. There may be many, so they are passed on only if the leader has that level. */
const DETAILS: ReadonlySet<string> = new Set<keyof ServerObserver>([
  "endedUnheard",
  "refusedRequest",
]);

/** The log shows fewer characters of a text. A character has at most two units. */
const TEXT_MAX = 2 * (QUOTE_MAX + 1);

type Tell = (peer: PeerInfo, ...details: unknown[]) => void;

/**
 * Returns the observer that writes the log of a led chat. Events of connections are written by their nodes, all others
 * and those of lost nodes here.
 */
export function journalOfAll(
  { watching: { journal }, settings }: Pick<Base, "watching" | "settings">,
  observed: ChatSeam["observed"],
): Partial<ServerObserver> {
  const passing = PASSED_ON.map((event) => {
    const tell: Tell = (peer, ...details) => {
      if (DETAILS.has(event) && settings.config.log.level !== "debug") return;
      if (observed(peer.id, encode(event, peer, details))) return;
      (journal[event] as Tell)(peer, ...details);
    };
    return [event, tell];
  });
  return {
    guessed: journal.guessed,
    storeFailed: journal.storeFailed,
    handlerFailed: journal.handlerFailed,
    ...Object.fromEntries(passing),
  };
}

/** Writes an event that the leader has passed on. An event that this version does not know is ignored. */
export function logObserved(
  bytes: Uint8Array,
  { watching: { journal }, log }: Pick<Base, "watching" | "log">,
): void {
  try {
    const [event, peer, ...details] = JSON.parse(new TextDecoder().decode(bytes));
    const known = PASSED_ON.find((name) => name === event);
    if (known !== undefined) (journal[known] as Tell)(peer, ...details);
  } catch (error) {
    log.write("error", "ERREUR", `an event of the leader cannot be read: ${errorText(error)}`);
  }
}

function encode(event: string, { id, address, port }: PeerInfo, details: unknown[]): Uint8Array {
  const text = JSON.stringify(
    [event, { id, address, port }, ...details],
    (_key, value) => typeof value === "string" ? value.slice(0, TEXT_MAX) : value,
  );
  return new TextEncoder().encode(text);
}
