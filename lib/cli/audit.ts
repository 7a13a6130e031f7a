// `classcord audit`: shows the audit log. It reads the database, so it works without a server too.
import { Command, InvalidArgumentError } from "commander";
import { auditRecord } from "../ops/data/export_user.ts";
import { type AuditEntry, AuditStore } from "../store/audit.ts";
import { openDatabase } from "../store/database.ts";
import { asFailure } from "./command.ts";
import { settingsOf, USES, withSettings } from "./settings.ts";
import { type Column, table } from "./terminal/table.ts";
import { harmlessJson } from "./terminal/text.ts";
import { isoTime } from "./terminal/units.ts";

interface AuditOptions {
  readonly limit: number;
  readonly user?: string;
  readonly action?: string;
  readonly json?: true;
}

const COLUMNS: readonly Column<AuditEntry>[] = [
  { title: "TIME", text: ({ at }) => isoTime(at) },
  { title: "WHO", text: ({ actor }) => actor },
  { title: "ACTION", text: ({ action }) => action },
  { title: "WHOM", text: ({ target }) => target ?? "" },
  { title: "CHANNEL", text: ({ channel }) => channel ?? "" },
  { title: "FROM", text: ({ address }) => address },
  { title: "DETAIL", text: ({ detail }) => detail },
];

/** Returns the command that shows the audit log. */
export function auditCommand(): Command {
  return withSettings(new Command("audit"), USES.data)
    .summary("show the audit log: who did what to whom")
    .description(
      "Shows what moderators, administrators and operators did, newest first. Operators are the users\n" +
        "of this machine who ran a command: operator:NAME.",
    )
    .option("--limit <number>", "maximum number of entries", count, 50)
    .option("--user <name>", "only entries by or about this user")
    .option("--action <word>", "only entries with this action, such as kick")
    .option("--json", "print a JSON array")
    .action((options: AuditOptions, command: Command) => {
      const { store } = settingsOf(command).config;
      try {
        const database = openDatabase(store.data_dir, store);
        using cleanup = new DisposableStack();
        cleanup.defer(() => database.close());
        const { json = false, ...filter } = options;
        const entries = new AuditStore(database).list(filter);
        console.log(json ? harmlessJson(entries.map(auditRecord), 2) : table(entries, COLUMNS));
      } catch (error) {
        throw asFailure(error, store.data_dir);
      }
    });
}

function count(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("Expected a whole number from 1 to 999999999.");
}
