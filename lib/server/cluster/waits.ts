// Tells the log what a node waits for: at once, when it changes, and once a minute.
import type { Log } from "../../ops/log/log.ts";

const AGAIN_MS = 60_000;

/** Returns a function that writes a text to the log, unless it was written within the last minute. */
export function logWaits(
  log: Pick<Log, "write">,
  now: () => number = () => performance.now(),
): (text: string) => void {
  let last = "";
  let at = -Infinity;
  return (text) => {
    if (text === last && now() - at < AGAIN_MS) return;
    last = text;
    at = now();
    log.write("warning", "CLUSTER", text);
  };
}
