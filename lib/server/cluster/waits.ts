// Tells the log what a node waits for: at once, when it changes, and once a minute.
import { codeOf, JS_CODES } from "../../cluster/nats/jetstream.ts";
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

/** Says why the log cannot be opened yet, and what to do. */
export function troubleText(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  if (codeOf(error) === JS_CODES.tooFewServers) {
    return `fewer NATS servers than the log requires have joined (${text}). Start nats-server on the other machines. ` +
      "If it runs on all, restart it on one after the other";
  }
  if (!/no responders/i.test(text)) return text;
  return "JetStream does not answer. Enable it in the configuration of nats-server";
}
