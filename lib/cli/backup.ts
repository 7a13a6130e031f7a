// `classcord backup` and `classcord restore`.
import { Command, InvalidArgumentError } from "commander";
import { restoreBackup } from "../ops/data/backup.ts";
import { backUp } from "./backup_worker.ts";
import { mendable } from "./command.ts";
import { settingsOf, USES, withSettings } from "./settings.ts";

/** The command that copies the database. */
export function backupCommand(): Command {
  return withSettings(new Command("backup"), USES.data)
    .summary("copy the database into a directory, checked, while the server runs")
    .argument("<directory>")
    .option("--keep <number>", "how many copies to keep, this one included; 0 keeps all", count, 0)
    .action(async (directory: string, { keep }: { keep: number }, command: Command) => {
      const dataDir = settingsOf(command).config.store.data_dir;
      try {
        const done = await backUp({ dataDir, directory, keep, now: new Date() });
        const kept = keep === 0 ? "" : `, ${done.removed.length} older ones removed`;
        console.log(`${done.path}: ${done.bytes} bytes, checked${kept}.`);
        if (done.untold !== undefined) {
          console.error(`The server's metrics will not show this backup: ${done.untold}`);
        }
      } catch (error) {
        throw mendable(error, dataDir);
      }
    });
}

/** The command that puts a copy back. */
export function restoreCommand(): Command {
  return withSettings(new Command("restore"), USES.data)
    .summary("put a copy in the place of the database; the server must be stopped")
    .description(
      "Checks the copy, puts it in the place of the database, and keeps the one before beside it.",
    )
    .argument("<file>")
    .action(async (file: string, _options, command: Command) => {
      const dataDir = settingsOf(command).config.store.data_dir;
      try {
        const { path, previous } = await restoreBackup({ file, dataDir, now: new Date() });
        console.log(`${path} is restored from ${file}.`);
        if (previous !== undefined) console.log(`The database before is kept as ${previous}.`);
      } catch (error) {
        throw mendable(error, dataDir);
      }
    });
}

function count(text: string): number {
  if (/^\d{1,6}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("Expected a whole number, 0 or more.");
}
