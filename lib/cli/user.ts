// `classcord user …`: accounts, by hand. Works beside a running server.
import { Argument, Command, Option } from "commander";
import { nameKey } from "../protocol/names.ts";
import type { Account, AccountRole, AccountStore } from "../store/accounts.ts";
import { ACCOUNT_ROLES } from "../store/accounts.ts";
import { withAccounts } from "./accounts.ts";
import { CommandFailure } from "./command.ts";
import { askNewPassword } from "./prompt.ts";
import { withSettings } from "./settings.ts";

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
  return user;
}

function add(): Command {
  return new Command("add").summary("make an account")
    .argument("<name>")
    .addOption(new Option("--role <role>", "role").choices(ACCOUNT_ROLES).default("member"))
    .action(async (name: string, options: { role: AccountRole }, command: Command) => {
      await withAccounts(command, async ({ accounts, store }) => {
        // Before the password is asked for: a wrong name should not cost typing it twice.
        accounts.checkFree(name);
        const password = await askNewPassword(`Password for ${name}`);
        const made = await accounts.create({ username: name, password, role: options.role });
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
        console.log(options.json ? toJson(accounts) : toTable(accounts));
      });
    });
}

function passwd(): Command {
  return new Command("passwd").summary("set the password of an account")
    .argument("<name>")
    .action(async (name: string, _options, command: Command) => {
      await withAccounts(command, async ({ accounts, store }) => {
        const account = find(store, name);
        const password = await askNewPassword(`New password for ${account.name}`);
        await accounts.setPassword(account, password);
        console.log(`Changed the password of ${account.name}.`);
      });
    });
}

function setDisabled(name: "disable" | "enable", summary: string): Command {
  return new Command(name).summary(summary)
    .argument("<name>")
    .action(async (given: string, _options, command: Command) => {
      await withAccounts(command, ({ store }) => {
        const account = find(store, given);
        store.setDisabled(account.id, name === "disable" ? Date.now() : null);
        console.log(`${name === "disable" ? "Disabled" : "Enabled"} ${account.name}.`);
      });
    });
}

function role(): Command {
  return new Command("role").summary("give an account another role")
    .argument("<name>")
    .addArgument(new Argument("<role>").choices(ACCOUNT_ROLES))
    .action(async (name: string, wanted: AccountRole, _options, command: Command) => {
      await withAccounts(command, ({ store }) => {
        const account = find(store, name);
        store.setRole(account.id, wanted);
        console.log(`${account.name} is ${wanted} now.`);
      });
    });
}

function remove(): Command {
  return new Command("delete").summary("delete an account; its messages stay")
    .argument("<name>")
    .action(async (name: string, _options, command: Command) => {
      await withAccounts(command, ({ store }) => {
        const account = find(store, name);
        store.delete(account.id);
        console.log(`Deleted ${account.name}.`);
      });
    });
}

function find(store: AccountStore, name: string): Account {
  const account = store.findByKey(nameKey(name));
  if (account !== undefined) return account;
  throw new CommandFailure(
    `Expected the name of an account, got ${JSON.stringify(name)}. ` +
      "See classcord user list.",
  );
}

function toJson(accounts: readonly Account[]): string {
  const shown = accounts.map(({ name, role, disabledAt, createdAt, lastLoginAt }) => ({
    name,
    role,
    disabled: disabledAt !== null,
    created_at: isoTime(createdAt),
    last_login_at: isoTime(lastLoginAt),
  }));
  return JSON.stringify(shown, null, 2);
}

function toTable(accounts: readonly Account[]): string {
  const rows = accounts.map(({ name, role, disabledAt, createdAt, lastLoginAt }) => [
    name,
    disabledAt === null ? role : `${role}, disabled`,
    isoTime(createdAt) ?? "",
    isoTime(lastLoginAt) ?? "never",
  ]);
  const all = [["NAME", "ROLE", "CREATED", "LAST LOGIN"], ...rows];
  const widths = [0, 1, 2].map((column) => Math.max(...all.map((row) => row[column]!.length)));
  return all.map((row) =>
    row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ").trimEnd()
  ).join("\n");
}

function isoTime(time: number | null): string | null {
  return time === null ? null : new Date(time).toISOString().replace(/\.\d+Z$/, "Z");
}
