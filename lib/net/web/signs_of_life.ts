// Asks silent WebSockets for a sign of life, and ends those that give none. Proxies close what is silent for a minute,
// and phones vanish.
import type { WebSocketStream } from "./web_socket_stream.ts";

/** What the watch works with. */
export interface SignsOptions {
  /** The open WebSockets. */
  readonly open: Iterable<Pick<WebSocketStream, "heardAt" | "sendPing" | "endLost">>;
  /** In milliseconds; only goes forward. */
  readonly now: () => number;
  /** Runs something after some milliseconds. @returns A function that calls it off. */
  readonly after: (milliseconds: number, run: () => void) => () => void;
}

/** Milliseconds of silence after which a client is asked. */
export const SILENCE_MS = 25_000;
/** Milliseconds that a client has for its answer. */
export const ANSWER_MS = 25_000;
/** Milliseconds between two looks. */
export const LOOK_MS = 2_500;

/** Begins to watch. One timer serves all. @returns Ends it. */
export function watchSigns({ open, now, after }: SignsOptions): () => void {
  type Silent = typeof open extends Iterable<infer T> ? T : never;
  // Those that were asked, and when.
  let asked = new Map<Silent, number>();
  let cancel = after(LOOK_MS, look);
  function look(): void {
    const still = new Map<Silent, number>();
    const time = now();
    for (const stream of open) {
      if (time - stream.heardAt < SILENCE_MS) continue;
      const since = asked.get(stream);
      // What came since then is the answer, or better; a new silence asks again.
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
