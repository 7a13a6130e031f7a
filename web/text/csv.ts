// Writes tables and texts that staff saves in files: CSV for spreadsheets, and plain text.

/** Marks a file as UTF-8, for spreadsheets. */
const BYTE_ORDER_MARK = "\ufeff";

/** Matches what a spreadsheet would run as a formula. */
const FORMULA = /^[\s]*[=+\-@|]/;

/** Returns a table as CSV. `separator`: `;` where a comma separates the decimals, such as in French. */
export function csvOf(
  rows: readonly (readonly (string | number)[])[],
  separator: ";" | ",",
): string {
  const lines = rows.map((row) => row.map((cell) => cellOf(cell, separator)).join(separator));
  return `${BYTE_ORDER_MARK}${lines.join("\r\n")}\r\n`;
}

function cellOf(cell: string | number, separator: string): string {
  if (typeof cell === "number") return String(cell);
  // Pupils choose names and contents. An apostrophe keeps a spreadsheet from running them as formulas.
  const safe = FORMULA.test(cell) || /^[\t\r\n]/.test(cell) ? `'${cell}` : cell;
  return new RegExp(`["\\r\\n\\t${separator}]|^\\s|\\s$`).test(safe)
    ? `"${safe.replaceAll('"', '""')}"`
    : safe;
}

/** Returns a name that every file system accepts. */
export function fileName(...parts: readonly string[]): string {
  const name = parts.join("-").replace(/[^\p{L}\p{N}._-]+/gu, "-").replace(/^[-.]+|[-.]+$/g, "");
  return name.slice(0, 100) || "classcord";
}

/** Returns a date and time as `2026-11-27 10:02:03`, in the time zone of the computer. */
export function localTime(at: number): string {
  const date = new Date(at);
  const two = (value: number) => String(value).padStart(2, "0");
  const day = [date.getFullYear(), two(date.getMonth() + 1), two(date.getDate())].join("-");
  return `${day} ${[date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(":")}`;
}
