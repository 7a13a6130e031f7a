// Sends pings over silent WebSockets, and closes those that do not answer. Proxies close connections that are silent
// for a minute, and phones vanish without closing theirs.
import type { WebSocketStream } from "./web_socket_stream.ts";

/** What {@linkcode watchSigns} works with. */
export interface SignsOptions {
  /** The open WebSockets. */
  readonly open: Iterable<Pick<WebSocketStream, "heardAt" | "sendPing" | "endLost">>;
  /** A clock in milliseconds that never goes back. */
  readonly now: () => number;
  /** Runs a function after some milliseconds. @returns A function that cancels it. */
  readonly after: (milliseconds: number, run: () => void) => () => void;
}

/** After this many milliseconds of silence, the server sends a ping. */
export const SILENCE_MS = 25_000;
/** The time that a client has to answer a ping, in milliseconds. */
export const ANSWER_MS = 25_000;
/** The time between two checks of all WebSockets, in milliseconds. */
export const LOOK_MS = 2_500;

/** Starts to check the WebSockets, with one timer for all. @returns A function that stops the checks. */
export function watchSigns({ open, now, after }: SignsOptions): () => void {
  type Silent = typeof open extends Iterable<infer T> ? T : never;
  // When each silent WebSocket was sent its ping.
  let asked = new Map<Silent, number>();
  let cancel = after(LOOK_MS, look);
  function look(): void {
    const still = new Map<Silent, number>();
    const time = now();
    for (const stream of open) {
      if (time - stream.heardAt < SILENCE_MS) continue;
      const since = asked.get(stream);
      // Any bytes since the ping show that the client is alive, so this is a new silence.
      if (since === undefined || stream.heardAt > since) {
        stream.sendPing();
        still.set(stream, time);
      } else if (time - since >= ANSWER_MS) stream.endLost();
      else still.set(stream, since);
    }
    asked = still;
    cancel = after(LOOK_MS, look);
  }
  return () => cancel();
}
