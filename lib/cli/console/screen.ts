// The terminal as a screen: taken over at the start, given back at the end, whatever happens.
import { type ScreenLine, type TerminalKind, textOf } from "./style.ts";
import type { ScreenSize } from "./layout.ts";

const RESET = "\x1b[0m";
// The alternate screen, no cursor, no wrapping: a line that is measured wrong must not push the others.
const ENTER = "\x1b[?1049h\x1b[?25l\x1b[?7l\x1b[2J";
const LEAVE = "\x1b[?7h\x1b[?25h\x1b[?1049l";
// A terminal that knows no synchronized updates ignores these.
const BEGIN = "\x1b[?2026h";
const END = "\x1b[?2026l";

/** A terminal that is taken over. */
export interface Screen {
  /** Whether a picture replaces the one before. Where it does not, each one is printed below. */
  readonly live: boolean;
  size(): ScreenSize;
  paint(lines: readonly ScreenLine[]): void;
  /** Gives the terminal back as it was. */
  leave(): void;
}

/** What is written for a picture. */
export function picture(lines: readonly ScreenLine[], { palette }: TerminalKind): string {
  if (palette === undefined) {
    // No newline at the end: it would push the first line off the terminal.
    return lines.map((line) => `\r\n${textOf(line).trimEnd()}`).join("");
  }
  const painted = lines.map((line, row) => {
    const parts = line.map(({ text, style }) =>
      palette[style] === "" ? text : `${palette[style]}${text}${RESET}`
    );
    // Erased first: in the last column the cursor stands on what was just written.
    return `\x1b[${row + 1};1H\x1b[K${parts.join("")}`;
  });
  return BEGIN + painted.join("") + END;
}

/** Takes the terminal over. */
export function enterScreen(kind: TerminalKind): Screen {
  const encoder = new TextEncoder();
  let left = false;
  const write = (text: string) => {
    let bytes = encoder.encode(text);
    while (bytes.length > 0) bytes = bytes.subarray(Deno.stdout.writeSync(bytes));
  };
  // A terminal whose window was closed takes nothing any more; SIGHUP tells of it.
  const attempt = (action: () => void) => {
    try {
      action();
    } catch {
      left = true;
    }
  };
  Deno.stdin.setRaw(true);
  if (!kind.dumb) write(ENTER);
  return {
    live: !kind.dumb,
    size() {
      let size: ScreenSize = { columns: 0, rows: 0 };
      attempt(() => size = Deno.consoleSize());
      return size;
    },
    paint(lines) {
      if (!left) attempt(() => write(picture(lines, kind)));
    },
    leave() {
      attempt(() => write(kind.dumb ? "\r\n" : LEAVE));
      attempt(() => Deno.stdin.setRaw(false));
      // A read of the keyboard that still waits would keep the process from ending.
      attempt(() => Deno.stdin.close());
      left = true;
    },
  };
}
