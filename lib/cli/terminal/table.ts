// Formats tables for people: aligned columns with a heading, safe to print.
import { columns, fit, harmless } from "./text.ts";

/** A column of a table. */
export interface Column<T> {
  readonly title: string;
  /** Returns the text of a cell. The table makes it harmless. */
  readonly text: (row: T) => string;
  /** `right` for numbers. */
  readonly align?: "left" | "right";
}

/** Formats a table, the heading first, without trailing spaces. */
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
