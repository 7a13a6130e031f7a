// Takes over the terminal for full-screen output, and restores it at the end in all cases.
import { type ScreenLine, type TerminalKind, textOf } from "./style.ts";
import type { ScreenSize } from "./layout.ts";

const RESET = "\x1b[0m";
// The alternate screen, without cursor and wrapping: a line with a wrong width must not push the others.
const ENTER = "\x1b[?1049h\x1b[?25l\x1b[?7l\x1b[2J";
const LEAVE = "\x1b[?7h\x1b[?25h\x1b[?1049l";
// Terminals without synchronized updates ignore these.
const BEGIN = "\x1b[?2026h";
const END = "\x1b[?2026l";

/** A terminal that has been taken over. */
export interface Screen {
  /** Whether a page replaces the one before. If not, each page is printed below the last. */
  readonly live: boolean;
  size(): ScreenSize;
  paint(lines: readonly ScreenLine[]): void;
  /** Restores the terminal. */
  leave(): void;
}

/** Returns the text that paints a page. */
export function picture(lines: readonly ScreenLine[], { palette }: TerminalKind): string {
  if (palette === undefined) {
    // No newline at the end, because it would scroll the first line off the terminal.
    return lines.map((line) => `\r\n${textOf(line).trimEnd()}`).join("");
  }
  const painted = lines.map((line, row) => {
    const parts = line.map(({ text, style }) =>
      palette[style] === "" ? text : `${palette[style]}${text}${RESET}`
    );
    // Erase first: in the last column the cursor is on the last character written.
    return `\x1b[${row + 1};1H\x1b[K${parts.join("")}`;
  });
  return BEGIN + painted.join("") + END;
}

/** Takes over the terminal. */
export function enterScreen(kind: TerminalKind): Screen {
  const encoder = new TextEncoder();
  let left = false;
  const write = (text: string) => {
    let bytes = encoder.encode(text);
    while (bytes.length > 0) bytes = bytes.subarray(Deno.stdout.writeSync(bytes));
  };
  // A terminal whose window was closed accepts no output. SIGHUP reports this.
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
      // A pending read of the keyboard would keep the process from ending.
      attempt(() => Deno.stdin.close());
      left = true;
    },
  };
}
