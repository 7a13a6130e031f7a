// `classcord backup` and `classcord restore`: copies the database to a backup and back.
import { Command, InvalidArgumentError } from "commander";
import { restoreBackup } from "../ops/data/restore.ts";
import { backUp } from "./backup_worker.ts";
import { asFailure } from "./command.ts";
import { settingsOf, USES, withSettings } from "./settings.ts";

/** Returns the command that makes a backup. */
export function backupCommand(): Command {
  return withSettings(new Command("backup"), USES.data)
    .summary("back up the database to a directory and check the copy; the server may be running")
    .argument("<directory>")
    .option(
      "--keep <number>",
      "number of backups to keep, including this one; 0 keeps all",
      count,
      0,
    )
    .action(async (directory: string, { keep }: { keep: number }, command: Command) => {
      const dataDir = settingsOf(command).config.store.data_dir;
      try {
        const done = await backUp({ dataDir, directory, keep, now: new Date() });
        const kept = keep === 0 ? "" : `, older backups removed: ${done.removed.length}`;
        console.log(`${done.path}: ${done.bytes} bytes, checked${kept}.`);
        if (done.untold !== undefined) {
          console.error(`The server's metrics will not show this backup: ${done.untold}`);
        }
      } catch (error) {
        throw asFailure(error, dataDir);
      }
    });
}

/** Returns the command that restores a backup. */
export function restoreCommand(): Command {
  return withSettings(new Command("restore"), USES.data)
    .summary("restore the database from a backup; stop the server first")
    .description(
      "Checks the backup, replaces the database with it, and keeps the previous database beside it.",
    )
    .argument("<file>")
    .action(async (file: string, _options, command: Command) => {
      const dataDir = settingsOf(command).config.store.data_dir;
      try {
        const { path, previous } = await restoreBackup({ file, dataDir, now: new Date() });
        console.log(`Restored ${path} from ${file}.`);
        if (previous !== undefined) console.log(`The previous database is kept as ${previous}.`);
      } catch (error) {
        throw asFailure(error, dataDir);
      }
    });
}

function count(text: string): number {
  if (/^\d{1,6}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("Expected a whole number, 0 or more.");
}
