// `classcord class …`: imports, lists and deletes classes, through the running server or in the database.
import { Command } from "commander";
import { withSocketOption } from "../accounts/choose.ts";
import { USES, withSettings } from "../settings.ts";
import { deleteClassCommand, listClassesCommand, showClassCommand } from "./classes.ts";
import { importClassCommand } from "./import.ts";

/** Returns the command with its subcommands. */
export function classCommand(): Command {
  const onAccounts = (each: Command) => withSocketOption(withSettings(each, USES.data));
  const command = new Command("class")
    .summary("import a class from a CSV file; list, show and delete classes")
    .description(
      "Manages classes. A class is a group of accounts whose list comes from a CSV file, so that channels can\n" +
        "admit it. While a server runs, changes go through its admin socket and apply at once. Otherwise the\n" +
        "database is changed.",
    )
    .addCommand(onAccounts(importClassCommand()));
  for (const each of [listClassesCommand(), showClassCommand(), deleteClassCommand()]) {
    command.addCommand(onAccounts(each).option("--json", "print JSON"));
  }
  return command;
}
