// Lists the commands of the program for its documents and completions.
import type { Command } from "commander";
import { COMPLETED_ARGUMENTS, type CompletionKind } from "../lib/cli/admin/complete.ts";

/** A command that can be run, with the words that call it. */
export interface Leaf {
  /** For example `user add`. */
  readonly path: string;
  readonly command: Command;
}

/** A command with subcommands. */
export interface Group {
  readonly name: string;
  readonly subcommands: readonly string[];
}

/** Returns the commands that the help shows. */
export function visible(command: Command): readonly Command[] {
  return command.createHelp().visibleCommands(command).filter((each) => each.name() !== "help");
}

/** Returns all commands that can be run, in the order of the help. */
export function leavesOf(command: Command, path: readonly string[] = []): Leaf[] {
  return visible(command).flatMap((child) => {
    const at = [...path, child.name()];
    return child.commands.length > 0
      ? leavesOf(child, at)
      : [{ path: at.join(" "), command: child }];
  });
}

/** Returns the commands with subcommands, such as `user`. */
export function groupsOf(program: Command): Group[] {
  return visible(program).filter(({ commands }) => commands.length > 0).map((command) => ({
    name: command.name(),
    subcommands: visible(command).map((child) => child.name()),
  }));
}

/** Returns the long flags of a command. */
export function flagsOf({ options }: Command): string[] {
  return [...options.flatMap(({ long }) => long ?? []), "--help"];
}

/** Returns the kind of names from the running server that completes a command's arguments. */
export function completedBy(command: Command): CompletionKind | undefined {
  for (const argument of command.registeredArguments) {
    const kind = COMPLETED_ARGUMENTS[argument.name()];
    if (kind !== undefined) return kind;
  }
  return undefined;
}

/** Returns the values of a command's first argument, if they are fixed. */
export function choicesOf(command: Command): readonly string[] {
  return command.registeredArguments.flatMap(({ argChoices }) => argChoices ?? []);
}
