// Keeps the last lines in both directions for the inspector. Passwords, tokens and codes are never kept.
import { maskSecrets } from "../text/secrets.ts";

/** The maximum number of lines that are kept. The oldest is discarded. */
export const WIRE_MAX = 500;

/** The maximum length of a received line that is kept, in UTF-16 units. The rest is cut. */
const RECEIVED_MAX = 8192;

/** A line that has travelled. */
export interface WireLine {
  /** Unique and growing. */
  readonly key: number;
  readonly direction: "out" | "in";
  /** Milliseconds since 1970. */
  readonly at: number;
  /** The length of the whole line in UTF-8, without the newline. */
  readonly bytes: number;
  /** The line as it travelled, except that secrets are masked and a long received line is cut. */
  readonly text: string;
}

/** The last lines in both directions. */
export interface WireLog {
  /** Returns the lines, the oldest first. */
  read(): readonly WireLine[];
  /** Adds a line. */
  readonly add: (direction: "out" | "in", text: string) => void;
  /** Removes all lines. */
  clear(): void;
  /** Calls `changed` after each change, until the returned function is called. There is one listener at a time. */
  listen(changed: () => void): () => void;
}

/** Creates an empty log. @param now Returns the time in milliseconds since 1970. */
export function createWireLog(now: () => number): WireLog {
  let lines: WireLine[] = [];
  let key = 0;
  let tell: (() => void) | undefined;
  return {
    read: () => lines,
    add(direction, text) {
      const masked = maskSecrets(text);
      const kept = direction === "in" && masked.length > RECEIVED_MAX
        ? `${masked.slice(0, RECEIVED_MAX)}…`
        : masked;
      const bytes = new TextEncoder().encode(text).length;
      lines = [...lines.slice(1 - WIRE_MAX), {
        key: ++key,
        direction,
        at: now(),
        bytes,
        text: kept,
      }];
      tell?.();
    },
    clear() {
      lines = [];
      tell?.();
    },
    listen(changed) {
      tell = changed;
      return () => tell = tell === changed ? undefined : tell;
    },
  };
}
