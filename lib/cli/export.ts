// `classcord export`: writes messages for an archive or a spreadsheet.
import { Command, InvalidArgumentError, Option } from "commander";
import {
  type CsvOptions,
  EXPORT_FORMATS,
  type ExportFormat,
  formatMessages,
} from "../ops/data/export_messages.ts";
import { nameKey } from "../protocol/names.ts";
import { formatTime } from "../protocol/reply.ts";
import type { Database } from "../store/database.ts";
import { ChannelStore } from "../store/channels.ts";
import { type MessageFilter, MessageStore } from "../store/messages.ts";
import { withReading } from "./accounts/reading.ts";
import { CommandFailure, EXIT } from "./command.ts";
import { after, beginsFile, writeOutput } from "./output.ts";
import { USES, withSettings } from "./settings.ts";

interface ExportOptions {
  readonly format: ExportFormat;
  readonly from?: number;
  readonly to?: number;
  readonly channel?: string;
  readonly user?: string;
  readonly private?: true;
  readonly separator?: string;
  readonly bom?: boolean;
  readonly out?: string;
  readonly force?: boolean;
}

/** Returns the command that exports messages. */
export function exportCommand(): Command {
  return withSettings(new Command("export"), USES.data)
    .summary("write messages as JSON, NDJSON or CSV")
    .description("Writes the stored messages, oldest first. The server may be running.")
    .addOption(
      new Option("--format <format>", "output format").choices(EXPORT_FORMATS).default("json"),
    )
    .option("--from <date>", "first day or time, such as 2026-11-01 or 2026-11-01T08:00Z", startOf)
    .option("--to <date>", "last day (inclusive), or time to stop before", endOf)
    .option("--channel <name>", "only messages to this channel; the # is optional")
    .option("--user <name>", "only messages from or to this name")
    .option(
      "--private",
      "include private messages: inform the users concerned; recorded in the audit log",
    )
    .option(
      "--separator <character>",
      "separator of CSV: , or ; or tab. French spreadsheets expect ; (default: ,)",
      separatorOf,
    )
    .option("--bom", "begin CSV with a byte order mark (the default for a file, not for a pipe)")
    .option("--no-bom", "begin CSV without a byte order mark")
    .option(
      "--out <file>",
      "write to this file, readable only by its owner (default: -, standard output)",
    )
    .option("--force", "overwrite the file if it exists")
    .action(async (options: ExportOptions, command: Command) => {
      requireCsv(options);
      await withReading(command, async ({ database, prepareNote }) => {
        const filter = toFilter(options, database);
        const note = options.private
          ? await prepareNote({
            action: "export_private",
            target: options.user,
            detail: periodOf(filter),
          })
          : () => {};
        const messages = new MessageStore(database).iterate(filter);
        const document = formatMessages(messages, options.format, csvOf(options));
        writeOutput(after(note, document), options);
      });
    });
}

function requireCsv({ format, separator, bom }: ExportOptions): void {
  if (format === "csv" || (separator === undefined && bom !== true)) return;
  const flag = separator === undefined ? "--bom" : "--separator";
  throw new CommandFailure(`${flag} requires --format csv, got ${format}.`, EXIT.usage);
}

// Spreadsheets need the byte order mark to show accents in a file. Programs that read a pipe cannot handle it.
function csvOf({ separator, bom, ...output }: ExportOptions): CsvOptions {
  return { ...(separator === undefined ? {} : { separator }), mark: bom ?? beginsFile(output) };
}

const SEPARATORS: Readonly<Record<string, string>> = {
  ",": ",",
  comma: ",",
  ";": ";",
  semicolon: ";",
  "\t": "\t",
  "\\t": "\t",
  tab: "\t",
  "|": "|",
};

function separatorOf(text: string): string {
  const separator = Object.hasOwn(SEPARATORS, text) ? SEPARATORS[text] : undefined;
  if (separator !== undefined) return separator;
  throw new InvalidArgumentError(
    'Expected , or ; or | or tab. In a shell, quote it: --separator ";".',
  );
}

function toFilter(options: ExportOptions, database: Database): MessageFilter {
  if (options.private && options.channel !== undefined) {
    throw new CommandFailure(
      "--channel and --private cannot be used together: private messages are in no channel.",
      EXIT.usage,
    );
  }
  return {
    now: Date.now(),
    ...(options.from === undefined ? {} : { from: options.from }),
    ...(options.to === undefined ? {} : { before: options.to }),
    ...(options.user === undefined ? {} : { userKey: nameKey(options.user) }),
    ...(options.channel === undefined ? {} : { channel: findChannel(options.channel, database) }),
    includePrivate: options.private ?? false,
  };
}

function findChannel(name: string, database: Database): string {
  const channels = new ChannelStore(database);
  const channel = channels.find(nameKey(name.startsWith("#") ? name : `#${name}`));
  if (channel !== undefined) return channel.name;
  const known = channels.list().map(({ name }) => name).join(", ");
  throw new CommandFailure(`Expected one of the channels ${known}, got ${JSON.stringify(name)}.`);
}

function periodOf({ from, before }: MessageFilter): string {
  const first = from === undefined ? "the first" : formatTime(from);
  const last = before === undefined ? "the last" : formatTime(before);
  return `from ${first} to ${last}`;
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

// A date without a time is in the time zone of the user.
function parseTime(text: string): Date {
  const time = new Date(DAY.test(text) ? `${text}T00:00` : text);
  const valid = /^\d{4}-\d{2}-\d{2}/.test(text) && !Number.isNaN(time.getTime()) &&
    (!DAY.test(text) || time.getDate() === Number(text.slice(8)));
  if (valid) return time;
  throw new InvalidArgumentError("Expected a date such as 2026-11-01 or 2026-11-01T08:00Z.");
}
