// `classcord audit`: who did what to whom. Reads the database, so it works without a server too.
import { Command, InvalidArgumentError } from "commander";
import { formatTime } from "../protocol/reply.ts";
import { type AuditEntry, AuditStore } from "../store/audit.ts";
import { openDatabase } from "../store/database.ts";
import { mendable } from "./command.ts";
import { settingsOf, withSettings } from "./settings.ts";
import { formatTable, isoTime } from "./table.ts";

interface AuditOptions {
  readonly limit: number;
  readonly user?: string;
  readonly action?: string;
  readonly json?: true;
}

/** The command that shows the audit log. */
export function auditCommand(): Command {
  return withSettings(new Command("audit"))
    .summary("show the audit log: who did what to whom")
    .description(
      "Shows what moderators, administrators and operators did, newest first. Operators are the users\n" +
        "of this machine who ran a command: operator:NAME.",
    )
    .option("--limit <number>", "how many entries at most", count, 50)
    .option("--user <name>", "only what this user did, or what was done to it")
    .option("--action <word>", "only acts of this kind, such as kick")
    .option("--json", "as a JSON array, for programs")
    .action((options: AuditOptions, command: Command) => {
      const { store } = settingsOf(command).config;
      try {
        const database = openDatabase(store.data_dir, store);
        using cleanup = new DisposableStack();
        cleanup.defer(() => database.close());
        const { json = false, ...filter } = options;
        const entries = new AuditStore(database).list(filter);
        console.log(json ? toJson(entries) : toTable(entries));
      } catch (error) {
        throw mendable(error);
      }
    });
}

function toJson(entries: readonly AuditEntry[]): string {
  const shown = entries.map(({ id, at, actor, action, target, channel, detail, address }) => ({
    id,
    timestamp: formatTime(at),
    actor,
    action,
    target,
    channel,
    detail,
    address,
  }));
  return JSON.stringify(shown, null, 2);
}

function toTable(entries: readonly AuditEntry[]): string {
  const rows = entries.map(({ at, actor, action, target, channel, detail, address }) => [
    isoTime(at),
    actor,
    action,
    target ?? "",
    channel ?? "",
    address,
    detail,
  ]);
  return formatTable(["TIME", "WHO", "ACTION", "WHOM", "CHANNEL", "FROM", "DETAIL"], rows);
}

function count(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("Expected a whole number from 1 to 999999999.");
}
