// Tables of texts for people, and times in them.
import { columns, fit, harmless } from "./terminal/text.ts";

/** Columns as wide as they need to be, below their headings; the last one may be as long as it is. */
export function formatTable(headings: readonly string[], rows: readonly string[][]): string {
  const all = [headings, ...rows].map((row) => row.map(harmless));
  const widths = headings.map((_, at) => Math.max(...all.map((row) => columns(row[at]!))));
  return all.map((row) => row.map((cell, at) => fit(cell, widths[at]!)).join("  ").trimEnd())
    .join("\n");
}

/** A time to the second, as ISO 8601 has it, in UTC. */
export function isoTime(time: number): string;
export function isoTime(time: number | null): string | null;
export function isoTime(time: number | null): string | null {
  return time === null ? null : new Date(time).toISOString().replace(/\.\d+Z$/, "Z");
}
