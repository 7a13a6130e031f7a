// Formats tables as CSV (RFC 4180) for spreadsheets.
import { harmless } from "./text.ts";

/** Formats rows as CSV, separated by line feeds. */
export function csv(rows: readonly (readonly string[])[]): string {
  return rows.map((row) => row.map(cell).join(",")).join("\n");
}

// Spreadsheets would take a name such as `-1+1` for a formula.
function cell(text: string): string {
  const shown = harmless(text);
  const plain = /^[=+\-@]/.test(shown) ? `'${shown}` : shown;
  return /[",;]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}
