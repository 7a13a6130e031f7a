// The terminal as a screen: taken over at the start, given back at the end, whatever happens.
import type { LineStyle, ScreenLine, ScreenSize } from "./render.ts";

const STYLES: Readonly<Record<LineStyle, string>> = {
  plain: "",
  bar: "\x1b[7m",
  heading: "\x1b[1;4m",
  chosen: "\x1b[7m",
  faint: "\x1b[2m",
  wrong: "\x1b[1;31m",
};
const PLAIN_STYLES: Readonly<Partial<Record<LineStyle, string>>> = { wrong: "\x1b[1m" };
const RESET = "\x1b[0m";
// The alternate screen, no cursor, no wrapping: a line that is measured wrong must not push the others.
const ENTER = "\x1b[?1049h\x1b[?25l\x1b[?7l\x1b[2J";
const LEAVE = "\x1b[?7h\x1b[?25h\x1b[?1049l";
// A terminal that knows no synchronized updates ignores these.
const BEGIN = "\x1b[?2026h";
const END = "\x1b[?2026l";

/** A terminal that is taken over. */
export interface Screen {
  size(): ScreenSize;
  paint(lines: readonly ScreenLine[]): void;
  /** Gives the terminal back as it was. */
  leave(): void;
}

/** Takes the terminal over. */
export function enterScreen(): Screen {
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
  write(ENTER);
  return {
    size() {
      let size: ScreenSize = { columns: 0, rows: 0 };
      attempt(() => size = Deno.consoleSize());
      return size;
    },
    paint(lines) {
      if (left) return;
      const painted = lines.map(({ text, style }, row) => {
        const styled = (Deno.noColor ? PLAIN_STYLES[style] : undefined) ?? STYLES[style];
        // Erased first: in the last column the cursor stands on what was just written.
        return `\x1b[${row + 1};1H\x1b[K${styled}${text}${RESET}`;
      });
      attempt(() => write(BEGIN + painted.join("") + END));
    },
    leave() {
      attempt(() => write(LEAVE));
      attempt(() => Deno.stdin.setRaw(false));
      // A read of the keyboard that still waits would keep the process from ending.
      attempt(() => Deno.stdin.close());
      left = true;
    },
  };
}
