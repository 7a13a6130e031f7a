// `classcord import`: imports the accounts of the original server.
import { Command } from "commander";
import { importUsers, type LeftOut, readPickle } from "../ops/data/import_users.ts";
import { PickleError } from "../ops/data/pickled.ts";
import { reasonOf, refuseSpecialFile, SpecialFile } from "../store/regular_file.ts";
import { withAccounts } from "./accounts/offline.ts";
import { CommandFailure } from "./command.ts";
import { USES, withSettings } from "./settings.ts";
import { harmless, harmlessJson } from "./terminal/text.ts";
import { plural } from "./terminal/units.ts";

/** Returns the command that imports `users.pkl`. */
export function importCommand(): Command {
  return withSettings(new Command("import"), USES.data)
    .summary("import the accounts of the original server's users.pkl")
    .description(
      "Creates an account for each user in users.pkl. Passwords stay the same and are stored as hashes.\n" +
        "Existing accounts are not changed, so the import can be repeated. Delete the file afterwards:\n" +
        "it contains the passwords as plain text.",
    )
    .argument("<file>", "users.pkl")
    .option("--dry-run", "print what would be imported, and change nothing")
    .action(async (path: string, options: { dryRun?: true }, command: Command) => {
      const { users, leftOut } = readFile(path);
      await withAccounts(command, async ({ store, pool }) => {
        const dryRun = options.dryRun ?? false;
        const report = await importUsers(users, { store, pool, dryRun, now: Date.now });
        const all = [...leftOut, ...report.leftOut];
        all.forEach(tellLeftOut);
        console.log(
          `${dryRun ? "Would add" : "Added"} ${plural(report.added.length, "account")}, ` +
            `${dryRun ? "skip" : "skipped"} ${all.length}.`,
        );
      });
    });
}

function tellLeftOut({ name, reason }: LeftOut): void {
  console.error(`skipped ${harmlessJson(name.slice(0, 64))}: ${harmless(reason)}`);
}

function readFile(path: string): ReturnType<typeof readPickle> {
  try {
    // A device may never end.
    refuseSpecialFile(path);
    return readPickle(Deno.readFileSync(path));
  } catch (error) {
    if (error instanceof PickleError) throw new CommandFailure(`${path}: ${error.message}`);
    if (error instanceof SpecialFile) {
      throw new CommandFailure(`${path}: expected users.pkl, got ${error.message}.`);
    }
    const reason = reasonOf(error);
    throw new CommandFailure(`${path}: cannot read: ${reason}.`);
  }
}
