// `classcord user export` and `classcord user erase`: exports and erases the data of an account.
import { Command } from "commander";
import { formatPersonalData } from "../ops/data/export_user.ts";
import { ERASED_NAME } from "../protocol/names.ts";
import { type Erasure, PersonalDataStore } from "../store/personal_data.ts";
import { withAccountAdmin } from "./accounts/choose.ts";
import { findAccount } from "./accounts/offline.ts";
import { withReading } from "./accounts/reading.ts";
import { after, type OutputOptions, writeOutput, writesFile } from "./output.ts";
import { confirm } from "./prompt.ts";

/** Returns the command that exports all data about an account. */
export function exportUser(): Command {
  return new Command("export").summary("export all data about an account as JSON")
    .description(
      "Writes all data about an account as JSON: the account (without its password), its channels,\n" +
        "its messages, its sanctions, and its entries in the audit log.",
    )
    .argument("<name>")
    .option(
      "--out <file>",
      "write to this file, readable only by its owner (default: -, standard output)",
    )
    .option("--force", "overwrite the file if it exists")
    .action(async (name: string, options: OutputOptions, command: Command) => {
      await withReading(command, async ({ store, database, prepareNote }) => {
        const account = findAccount(store, name);
        const data = new PersonalDataStore(database).exportAccount(account.id)!;
        const noteIt = await prepareNote({ action: "user_export", target: account.name });
        writeOutput(after(noteIt, [formatPersonalData(data, Date.now())]), options);
        if (writesFile(options)) {
          console.log(`Wrote all data about ${account.name} to ${options.out}.`);
        }
      });
    });
}

/** Returns the command that erases an account. */
export function erase(): Command {
  return new Command("erase").summary("erase an account and its private messages permanently")
    .description(
      "Erases an account, the private messages from it and to it, its membership of channels and its\n" +
        "mutes. Its public messages stay without their sender, or are erased too. Bans of the name and\n" +
        "the audit log stay until they expire; backups keep their copies until you delete them.",
    )
    .argument("<name>")
    .option("--messages", "erase its public messages too")
    .option("--yes", "do not ask for confirmation")
    .action(async (name: string, options: { messages?: true; yes?: true }, command: Command) => {
      await withAccountAdmin(command, async (admin) => {
        const account = await admin.find(name);
        const erasure = { publicMessages: options.messages ?? false };
        if (!options.yes) await confirm(questionOf(account, erasure), account);
        console.log(`Erased ${await admin.erase(account, erasure)}.`);
      });
    });
}

function questionOf(name: string, { publicMessages }: Erasure): string {
  const what = publicMessages
    ? "all its messages"
    : `its private messages; its public ones stay, from "${ERASED_NAME}"`;
  return `This erases the account ${name} and ${what}. It cannot be undone.\n` +
    `Type the name to confirm:`;
}
