// How long a leader rests after a batch of many messages, so that batches become larger under load.
import type { Batch, Log } from "./batch.ts";

/** A rest is this many times as long as appending has taken. */
const SHARE = 2;
const REST_MS = 12;

/**
 * Returns how long the next batch rests, in milliseconds. Each batch costs the same on each node, however many messages it
 * has. What the recipients of a batch answer comes in parts, one from each node, and would become as many batches. On a single
 * node it comes at once.
 *
 * @param took How long appending has taken, in milliseconds.
 * @param nodes How many nodes the leader serves.
 */
export function restAfter(took: number, nodes: number): number {
  return nodes > 1 ? Math.min(SHARE * took, REST_MS) : 0;
}

/** Appends a batch. @returns Its sequence, and how long it has taken in milliseconds. @throws The errors of the log. */
export async function appendTimed(
  batch: Batch,
  { log, now }: { readonly log: Pick<Log, "append">; readonly now: () => number },
): Promise<{ readonly sequence: number; readonly took: number }> {
  const began = now();
  const sequence = await log.append(batch);
  return { sequence, took: now() - began };
}
