// Finds expired entries by the order in which they were stored. A machine's clock can be wrong for a while. The times
// it writes then do not show the age of an entry, but the times of its neighbours by id do.
import type { DatabaseSync } from "node:sqlite";

/** The program did not exist before this date. A clock with an earlier time is not set yet. */
const EARLIEST = Date.UTC(2024, 0, 1);
/** Milliseconds by which a correct clock may jump when it is adjusted. */
const SLACK = 300_000;

/** Tables whose entries have ascending ids and a time. */
export const TIMED_TABLES = { messages: "sent_at", audit: "at" } as const;

/** One of {@linkcode TIMED_TABLES}. */
export type TimedTable = keyof typeof TIMED_TABLES;

/** Returns the range of times that a correct clock can have written, both ends included. */
export function plausibleTimes(now: number): { readonly from: number; readonly to: number } {
  return { from: now < EARLIEST ? -Infinity : EARLIEST, to: now + SLACK };
}

/** Whether a correct clock can have written a time. */
export function isPlausible(time: number, now: number): boolean {
  const { from, to } = plausibleTimes(now);
  return time >= from && time <= to;
}

/** The age at which entries expire. Times are in milliseconds since 1970. */
export interface Age {
  /** Entries stored before this time have expired. */
  readonly before: number;
  /** The present time of a correct clock. Without it, all stored times are trusted. */
  readonly now?: number | undefined;
}

/**
 * Finds the newest expired entry of a table. Entries expire in the order of their ids, up to the first entry that is
 * young enough. An entry with an impossible time expires once the next entry with a possible time has expired.
 *
 * @param most The maximum number of entries to look at.
 * @returns The id of the entry; `undefined` if none has expired.
 */
export function lastExpired(
  sqlite: DatabaseSync,
  table: TimedTable,
  { before, now = Infinity, most }: Age & { readonly most: number },
): number | undefined {
  const column = TIMED_TABLES[table];
  const believed = (time: number) => now === Infinity || isPlausible(time, now);
  const rows = sqlite.prepare(`SELECT id, ${column} AS at FROM ${table} ORDER BY id LIMIT ?`)
    .all(most) as unknown as { id: number; at: number }[];
  let expired: number | undefined;
  for (const { id, at } of rows) {
    if (!believed(at)) continue;
    if (at >= before) return expired;
    expired = id;
  }
  const last = rows.at(-1)?.id;
  if (last === undefined || last === expired) return expired;
  const next = nearestTime(sqlite, table, { id: last, now, side: "after" });
  return next !== undefined && next < before ? last : expired;
}

/** Returns the time of the nearest entry before or after an id whose time a correct clock can have written. */
export function nearestTime(
  sqlite: DatabaseSync,
  table: TimedTable,
  { id, now, side }: {
    readonly id: number;
    readonly now: number;
    readonly side: "before" | "after";
  },
): number | undefined {
  const column = TIMED_TABLES[table];
  const { from, to } = plausibleTimes(now);
  const [sign, order] = side === "after" ? [">", "ASC"] : ["<", "DESC"];
  const row = sqlite.prepare(
    `SELECT ${column} AS at FROM ${table} WHERE id ${sign} ? AND ${column} BETWEEN ? AND ?
      ORDER BY id ${order} LIMIT 1`,
  ).get(id, from, to);
  return row?.["at"] as number | undefined;
}
