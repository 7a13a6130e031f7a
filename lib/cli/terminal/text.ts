// Text for a terminal: what a client chose is made harmless, and measured in columns.
import { escapeUnits } from "../../protocol/json.ts";

// What moves the cursor, turns the writing direction or hides: controls, formats, line separators,
// surrogates and what is not a character. Private characters show whatever a font has for them.
const UNSAFE = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}]/gu;
const LINE_END_OR_UNSAFE = new RegExp(`\\r?\\n|${UNSAFE.source}`, "gu");
const MARK = /^\p{M}$/u;
const DOTTED_CIRCLE = "◌";
/** Marks on one letter that are shown; some texts pile up hundreds. */
const MARKS_MAX = 2;

/**
 * Makes a text harmless on a terminal: control, format and bidi characters become `\uXXXX`, and marks
 * that would join what stands before the text get a letter of their own.
 *
 * @example
 * ```ts
 * harmless("\x1b[2J"); // \u001b[2J
 * ```
 */
export function harmless(text: string): string {
  const escaped = text.toWellFormed().replace(UNSAFE, escape);
  let shown = "";
  let marks = 0;
  for (const character of escaped) {
    if (!MARK.test(character)) {
      marks = 0;
      shown += character;
      continue;
    }
    if (shown === "") shown = DOTTED_CIRCLE;
    if (++marks <= MARKS_MAX) shown += character;
  }
  return shown;
}

function escape(character: string): string {
  const code = character.codePointAt(0)!;
  return code > 0xffff ? `\\u{${code.toString(16)}}` : escapeUnits(character);
}

/** Lines that do no harm on a terminal: only the ends of lines stay. Escaped JSON is the same JSON. */
export function harmlessLines(text: string): string {
  return text.replace(
    LINE_END_OR_UNSAFE,
    (found) => found.endsWith("\n") ? found : escapeUnits(found),
  );
}

/** JSON text that does no harm on a terminal either, and is still the same JSON. */
export function harmlessJson(value: unknown, indent?: number): string {
  return harmlessLines(JSON.stringify(value, null, indent));
}

/** Columns that a harmless text takes. */
export function columns(text: string): number {
  let sum = 0;
  for (const character of text) sum += columnsOf(character);
  return sum;
}

function columnsOf(character: string): number {
  const code = character.codePointAt(0)!;
  if (code < 0x300) return 1;
  if (MARK.test(character)) return 0;
  return isWide(code) ? 2 : 1;
}

// East Asian Width W and F, and emoji, by their blocks.
const WIDE: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x231a, 0x231b],
  [0x2329, 0x232a],
  [0x23e9, 0x23ec],
  [0x25fd, 0x25fe],
  [0x2614, 0x2615],
  [0x2648, 0x2653],
  [0x26a1, 0x26a1],
  [0x26bd, 0x26be],
  [0x2705, 0x2705],
  [0x2728, 0x2728],
  [0x274c, 0x274c],
  [0x2753, 0x2757],
  [0x2795, 0x2797],
  [0x2b50, 0x2b50],
  [0x2e80, 0x303e],
  [0x3041, 0xa4cf],
  [0xa960, 0xa97f],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe30, 0xfe6f],
  [0xff01, 0xff60],
  [0xffe0, 0xffe6],
  [0x1f004, 0x1f004],
  [0x1f0cf, 0x1f0cf],
  [0x1f18e, 0x1f19a],
  [0x1f200, 0x1f320],
  [0x1f32d, 0x1f64f],
  [0x1f680, 0x1f6ff],
  [0x1f7e0, 0x1f7eb],
  [0x1f90c, 0x1f9ff],
  [0x1fa70, 0x1faff],
  [0x20000, 0x3fffd],
];

function isWide(code: number): boolean {
  return WIDE.some(([first, last]) => code >= first && code <= last);
}

/** Cuts a harmless text to so many columns; what was cut ends in `…`. */
export function cut(text: string, width: number): string {
  if (columns(text) <= width) return text;
  if (width <= 0) return "";
  let shown = "";
  let taken = 0;
  for (const character of text) {
    const more = columnsOf(character);
    if (taken + more > width - 1) break;
    shown += character;
    taken += more;
  }
  return `${shown}…`;
}

/** Cuts or fills a harmless text to exactly so many columns. */
export function fit(text: string, width: number, align: "left" | "right" = "left"): string {
  const shown = cut(text, width);
  const spaces = " ".repeat(Math.max(0, width - columns(shown)));
  return align === "left" ? shown + spaces : spaces + shown;
}
