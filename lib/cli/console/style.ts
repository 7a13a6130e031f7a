// Lines of styled text, and the escape sequences for each style.
import { columns, cut } from "../terminal/text.ts";

/** The style of a part of a line. */
export type Style =
  | "plain"
  | "title"
  | "section"
  | "heading"
  | "label"
  | "figure"
  | "good"
  | "notable"
  | "warning"
  | "bad"
  | "faint"
  | "key"
  | "chosen"
  | "question";

/** A part of a line. Its text has been made harmless. */
export interface Span {
  readonly text: string;
  readonly style: Style;
}

/** A line of the page. */
export type ScreenLine = readonly Span[];

/** Returns a part of a line. */
export function styled(text: string, style: Style = "plain"): Span {
  return { text, style };
}

/** Returns the text of a line. */
export function textOf(line: ScreenLine): string {
  return line.map(({ text }) => text).join("");
}

/** Returns the width of a line in columns. */
export function widthOf(line: ScreenLine): number {
  return line.reduce((sum, { text }) => sum + columns(text), 0);
}

/** Cuts a line to a width. A cut line ends in `…`. */
export function cutLine(line: ScreenLine, width: number): ScreenLine {
  if (widthOf(line) <= width) return line;
  const shown: Span[] = [];
  let left = width;
  for (const { text, style } of line) {
    const taken = columns(text);
    if (taken < left) {
      shown.push({ text, style });
      left -= taken;
    } else {
      // The space makes `cut` add `…` even if this part fits exactly.
      shown.push({ text: cut(`${text} `, left), style });
      break;
    }
  }
  return shown;
}

/** Cuts or pads a line to exactly a width. */
export function fitLine(line: ScreenLine, width: number, fill: Style = "plain"): ScreenLine {
  const shown = cutLine(line, width);
  const missing = width - widthOf(shown);
  return missing > 0 ? [...shown, styled(" ".repeat(missing), fill)] : shown;
}

/** The escape sequence before a text of each style. */
export type Palette = Readonly<Record<Style, string>>;

const COLOURS: Palette = {
  plain: "",
  title: "\x1b[1;97;44m",
  section: "\x1b[1;36m",
  heading: "\x1b[2;4m",
  label: "\x1b[2m",
  figure: "\x1b[1m",
  good: "\x1b[32m",
  notable: "\x1b[36m",
  warning: "\x1b[33m",
  bad: "\x1b[1;31m",
  faint: "\x1b[2m",
  key: "\x1b[1;36m",
  chosen: "\x1b[30;46m",
  question: "\x1b[30;43m",
};

/** Bold, underline and reverse, for terminals without colours. */
const NO_COLOURS: Palette = {
  plain: "",
  title: "\x1b[7m",
  section: "\x1b[1m",
  heading: "\x1b[4m",
  label: "",
  figure: "\x1b[1m",
  good: "",
  notable: "",
  warning: "\x1b[1m",
  bad: "\x1b[1m",
  faint: "",
  key: "\x1b[1m",
  chosen: "\x1b[7m",
  question: "\x1b[7m",
};

/** What the environment says about a terminal. */
export interface TerminalKind {
  /** Whether the terminal cannot move the cursor. Then lines are printed one after the other. */
  readonly dumb: boolean;
  readonly palette: Palette | undefined;
}

/** Evaluates `TERM` and `NO_COLOR`. Without `TERM` the terminal is unknown and treated as dumb. */
export function terminalKind(env: Readonly<Record<string, string | undefined>>): TerminalKind {
  const term = env["TERM"] ?? "";
  if (term === "" || term === "dumb") return { dumb: true, palette: undefined };
  const colourless = (env["NO_COLOR"] ?? "") !== "" || /^vt\d|-m(ono)?$/.test(term);
  return { dumb: false, palette: colourless ? NO_COLOURS : COLOURS };
}
