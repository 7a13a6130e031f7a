// The commands of the program as its documents and completions need them.
import type { Command } from "commander";
import { COMPLETED_ARGUMENTS, type CompletionKind } from "../lib/cli/admin/complete.ts";

/** A command that runs, with the words that call it. */
export interface Leaf {
  /** Such as `user add`. */
  readonly path: string;
  readonly command: Command;
}

/** A command that has sub-commands. */
export interface Group {
  readonly name: string;
  readonly subcommands: readonly string[];
}

/** The commands people see. */
export function visible(command: Command): readonly Command[] {
  return command.createHelp().visibleCommands(command).filter((each) => each.name() !== "help");
}

/** All commands that run, in the order of the help. */
export function leavesOf(command: Command, path: readonly string[] = []): Leaf[] {
  return visible(command).flatMap((child) => {
    const at = [...path, child.name()];
    return child.commands.length > 0
      ? leavesOf(child, at)
      : [{ path: at.join(" "), command: child }];
  });
}

/** The commands with sub-commands, such as `user`. */
export function groupsOf(program: Command): Group[] {
  return visible(program).filter(({ commands }) => commands.length > 0).map((command) => ({
    name: command.name(),
    subcommands: visible(command).map((child) => child.name()),
  }));
}

/** The long flags of a command. */
export function flagsOf({ options }: Command): string[] {
  return [...options.flatMap(({ long }) => long ?? []), "--help"];
}

/** Which names of the running server a command takes. */
export function completedBy(command: Command): CompletionKind | undefined {
  for (const argument of command.registeredArguments) {
    const kind = COMPLETED_ARGUMENTS[argument.name()];
    if (kind !== undefined) return kind;
  }
  return undefined;
}

/** The names a command's first argument may have, where they are fixed. */
export function choicesOf(command: Command): readonly string[] {
  return command.registeredArguments.flatMap(({ argChoices }) => argChoices ?? []);
}
