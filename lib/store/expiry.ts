// What has expired, by the order in which it was stored. The clock of a machine can be wrong for a while: a
// time that it wrote then says nothing about the age of an entry, but the ids of its neighbours do.
import type { DatabaseSync } from "node:sqlite";

/** Before this the program did not exist: a machine that says so has no clock of its own and waits for one. */
const EARLIEST = Date.UTC(2024, 0, 1);
/** Clocks are set right by small steps all the time, in milliseconds. */
const SLACK = 300_000;

/** Tables whose entries have ascending ids and a time. */
export const TIMED_TABLES = { messages: "sent_at", audit: "at" } as const;

/** One of {@linkcode TIMED_TABLES}. */
export type TimedTable = keyof typeof TIMED_TABLES;

/** The range of times that a right clock can have written, both ends included. */
export function plausibleTimes(now: number): { readonly from: number; readonly to: number } {
  return { from: now < EARLIEST ? -Infinity : EARLIEST, to: now + SLACK };
}

/** Whether a right clock can have written a time. */
export function isPlausible(time: number, now: number): boolean {
  const { from, to } = plausibleTimes(now);
  return time >= from && time <= to;
}

/** What is too old. Times in milliseconds since 1970. */
export interface Age {
  /** What was stored before this has expired. */
  readonly before: number;
  /** The time by a right clock; without it, every time that was written is believed. */
  readonly now?: number | undefined;
}

/**
 * The last of the oldest entries of a table that have expired. Entries expire in the order of their ids, up to
 * the first one that is young enough. One with an impossible time expires with an older one behind it.
 *
 * @param most How many entries to look at.
 * @returns Its id; `undefined` where none has expired.
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

/** The time of the nearest entry before or after an id that a right clock can have written. */
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
