// `classcord user role|disable|enable|delete`: changes one account or several.
import { Argument, Command } from "commander";
import { ACCOUNT_ROLES, type AccountRole } from "../../store/accounts.ts";
import { CommandFailure, EXIT } from "../command.ts";
import type { AccountAdmin } from "./account_admin.ts";
import { forEach, readNames } from "./bulk.ts";
import { withAccountAdmin } from "./choose.ts";

/** Creates the command that disables or enables accounts. */
export function setDisabled(name: "disable" | "enable", summary: string): Command {
  const done = name === "disable" ? "Disabled" : "Enabled";
  return forNames(new Command(name).summary(summary), async (admin, given) => {
    return `${done} ${await admin.setDisabled(given, name === "disable")}.`;
  });
}

/** Creates the command that deletes accounts. */
export function remove(): Command {
  return forNames(
    new Command("delete").summary("delete accounts; their messages stay under their names"),
    async (admin, name) => `Deleted ${await admin.delete(name)}.`,
  );
}

/** Creates the command that changes roles. */
export function role(): Command {
  return new Command("role").summary("change the role of accounts")
    .description(
      "Changes the role of accounts: classcord user role moderator ada bob. For one account, the role may\n" +
        "also come last: classcord user role ada moderator.",
    )
    // The parser accepts every word, because the first may be a name. The completion offers the roles.
    .addArgument(new Argument("<role>").choices(ACCOUNT_ROLES).argParser((word: string) => word))
    .argument("<names...>")
    .action(async (first: string, words: string[], _options, command: Command) => {
      const { wanted, words: given } = roleAndNames(first, words);
      const names = await readNames(given);
      await withAccountAdmin(command, async (admin) => {
        await forEach(named(names), async ({ name }) => {
          return `${await admin.setRole(name, wanted)} is now ${wanted}.`;
        });
      });
    });
}

// One name and a role were given in this order before several names were possible.
function roleAndNames(
  first: string,
  words: readonly string[],
): { wanted: AccountRole; words: readonly string[] } {
  const [last] = words.map(toRole);
  if (words.length === 1 && last !== undefined) return { wanted: last, words: [first] };
  const wanted = toRole(first);
  if (wanted !== undefined) return { wanted, words };
  throw new CommandFailure(
    `Expected a role (${ACCOUNT_ROLES.join(", ")}) and names, got ${JSON.stringify(first)} first.`,
    EXIT.usage,
  );
}

function toRole(word: string): AccountRole | undefined {
  return ACCOUNT_ROLES.find((each) => each === word);
}

function forNames(
  command: Command,
  work: (admin: AccountAdmin, name: string) => Promise<string>,
): Command {
  return command.argument("<names...>")
    .action(async (words: string[], _options, command: Command) => {
      const names = await readNames(words);
      await withAccountAdmin(command, async (admin) => {
        await forEach(named(names), ({ name }) => work(admin, name));
      });
    });
}

function named(names: readonly string[]): { name: string }[] {
  return names.map((name) => ({ name }));
}
