// `classcord import`: imports the accounts of the original server.
import { Command } from "commander";
import {
  importInto,
  type ImportReport,
  type ImportTarget,
  importUsers,
  type LeftOut,
  readPickle,
} from "../ops/data/import_users.ts";
import { PickleError } from "../ops/data/pickled.ts";
import { nameKey } from "../protocol/names.ts";
import { reasonOf, refuseSpecialFile, SpecialFile } from "../store/regular_file.ts";
import { findServer } from "../store/server_lock.ts";
import { withAccounts } from "./accounts/offline.ts";
import { isOfNode } from "./accounts/reading.ts";
import { type AdminClient, Refused } from "./admin/client.ts";
import { withServer } from "./admin/connect.ts";
import { CommandFailure } from "./command.ts";
import { settingsOf, USES, withSettings } from "./settings.ts";
import { harmless, harmlessJson } from "./terminal/text.ts";
import { plural } from "./terminal/units.ts";

/** Returns the command that imports `users.pkl`. */
export function importCommand(): Command {
  return withSettings(new Command("import"), USES.data)
    .summary("import the accounts of the original server's users.pkl")
    .description(
      "Creates an account for each user in users.pkl. Passwords stay the same and are stored as hashes.\n" +
        "Existing accounts are not changed, so the import can be repeated. In a cluster, passwords must be as long\n" +
        "as auth.password_min says. Delete the file afterwards: it contains the passwords as plain text.",
    )
    .argument("<file>", "users.pkl")
    .option("--dry-run", "print what would be imported, and change nothing")
    .action(async (path: string, options: { dryRun?: true }, command: Command) => {
      const { users, leftOut } = readFile(path);
      const { dryRun = false } = options;
      const tell = (report: ImportReport) => {
        const all = [...leftOut, ...report.leftOut];
        all.forEach(tellLeftOut);
        console.log(
          `${dryRun ? "Would add" : "Added"} ${plural(report.added.length, "account")}, ` +
            `${dryRun ? "skip" : "skipped"} ${all.length}.`,
        );
      };
      const { data_dir: dataDir } = settingsOf(command).config.store;
      // The database of a node is changed by its server only.
      if (isOfNode(dataDir) && findServer(dataDir).state !== "none") {
        return await withServer(command, async (server) => {
          tell(await importInto(users, await targetAt(server, dryRun)));
        });
      }
      await withAccounts(command, async ({ store, pool }) => {
        tell(await importUsers(users, { store, pool, dryRun, now: Date.now }));
      });
    });
}

async function targetAt(server: AdminClient, dryRun: boolean): Promise<ImportTarget> {
  const names: string[] = [];
  for (let isMore = true; isMore;) {
    const { users, more } = await server.ask({ type: "user_list", after: names.at(-1) });
    names.push(...users.map(({ name }) => name));
    isMore = more === true;
  }
  return {
    taken: names.map(nameKey),
    dryRun,
    async add({ name, password }) {
      try {
        await server.ask({ type: "user_add", user: name, password });
      } catch (error) {
        if (error instanceof Refused) return error.message;
        throw error;
      }
    },
  };
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
