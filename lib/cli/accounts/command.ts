// `classcord user …`: manages accounts, through the running server or in the database.
import { Command } from "commander";
import type { Account } from "../../store/accounts.ts";
import { remove, role, setDisabled } from "./changes.ts";
import { withSocketOption } from "./choose.ts";
import { add, passwd } from "./passwords.ts";
import { withReading } from "./reading.ts";
import { erase, exportUser } from "../personal_data.ts";
import { sessions } from "./sessions.ts";
import { USES, withSettings } from "../settings.ts";
import { type Column, table } from "../terminal/table.ts";
import { harmlessJson } from "../terminal/text.ts";
import { isoTime } from "../terminal/units.ts";

/** Returns the command with its subcommands. */
export function userCommand(): Command {
  const user = new Command("user")
    .summary("add, list, change and delete accounts")
    .description(
      "Manages accounts. While a server runs, changes go through its admin socket and apply at once:\n" +
        "disabling or deleting an account closes its connections. Otherwise the database is changed.\n" +
        "Most commands accept several names, or - to read the names from standard input, one per line. Each\n" +
        "name is tried; the exit code is 1 if one failed. The password for one name is asked for, or read from\n" +
        "the first line of standard input. Passwords for several names are generated and printed.",
    );
  const onAccounts = (each: Command) => withSocketOption(withSettings(each, USES.data));
  user.addCommand(onAccounts(add()));
  user.addCommand(withSettings(list(), USES.data));
  user.addCommand(onAccounts(passwd()));
  user.addCommand(
    onAccounts(setDisabled("disable", "disable accounts, so that they cannot log in")),
  );
  user.addCommand(onAccounts(setDisabled("enable", "enable disabled accounts")));
  user.addCommand(onAccounts(role()));
  user.addCommand(onAccounts(sessions()));
  user.addCommand(onAccounts(remove()));
  user.addCommand(withSettings(exportUser(), USES.data));
  user.addCommand(onAccounts(erase()));
  return user;
}

const COLUMNS: readonly Column<Account>[] = [
  { title: "NAME", text: ({ name }) => name },
  {
    title: "ROLE",
    text: ({ role, disabledAt }) => disabledAt === null ? role : `${role}, disabled`,
  },
  { title: "SOURCE", text: ({ directoryId }) => directoryId === null ? "local" : "directory" },
  { title: "CREATED", text: ({ createdAt }) => isoTime(createdAt) },
  {
    title: "LAST LOGIN",
    text: ({ lastLoginAt }) => lastLoginAt === null ? "never" : isoTime(lastLoginAt),
  },
];

function list(): Command {
  return new Command("list").summary("list the accounts")
    .option("--json", "print a JSON array")
    .action(async (options: { json?: true }, command: Command) => {
      await withReading(command, ({ store }) => {
        const accounts = store.list();
        console.log(options.json ? toJson(accounts) : table(accounts, COLUMNS));
      });
    });
}

function toJson(accounts: readonly Account[]): string {
  const shown = accounts.map((account) => ({
    name: account.name,
    id: account.externalId,
    role: account.role,
    disabled: account.disabledAt !== null,
    source: account.directoryId === null ? "local" : "directory",
    directory_id: account.directoryId,
    created_at: isoTime(account.createdAt),
    last_login_at: account.lastLoginAt === null ? null : isoTime(account.lastLoginAt),
  }));
  return harmlessJson(shown, 2);
}
