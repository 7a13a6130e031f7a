// The log: text lines to a file, and in colour to the console.
import { Buffer } from "node:buffer";
import { type Clock, steadyClock } from "../background.ts";
import { LogFileError, makeWritable, openLogFile } from "./file.ts";
import type { Console } from "./stdout.ts";
import { type CausedLine, LineBudget, type Missed } from "./line_budget.ts";
import { oneLine } from "./text.ts";

/** The levels, in ascending order of importance. */
export type LogLevel = "debug" | "info" | "warning" | "error";

/** The subjects of lines. The words are those of the original server, and fail2ban filters look for them. */
export type LogTag =
  | "DEMARRAGE"
  | "CONNEXION"
  | "LOGIN"
  | "REGISTRE"
  | "DECONNEXION"
  | "STATUS"
  | "MESSAGE"
  | "MODERATION"
  | "ARRET"
  | "RELOAD"
  | "TLS"
  | "LDAP"
  | "ERREUR";

/** The log of one server. */
export interface Log {
  /**
   * Writes one line, unless its level is too low or too many lines of its kind were written. Client text in the line
   * must be quoted.
   *
   * @param line The text with its cause, for the limits. A text alone was caused by the server itself.
   */
  write(level: LogLevel, tag: LogTag, line: string | CausedLine): void;
  /**
   * Opens the file again, for example after logrotate has moved it. No line is lost.
   *
   * @returns The reason if it fails. The log then continues in the open file and says so.
   */
  reopen(): string | undefined;
  /**
   * Changes the file or the level.
   *
   * @throws {LogFileError} The log then continues as before.
   */
  configure(settings: Pick<LogOptions, "file" | "level">): void;
  /** Writes the waiting lines and closes the file. */
  close(): Promise<void>;
}

/** Options of the log. */
export interface LogOptions {
  /** The path of the file; empty for none. */
  readonly file: string;
  /** The lowest level to write. */
  readonly level: LogLevel;
  /** Standard output, if lines are written there too. */
  readonly console?: Console;
  /** Whether the console has colours. */
  readonly colours?: boolean;
  /** Returns the time of day, in milliseconds since 1970. */
  readonly now?: () => number;
  /** The clock for the limits, which only goes forward. */
  readonly clock?: Clock;
}

const LEVELS: readonly LogLevel[] = ["debug", "info", "warning", "error"];
const COLOURS: Record<LogLevel, string> = { debug: "90", info: "36", warning: "33", error: "31" };

/**
 * Opens the log.
 *
 * @throws {LogFileError}
 */
export function openLog(options: LogOptions): Log {
  const { console, colours = false, now = Date.now, clock = steadyClock } = options;
  const budget = new LineBudget(clock.now);
  let least = LEVELS.indexOf(options.level);
  let path = options.file;
  let file = path === "" ? undefined : openFile(path);
  const closing: Promise<void>[] = [];

  /** The level and the tag of rejected lines, by kind. */
  const heads = new Map<string, readonly [LogLevel, LogTag]>();
  let cancelSummary: (() => void) | undefined;

  function writeLine(level: LogLevel, tag: LogTag, text: string): void {
    const time = new Date(now()).toISOString();
    const name = level.toUpperCase();
    const rest = `[${tag}] ${text}\n`;
    file?.write(`${time} - ${name} - ${rest}`);
    const shown = colours ? `\x1b[${COLOURS[level]}m${name}\x1b[0m` : name;
    console?.write(`${time} - ${shown} - ${rest}`);
  }

  function summarize(): void {
    cancelSummary?.();
    cancelSummary = undefined;
    for (const missed of budget.takeMissed()) {
      const [level, tag] = heads.get(missed.kind)!;
      writeLine(level, tag, missedText(missed));
    }
  }

  const log: Log = {
    write(level, tag, said) {
      if (LEVELS.indexOf(level) < least) return;
      const { text, cause } = typeof said === "string" ? { text: said } : said;
      const line = text.replace(/[\r\n]+/g, " ");
      const about = cause ?? { kind: `[${tag}]`, text: line };
      if (budget.admits(about, LINE_HEAD_BYTES + Buffer.byteLength(line))) {
        return writeLine(level, tag, line);
      }
      heads.set(about.kind, [level, tag]);
      cancelSummary ??= clock.after(SUMMARY_MS, summarize);
    },
    reopen() {
      try {
        file?.reopen();
        return undefined;
      } catch (error) {
        if (!(error instanceof LogFileError)) throw error;
        log.write(
          "error",
          "RELOAD",
          `${oneLine(error.message)} Logging continues in the file that was open.`,
        );
        return error.message;
      }
    },
    configure(settings) {
      if (settings.file !== path) {
        const next = settings.file === "" ? undefined : openFile(settings.file);
        if (file !== undefined) closing.push(file.close());
        path = settings.file;
        file = next;
      }
      least = LEVELS.indexOf(settings.level);
    },
    async close() {
      summarize();
      await Promise.all([...closing, file?.close()]);
      await console?.flush();
    },
  };
  return log;
}

/** The length of the time, the level and the tag. */
const LINE_HEAD_BYTES = 50;
const SUMMARY_MS = 60_000;

function missedText({ kind, of, count }: Missed): string {
  // The text of a line from the server itself says what it is about.
  const name = kind.startsWith("[") ? "" : ` ${kind}`;
  return `… ${count} more${name}${of === undefined ? " of others" : `: ${of}`}`;
}

interface LogFile {
  write(line: string): void;
  reopen(): void;
  close(): Promise<void>;
}

/** Opens a file for lines. Its errors do not end the process. */
function openFile(path: string): LogFile {
  const stream = openLogFile(path);
  let dropped = 0;
  // Without a listener, an error would end the process. Unwritten lines are written with the next line.
  stream.on("error", () => {});
  stream.on("drop", () => {
    if (dropped++ === 0) stream.once("drain", tellDropped);
  });
  function tellDropped(): void {
    const count = dropped;
    dropped = 0;
    stream.write(
      `${new Date().toISOString()} - ERROR - [ERREUR] ${count} lines could not be written\n`,
    );
  }
  return {
    write(line) {
      stream.write(line);
    },
    reopen() {
      // If the stream fails to reopen its file, it throws and cannot be used any more.
      makeWritable(path);
      attempt(() => stream.flushSync());
      stream.reopen();
    },
    close() {
      attempt(() => stream.flushSync());
      const closed = new Promise<void>((resolve) => stream.once("close", () => resolve()));
      stream.destroy();
      return closed;
    },
  };
}

function attempt(action: () => void): void {
  try {
    action();
  } catch {
    // The disk is full, so the error cannot be reported.
  }
}
