// Measures how far the machine's clock is ahead of the stored times, after a long absence or because it is wrong.
import type { DatabaseSync } from "node:sqlite";
import type { Database } from "./database.ts";
import { isPlausible, nearestTime, TIMED_TABLES, type TimedTable } from "./expiry.ts";

/** Entries stored over this many milliseconds confirm a clock. */
export const CONFIRMED_AFTER_MS = 7 * 86_400_000;

/**
 * Returns the time between the entries stored before and the present clock. Entries of the last seven days belong to
 * the present clock, because a server with a wrong clock stores wrong times too.
 *
 * @param now The time of the clock, in milliseconds since 1970.
 * @returns Milliseconds; 0 if nothing older is stored.
 */
export function clockLead({ sqlite }: Database, now: number): number {
  const leads = (Object.keys(TIMED_TABLES) as TimedTable[])
    .map((table) => leadOf(sqlite, table, now)).filter((lead) => lead !== undefined);
  return leads.length === 0 ? 0 : Math.max(0, Math.min(...leads));
}

interface Entry {
  readonly id: number;
  readonly at: number;
}

function leadOf(sqlite: DatabaseSync, table: TimedTable, now: number): number | undefined {
  const column = TIMED_TABLES[table];
  const read = (rest: string, ...values: number[]) =>
    sqlite.prepare(`SELECT id, ${column} AS at FROM ${table} ${rest} LIMIT 1`)
      .get(...values) as unknown as Entry | undefined;
  const isRecent = ({ at }: Entry) => at >= now - CONFIRMED_AFTER_MS && isPlausible(at, now);
  let old = read("ORDER BY id");
  const newest = read("ORDER BY id DESC");
  if (old === undefined || newest === undefined || isRecent(old)) return undefined;
  let next: Entry = { id: newest.id + 1, at: now };
  if (!isRecent(newest)) old = newest;
  else {
    // Find, between the two, an old entry that a recent one follows.
    next = newest;
    for (let end = newest.id; end - old.id > 1;) {
      const middle: number = Math.floor((old.id + end) / 2);
      const found: Entry = read("WHERE id >= ? ORDER BY id", middle)!;
      if (found.id < end && !isRecent(found)) old = found;
      else {
        if (found.id < end) next = found;
        end = middle;
      }
    }
  }
  const before = isPlausible(old.at, now)
    ? old.at
    : nearestTime(sqlite, table, { id: old.id, now, side: "before" });
  return before === undefined ? undefined : next.at - before;
}
