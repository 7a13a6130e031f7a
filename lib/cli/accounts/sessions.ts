// `classcord user sessions` lists where an account stays signed in, and signs it out.
import { Command, InvalidArgumentError, Option } from "commander";
import { type Column, table } from "../terminal/table.ts";
import { harmlessJson } from "../terminal/text.ts";
import type { SignedIn } from "./account_admin.ts";
import { withAccountAdmin } from "./choose.ts";

interface Options {
  readonly end?: number;
  readonly endAll?: true;
  readonly json?: true;
}

/** Creates the command, without the options that all account commands share. */
export function sessions(): Command {
  return new Command("sessions").summary("list where an account stays signed in, or sign it out")
    .description(
      "Lists the browsers and other clients that stay signed in to an account. --end and --end-all sign\n" +
        "them out and close their connections. Clients that log in with a password each time are not listed.",
    )
    .argument("<name>")
    .addOption(
      new Option("--end <id>", "sign out the session with this id").argParser(readId)
        .conflicts(["endAll", "json"]),
    )
    .addOption(new Option("--end-all", "sign out all sessions").conflicts("json"))
    .option("--json", "print a JSON array")
    .action(async (name: string, options: Options, command: Command) => {
      await withAccountAdmin(command, async (admin) => {
        if (options.end === undefined && options.endAll === undefined) {
          console.log(listText(await admin.sessions(name), options.json === true));
          return;
        }
        const done = await admin.endSessions(name, options.end);
        console.log(`Signed ${done.name} out. Sessions ended: ${done.ended}.`);
      });
    });
}

const COLUMNS: readonly Column<SignedIn>[] = [
  { title: "ID", text: ({ id }) => String(id) },
  { title: "CLIENT", text: ({ client }) => client },
  { title: "SIGNED IN", text: ({ created_at }) => created_at },
  { title: "LAST USED", text: ({ last_used_at }) => last_used_at },
  { title: "EXPIRES", text: ({ expires }) => expires },
];

function listText(rows: readonly SignedIn[], isJson: boolean): string {
  return isJson ? harmlessJson(rows, 2) : table(rows, COLUMNS);
}

function readId(text: string): number {
  if (/^[1-9]\d{0,14}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("Expected an id from the list of sessions.");
}
