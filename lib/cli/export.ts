// `classcord export`: messages, for a teacher's archive or a spreadsheet.
import { Command, InvalidArgumentError, Option } from "commander";
import { EXPORT_FORMATS, type ExportFormat, formatMessages } from "../ops/export_messages.ts";
import { nameKey } from "../protocol/names.ts";
import { openDatabase } from "../store/database.ts";
import { type MessageFilter, MessageStore } from "../store/messages.ts";
import { CommandFailure, mendable } from "./command.ts";
import { settingsOf, withSettings } from "./settings.ts";

interface ExportOptions {
  readonly format: ExportFormat;
  readonly from?: number;
  readonly to?: number;
  readonly user?: string;
  readonly private?: true;
  readonly out?: string;
  readonly force?: boolean;
}

/** The command that exports messages. */
export function exportCommand(): Command {
  return withSettings(new Command("export"))
    .summary("write messages as JSON, NDJSON or CSV")
    .description("Writes the stored messages, oldest first. Works beside a running server.")
    .addOption(new Option("--format <format>", "format").choices(EXPORT_FORMATS).default("json"))
    .option("--from <date>", "first day or time, such as 2026-11-01 or 2026-11-01T08:00Z", startOf)
    .option("--to <date>", "last day (inclusive), or first time that is too late", endOf)
    .option("--user <name>", "only messages from or to this name")
    .option("--private", "private messages as well; tell those concerned before you do")
    .option("--out <file>", "write to this file, readable by its owner only")
    .option("--force", "overwrite that file")
    .action((options: ExportOptions, command: Command) => {
      const { store } = settingsOf(command).config;
      try {
        const database = openDatabase(store.data_dir, store);
        using cleanup = new DisposableStack();
        cleanup.defer(() => database.close());
        const messages = new MessageStore(database).iterate(toFilter(options));
        write(formatMessages(messages, options.format), options);
      } catch (error) {
        throw mendable(error);
      }
    });
}

function toFilter(options: ExportOptions): MessageFilter {
  return {
    ...(options.from === undefined ? {} : { from: options.from }),
    ...(options.to === undefined ? {} : { before: options.to }),
    ...(options.user === undefined ? {} : { userKey: nameKey(options.user) }),
    includePrivate: options.private ?? false,
  };
}

const CHUNK = 64 * 1024;

function write(pieces: Iterable<string>, { out, force = false }: ExportOptions): void {
  const file = out === undefined ? Deno.stdout : open(out, force);
  const encoder = new TextEncoder();
  const flush = (text: string) => {
    let bytes = encoder.encode(text);
    while (bytes.length > 0) bytes = bytes.subarray(file.writeSync(bytes));
  };
  try {
    let text = "";
    for (const piece of pieces) {
      text += piece;
      if (text.length < CHUNK) continue;
      flush(text);
      text = "";
    }
    flush(text);
  } catch (error) {
    // As in `classcord export | head`.
    if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
  } finally {
    if (file !== Deno.stdout) file.close();
  }
}

function open(path: string, force: boolean): Deno.FsFile {
  try {
    const fresh = force ? { create: true, truncate: true } : { createNew: true };
    return Deno.openSync(path, { write: true, mode: 0o600, ...fresh });
  } catch (error) {
    if (error instanceof Deno.errors.AlreadyExists) {
      throw new CommandFailure(`${path}: expected no such file. Overwrite it with --force.`);
    }
    const reason = error instanceof Error ? error.message : String(error);
    throw new CommandFailure(`${path}: expected to be allowed to write, got "${reason}".`);
  }
}

const DAY = /^\d{4}-\d{2}-\d{2}$/;

function startOf(text: string): number {
  return parseTime(text).getTime();
}

function endOf(text: string): number {
  const time = parseTime(text);
  if (DAY.test(text)) time.setDate(time.getDate() + 1);
  return time.getTime();
}

// A day without a time is meant in the time zone of whoever asks.
function parseTime(text: string): Date {
  const time = new Date(DAY.test(text) ? `${text}T00:00` : text);
  const valid = /^\d{4}-\d{2}-\d{2}/.test(text) && !Number.isNaN(time.getTime()) &&
    (!DAY.test(text) || time.getDate() === Number(text.slice(8)));
  if (valid) return time;
  throw new InvalidArgumentError("Expected a date such as 2026-11-01 or 2026-11-01T08:00Z.");
}
