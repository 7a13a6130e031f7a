// Returns free memory to the system after many connections have ended.
//
// malloc keeps the freed blocks that lie between used ones: about 20 MB after 9,000 connections. Deno returns them
// whenever a worker ends, so a worker without code is enough. The event loop waits about 15 ms for its start.
import { type Clock, startChore } from "./background.ts";

/** Milliseconds between two looks. V8 frees what belongs to ended connections within about ten seconds. */
const LOOK_MS = 15_000;
/** Memory is returned after this many connections have ended. */
const MANY = 1_000;
/** Connections are still ending while at least this many of them end between two looks. */
const STILL_ENDING = 100;

/** Options of {@linkcode startTrimming}. */
export interface TrimmingOptions {
  /** Returns the number of connections that have ended so far. */
  readonly ended: () => number;
  readonly clock: Clock;
  /** Called when memory could not be returned. */
  readonly failed: (error: unknown) => void;
  /** Returns the free memory to the system. */
  readonly trim?: () => void;
}

/** Starts to watch the number of ended connections. @returns A function that stops it. */
export function startTrimming(
  { ended, clock, failed, trim = runEmptyWorker }: TrimmingOptions,
): () => void {
  let trimmedAt = ended();
  let last = trimmedAt;
  function step(): boolean {
    const now = ended();
    const isCalm = now - last < STILL_ENDING;
    last = now;
    if (isCalm && now - trimmedAt >= MANY) {
      trimmedAt = now;
      trim();
    }
    return true;
  }
  return startChore({ step, pauseMs: LOOK_MS, everyMs: LOOK_MS, failed }, clock);
}

function runEmptyWorker(): void {
  new Worker("data:application/javascript,", { type: "module" }).terminate();
}
