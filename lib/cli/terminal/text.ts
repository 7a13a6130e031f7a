// Makes text from clients harmless for a terminal, and measures its width in columns.
import { eastAsianWidth } from "get-east-asian-width";
import { escapeUnits } from "../../protocol/json.ts";

// Characters that move the cursor, change the writing direction or are invisible: controls, formats, line
// separators, surrogates, private and unassigned characters. A private character looks as its font decides.
const UNSAFE = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}]/gu;
const LINE_END_OR_UNSAFE = new RegExp(`\\r?\\n|${UNSAFE.source}`, "gu");
const MARK = /^\p{M}$/u;
const DOTTED_CIRCLE = "◌";
/** Maximum number of marks to show on one letter. Some texts pile up hundreds. */
const MARKS_MAX = 2;

/**
 * Makes a text harmless on a terminal. Control, format and bidi characters become `\uXXXX`. Marks that would join
 * the text before them get a letter of their own.
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

/** Makes a text of several lines harmless for a terminal. Line ends stay. Escaped JSON remains the same JSON. */
export function harmlessLines(text: string): string {
  return text.replace(
    LINE_END_OR_UNSAFE,
    (found) => found.endsWith("\n") ? found : escapeUnits(found),
  );
}

/** Returns JSON that is harmless for a terminal and remains the same JSON. */
export function harmlessJson(value: unknown, indent?: number): string {
  return harmlessLines(JSON.stringify(value, null, indent));
}

/** Returns the width of a harmless text in columns. */
export function columns(text: string): number {
  let sum = 0;
  for (const character of text) sum += columnsOf(character);
  return sum;
}

// Marks on the character before, and the vowels and finals of decomposed Hangul syllables.
const NO_WIDTH = /^[\p{Mn}\p{Me}\u1160-\u11ff\ud7b0-\ud7ff]$/u;

function columnsOf(character: string): number {
  const code = character.codePointAt(0)!;
  if (code < 0x300) return 1;
  return NO_WIDTH.test(character) ? 0 : eastAsianWidth(code);
}

/** Cuts a harmless text to a width in columns. A cut text ends in `…`. */
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

/** Cuts or pads a harmless text to exactly a width in columns. */
export function fit(text: string, width: number, align: "left" | "right" = "left"): string {
  const shown = cut(text, width);
  const spaces = " ".repeat(Math.max(0, width - columns(shown)));
  return align === "left" ? shown + spaces : spaces + shown;
}
