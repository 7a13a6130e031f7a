// `classcord user add|passwd`: creates accounts and sets passwords, for one name or for several.
import { Command, Option } from "commander";
import { makePassword } from "../../school/passwords.ts";
import { ACCOUNT_ROLES, type AccountRole } from "../../store/accounts.ts";
import { CommandFailure, EXIT } from "../command.ts";
import { askNewPassword } from "../prompt.ts";
import { settingsOf } from "../settings.ts";
import type { AccountAdmin } from "./account_admin.ts";
import { type Credentials, forEach, readCredentials, readNames } from "./bulk.ts";
import { withAccountAdmin } from "./choose.ts";

interface Options {
  readonly generate?: true;
  readonly passwordStdin?: true;
}

/** Creates the command that creates accounts. */
export function add(): Command {
  return withPasswords(new Command("add").summary("create accounts"))
    .addOption(
      new Option("--role <role>", "role of the accounts").choices(ACCOUNT_ROLES).default("member"),
    )
    .action(
      async (words: string[], options: Options & { role: AccountRole }, command: Command) => {
        const { role } = options;
        const wanted = await read(words, options, command);
        await withAccountAdmin(command, async (admin) => {
          if (wanted.ask !== undefined) {
            const name = wanted.ask;
            // Before the prompt for the password, so that a wrong name is reported before the password is typed twice.
            await admin.checkFree(name);
            const password = await askNewPassword(`Password for ${name}`);
            return console.log(await addOne(admin, { name, password }, role));
          }
          await forEach(wanted.list, async (each) => {
            return `${await addOne(admin, each, role)}${shownIf(wanted.generated, each)}`;
          });
        });
      },
    );
}

async function addOne(
  admin: AccountAdmin,
  { name, password }: Credentials,
  role: AccountRole,
): Promise<string> {
  const made = await admin.add({ name, password, role });
  return `Added ${made.name} (${role}). Accounts: ${made.accounts}.`;
}

/** Creates the command that sets passwords. */
export function passwd(): Command {
  return withPasswords(new Command("passwd").summary("set the passwords of accounts"))
    .action(async (words: string[], options: Options, command: Command) => {
      const wanted = await read(words, options, command);
      await withAccountAdmin(command, async (admin) => {
        if (wanted.ask !== undefined) {
          const name = await admin.find(wanted.ask);
          const password = await askNewPassword(`New password for ${name}`);
          await admin.setPassword(name, password);
          return console.log(`Changed the password of ${name}.`);
        }
        await forEach(wanted.list, async (each) => {
          const name = await admin.setPassword(await admin.find(each.name), each.password);
          return `Changed the password of ${name}.${shownIf(wanted.generated, each)}`;
        });
      });
    });
}

function withPasswords(command: Command): Command {
  return command
    .argument("[names...]", "names; - reads them from standard input, one per line")
    .option("--generate", "generate the password and print it, as for several names")
    .addOption(
      new Option("--password-stdin", "read lines NAME:PASSWORD from standard input")
        .conflicts("generate"),
    );
}

/** What a command line asks for: one name whose password is still missing, or names with passwords. */
type Wanted =
  | { readonly ask: string }
  | { readonly ask?: never; readonly list: readonly Credentials[]; readonly generated: boolean };

async function read(
  words: readonly string[],
  { generate, passwordStdin }: Options,
  command: Command,
): Promise<Wanted> {
  if (passwordStdin) {
    if (words.length === 0) return { list: await readCredentials(), generated: false };
    throw new CommandFailure(
      "With --password-stdin, the names come from standard input too: give none on the command line.",
      EXIT.usage,
    );
  }
  if (words.length === 0) throw new CommandFailure("Expected a name.", EXIT.usage);
  const [first = ""] = words;
  if (words.length === 1 && first !== "-" && !generate) return { ask: first };
  const min = settingsOf(command).config.auth.password_min;
  const names = await readNames(words);
  return { list: names.map((name) => ({ name, password: makePassword(min) })), generated: true };
}

// A generated password is shown here and nowhere else.
function shownIf(generated: boolean, { password }: Credentials): string {
  return generated ? ` Password: ${password}` : "";
}
