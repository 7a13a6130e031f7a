// `classcord ldap test`: explains each step of a login with the directory of the school.
import { Command } from "commander";
import type { Steps } from "../ldap/login.ts";
import type { DirectorySettings, Server } from "../ldap/settings.ts";
import { nameKey } from "../protocol/names.ts";
import { directorySettings, hasDirectory } from "../server/directory/open.ts";
import { ListenFailure } from "../server/listen.ts";
import type { AccountStore } from "../store/accounts.ts";
import { withReading } from "./accounts/reading.ts";
import { CommandFailure, EXIT } from "./command.ts";
import { askPassword } from "./prompt.ts";
import { settingsOf, USES, withSettings } from "./settings.ts";
import { harmless } from "./terminal/text.ts";

interface Options {
  /** Commander sets it to false for `--no-password`. */
  readonly password: boolean;
}

/** Returns the commands about the directory. */
export function ldapCommand(): Command {
  return new Command("ldap")
    .summary("test the directory of the school")
    .addCommand(testCommand());
}

function testCommand(): Command {
  return withSettings(new Command("test"), USES.data)
    .summary("explain each step of a login with the directory")
    .description(
      "Logs in to the directory of the settings as a person would, without changing anything, and prints what\n" +
        "each step finds. The password is asked for, or read from the first line of standard input. Nothing\n" +
        "secret is printed. The exit code is 0 if the person could log in to the chat, and 1 if not.",
    )
    .argument("<name>", "name of a person")
    .option("--no-password", "only look the person up: without the password")
    .action(async (name: string, { password }: Options, command: Command) => {
      const { config } = settingsOf(command);
      if (!hasDirectory(config)) {
        throw new CommandFailure("Expected servers in auth.ldap.servers, got none.", EXIT.config);
      }
      const settings = await directorySettings(config).catch((error) => {
        throw error instanceof ListenFailure
          ? new CommandFailure(error.message, EXIT.config)
          : error;
      });
      const secret = password ? await askPassword(`Password of ${name}`) : undefined;
      const id = await logInAnywhere(settings, { name, secret });
      await withReading(command, ({ store }) => explainAccount(store, { name, id }));
    });
}

interface Attempt {
  readonly name: string;
  /** `undefined`: the password is not tested. */
  readonly secret: string | undefined;
}

/** Tries the servers in their order, as a server does. @returns The identity of the entry. */
async function logInAnywhere(settings: DirectorySettings, attempt: Attempt): Promise<string> {
  const { TalkFailed } = await import("../ldap/talk.ts");
  for (const server of settings.servers) {
    say(`${server.url}: connecting${PROTECTION[server.security]}.`);
    try {
      return await logInAt(server, settings, attempt);
    } catch (error) {
      if (!(error instanceof TalkFailed)) throw error;
      say(`${server.url} failed: ${error.message}.`);
    }
  }
  throw new CommandFailure("No server answers as expected. A login would get the error busy.");
}

const PROTECTION = {
  ldaps: " with TLS",
  starttls: ", then StartTLS",
  none: " without TLS, on this machine",
} as const;

async function logInAt(
  server: Server,
  settings: DirectorySettings,
  { name, secret }: Attempt,
): Promise<string> {
  const { Talk } = await import("../ldap/talk.ts");
  const { bindToSearch, describe, findByName, logIn } = await import("../ldap/login.ts");
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), settings.timeoutMs);
  try {
    await using talk = await Talk.open(server, { ca: settings.ca, signal: controller.signal });
    say("Connected.");
    const steps: Steps = { talk, settings, told: say };
    await bindToSearch(steps);
    if (secret !== undefined) {
      const person = await logIn({ name, password: secret }, steps);
      if (person !== undefined) return person.id;
      throw new CommandFailure("The person could not log in.");
    }
    const { person, problem } = await findByName(name, steps);
    if (person === undefined) throw new CommandFailure(`${problem} The person could not log in.`);
    await describe(person, { ...steps, name });
    return person.id;
  } finally {
    clearTimeout(timer);
  }
}

function explainAccount(
  store: AccountStore,
  { name, id }: { readonly name: string; readonly id: string },
): void {
  const account = store.findByKey(nameKey(name));
  if (account === undefined) {
    const claim = store.findClaim(name.normalize("NFC"));
    if (claim === undefined) return say("The first login creates the account, or renames it.");
    throw new CommandFailure(
      `The name looks like the account ${claim}, so the person cannot log in.`,
    );
  }
  if (account.directoryId === null) {
    throw new CommandFailure(
      `The name belongs to a local account. Local accounts win, so the directory is not asked about ${name}.`,
    );
  }
  if (account.directoryId !== id) {
    throw new CommandFailure(
      `The name belongs to the account of another entry, ${account.directoryId}. Delete that account, or rename ` +
        "the entry.",
    );
  }
  if (account.disabledAt !== null) {
    throw new CommandFailure("The account is disabled here. See classcord user enable.");
  }
  say(`The account exists: ${account.name}, ${account.role}. The person can log in.`);
}

// Text of the directory can be anything.
function say(text: string): void {
  console.log(harmless(text));
}
