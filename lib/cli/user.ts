// `classcord user …`: accounts, by hand. Works beside a running server.
import { Argument, Command, Option } from "commander";
import { type Account, ACCOUNT_ROLES, type AccountRole } from "../store/accounts.ts";
import { transact } from "../store/transaction.ts";
import { findAccount, withAccounts } from "./accounts.ts";
import { erase, exportUser } from "./personal_data.ts";
import { askNewPassword } from "./prompt.ts";
import { withSettings } from "./settings.ts";
import { type Column, table } from "./terminal/table.ts";
import { harmlessJson } from "./terminal/text.ts";
import { isoTime } from "./terminal/units.ts";

/** The command with its sub-commands. */
export function userCommand(): Command {
  const user = new Command("user")
    .summary("add, list, change and delete accounts")
    .description(
      "Accounts. Works beside a running server: changes count from the next login on.\n" +
        "Passwords are asked for, or read from the first line of standard input.",
    );
  user.addCommand(withSettings(add()));
  user.addCommand(withSettings(list()));
  user.addCommand(withSettings(passwd()));
  user.addCommand(withSettings(setDisabled("disable", "keep an account from logging in")));
  user.addCommand(withSettings(setDisabled("enable", "let a disabled account log in again")));
  user.addCommand(withSettings(role()));
  user.addCommand(withSettings(remove()));
  user.addCommand(withSettings(exportUser()));
  user.addCommand(withSettings(erase()));
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
  return new Command("add").summary("make an account")
    .argument("<name>")
    .addOption(new Option("--role <role>", "role").choices(ACCOUNT_ROLES).default("member"))
    .action(async (name: string, options: { role: AccountRole }, command: Command) => {
      await withAccounts(command, async ({ accounts, store, note }) => {
        // Before the password is asked for: a wrong name should not cost typing it twice.
        accounts.checkFree(name);
        const password = await askNewPassword(`Password for ${name}`);
        const made = await accounts.create({ username: name, password, role: options.role });
        note("user_add", made.name, made.role);
        console.log(`Added ${made.name} (${made.role}). Accounts: ${store.list().length}.`);
      });
    });
}

function list(): Command {
  return new Command("list").summary("list the accounts")
    .option("--json", "as a JSON array, for programs")
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
    .action(async (name: string, _options, command: Command) => {
      await withAccounts(command, async ({ accounts, store, note }) => {
        const account = findAccount(store, name);
        const password = await askNewPassword(`New password for ${account.name}`);
        await accounts.setPassword(account, password);
        note("user_passwd", account.name);
        console.log(`Changed the password of ${account.name}.`);
      });
    });
}

function setDisabled(name: "disable" | "enable", summary: string): Command {
  return new Command(name).summary(summary)
    .argument("<name>")
    .action(async (given: string, _options, command: Command) => {
      await withAccounts(command, ({ store, database, note }) => {
        const account = findAccount(store, given);
        transact(database, () => {
          store.setDisabled(account.id, name === "disable" ? Date.now() : null);
          note(`user_${name}`, account.name);
        });
        console.log(`${name === "disable" ? "Disabled" : "Enabled"} ${account.name}.`);
      });
    });
}

function role(): Command {
  return new Command("role").summary("give an account another role")
    .argument("<name>")
    .addArgument(new Argument("<role>").choices(ACCOUNT_ROLES))
    .action(async (name: string, wanted: AccountRole, _options, command: Command) => {
      await withAccounts(command, ({ store, database, note }) => {
        const account = findAccount(store, name);
        transact(database, () => {
          store.setRole(account.id, wanted);
          note("user_role", account.name, `${account.role} to ${wanted}`);
        });
        console.log(`${account.name} is ${wanted} now.`);
      });
    });
}

function remove(): Command {
  return new Command("delete").summary("delete an account; its messages stay, with its name")
    .argument("<name>")
    .action(async (name: string, _options, command: Command) => {
      await withAccounts(command, ({ store, database, note }) => {
        const account = findAccount(store, name);
        // In short transactions, so that a running server can write between two.
        while (store.detachMessages(account.id) > 0);
        transact(database, () => {
          store.delete(account.id);
          note("user_delete", account.name);
        });
        console.log(`Deleted ${account.name}.`);
      });
    });
}

function toJson(accounts: readonly Account[]): string {
  const shown = accounts.map(({ name, role, disabledAt, createdAt, lastLoginAt }) => ({
    name,
    role,
    disabled: disabledAt !== null,
    created_at: isoTime(createdAt),
    last_login_at: lastLoginAt === null ? null : isoTime(lastLoginAt),
  }));
  return harmlessJson(shown, 2);
}
