// Splits CSV text into records as in RFC 4180: quoted cells, doubled quotes, line ends inside quotes.
import { COLUMNS_MAX } from "./limits.ts";
import { ListError, problemOf } from "./problem.ts";

/** The separators of cells. */
export const SEPARATORS = [";", ",", "\t"] as const;

/** One of {@linkcode SEPARATORS}. */
export type Separator = typeof SEPARATORS[number];

/** One record. */
export interface CsvRecord {
  /** The line where it begins, counted from 1. */
  readonly line: number;
  readonly cells: readonly string[];
}

/**
 * Reads the records of a text one by one. Empty lines are skipped. Lines end with CR LF, LF or CR.
 *
 * @throws {ListError} if a quoted cell does not end, or goes on after its quote.
 */
export function* readCsv(text: string, separator: Separator): Generator<CsvRecord> {
  const plainEnd = new RegExp(`[${separator}\\r\\n]`, "g");
  let at = 0;
  let line = 1;
  while (at < text.length) {
    // Empty lines and cells may be a million, so they are skipped without the rest.
    if (text[at] === "\n") {
      at++;
      line++;
      continue;
    }
    const first = line;
    const cells: string[] = [];
    for (;;) {
      const cell = text[at] === '"'
        ? quotedCell(text, at, line)
        : text[at] === separator
        ? { text: "", end: at, lines: 0 }
        : plainCell(text, at, plainEnd);
      line += cell.lines;
      at = cell.end;
      if (cells.length <= COLUMNS_MAX) cells.push(cell.text);
      const next = text[at];
      if (next === separator) {
        at++;
        continue;
      }
      if (next !== undefined && next !== "\r" && next !== "\n") {
        throw new ListError(problemOf(line, "after_quote"));
      }
      break;
    }
    at += text.startsWith("\r\n", at) ? 2 : 1;
    line++;
    if (cells.some((cell) => cell.trim() !== "")) yield { line: first, cells };
  }
}

interface Cell {
  readonly text: string;
  /** Where the text goes on. */
  readonly end: number;
  /** The number of line ends inside. */
  readonly lines: number;
}

function plainCell(text: string, at: number, end: RegExp): Cell {
  end.lastIndex = at;
  const found = end.exec(text)?.index ?? text.length;
  return { text: text.slice(at, found), end: found, lines: 0 };
}

function quotedCell(text: string, at: number, line: number): Cell {
  let end = at + 1;
  for (;;) {
    end = text.indexOf('"', end);
    if (end < 0) throw new ListError(problemOf(line, "open_quote"));
    if (text[end + 1] !== '"') break;
    end += 2;
  }
  const inside = text.slice(at + 1, end).replaceAll('""', '"');
  return { text: inside, end: end + 1, lines: inside.match(/\r\n|\r|\n/g)?.length ?? 0 };
}
