// `classcord user …`: manages accounts, through the running server or in the database.
import { Argument, Command, Option } from "commander";
import { type Account, ACCOUNT_ROLES, type AccountRole } from "../../store/accounts.ts";
import { withAccountAdmin, withSocketOption } from "./choose.ts";
import { withAccounts } from "./offline.ts";
import { erase, exportUser } from "../personal_data.ts";
import { askNewPassword } from "../prompt.ts";
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
        "Passwords are asked for, or read from the first line of standard input.",
    );
  const onAccounts = (each: Command) => withSocketOption(withSettings(each, USES.data));
  user.addCommand(onAccounts(add()));
  user.addCommand(withSettings(list(), USES.data));
  user.addCommand(onAccounts(passwd()));
  user.addCommand(
    onAccounts(setDisabled("disable", "disable an account, so that it cannot log in")),
  );
  user.addCommand(onAccounts(setDisabled("enable", "enable a disabled account")));
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
  { title: "CREATED", text: ({ createdAt }) => isoTime(createdAt) },
  {
    title: "LAST LOGIN",
    text: ({ lastLoginAt }) => lastLoginAt === null ? "never" : isoTime(lastLoginAt),
  },
];

function add(): Command {
  return new Command("add").summary("create an account")
    .argument("<name>")
    .addOption(
      new Option("--role <role>", "role of the account").choices(ACCOUNT_ROLES).default("member"),
    )
    .action(async (name: string, { role }: { role: AccountRole }, command: Command) => {
      await withAccountAdmin(command, async (admin) => {
        // Before the prompt for the password, so that a wrong name is reported before the password is typed twice.
        await admin.checkFree(name);
        const password = await askNewPassword(`Password for ${name}`);
        const made = await admin.add({ name, password, role });
        console.log(`Added ${made.name} (${role}). Accounts: ${made.accounts}.`);
      });
    });
}

function list(): Command {
  return new Command("list").summary("list the accounts")
    .option("--json", "print a JSON array")
    .action(async (options: { json?: true }, command: Command) => {
      await withAccounts(command, ({ store }) => {
        const accounts = store.list();
        console.log(options.json ? toJson(accounts) : table(accounts, COLUMNS));
      });
    });
}

function passwd(): Command {
  return new Command("passwd").summary("set the password of an account")
    .argument("<name>")
    .action(async (given: string, _options, command: Command) => {
      await withAccountAdmin(command, async (admin) => {
        const name = await admin.find(given);
        const password = await askNewPassword(`New password for ${name}`);
        await admin.setPassword(name, password);
        console.log(`Changed the password of ${name}.`);
      });
    });
}

function setDisabled(name: "disable" | "enable", summary: string): Command {
  return new Command(name).summary(summary)
    .argument("<name>")
    .action(async (given: string, _options, command: Command) => {
      await withAccountAdmin(command, async (admin) => {
        const account = await admin.setDisabled(given, name === "disable");
        console.log(`${name === "disable" ? "Disabled" : "Enabled"} ${account}.`);
      });
    });
}

function role(): Command {
  return new Command("role").summary("change the role of an account")
    .argument("<name>")
    .addArgument(new Argument("<role>").choices(ACCOUNT_ROLES))
    .action(async (name: string, wanted: AccountRole, _options, command: Command) => {
      await withAccountAdmin(command, async (admin) => {
        console.log(`${await admin.setRole(name, wanted)} is now ${wanted}.`);
      });
    });
}

function remove(): Command {
  return new Command("delete").summary("delete an account; its messages stay under its name")
    .argument("<name>")
    .action(async (name: string, _options, command: Command) => {
      await withAccountAdmin(command, async (admin) => {
        console.log(`Deleted ${await admin.delete(name)}.`);
      });
    });
}

function toJson(accounts: readonly Account[]): string {
  const shown = accounts.map(({ name, role, disabledAt, createdAt, lastLoginAt, externalId }) => ({
    name,
    id: externalId,
    role,
    disabled: disabledAt !== null,
    created_at: isoTime(createdAt),
    last_login_at: lastLoginAt === null ? null : isoTime(lastLoginAt),
  }));
  return harmlessJson(shown, 2);
}
