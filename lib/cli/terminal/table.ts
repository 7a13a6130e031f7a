// Tables for people: aligned columns under a heading, safe to print.
import { columns, fit, harmless } from "./text.ts";

/** One column of a table of `T`. */
export interface Column<T> {
  readonly title: string;
  /** The text of a cell; what a client chose is made harmless here. */
  readonly text: (row: T) => string;
  /** Numbers stand at the right. */
  readonly align?: "left" | "right";
}

/** The lines of a table, the heading first; no spaces at their ends. */
export function table<T>(rows: readonly T[], described: readonly Column<T>[]): string {
  const cells = rows.map((row) => described.map(({ text }) => harmless(text(row))));
  const widths = described.map(({ title }, at) =>
    Math.max(title.length, ...cells.map((line) => columns(line[at]!)))
  );
  const titles = described.map(({ title }) => title);
  return [titles, ...cells].map((line) =>
    line.map((cell, at) => fit(cell, widths[at]!, described[at]!.align)).join("  ").trimEnd()
  ).join("\n");
}
