// The command line of the program: finds the command, runs it, and returns its exit code.
import { Command, CommanderError, Help } from "commander";
import { unknownName } from "../ops/config/unknown.ts";
import { VERSION } from "../version.ts";
import { completeCommand } from "./admin/complete.ts";
import { adminCommands } from "./admin_commands.ts";
import { auditCommand } from "./audit.ts";
import { backupCommand, restoreCommand } from "./backup.ts";
import { checkClientCommand } from "./check_client/command.ts";
import { asFailure, CommandFailure, EXIT } from "./command.ts";
import { configCommand } from "./config.ts";
import { groupCommand } from "./groups/command.ts";
import { exportCommand } from "./export.ts";
import { healthcheckCommand } from "./healthcheck.ts";
import type { Hangups } from "./hangups.ts";
import { importCommand } from "./import.ts";
import { writeOutput } from "./output.ts";
import { Interrupted } from "./prompt.ts";
import { classCommand } from "./school/command.ts";
import { ldapCommand } from "./ldap.ts";
import { serveCommand } from "./serve.ts";
import { harmless } from "./terminal/text.ts";
import { tlsCommand } from "./tls.ts";
import { userCommand } from "./accounts/command.ts";
import { versionCommand } from "./version.ts";

/**
 * Runs the program.
 *
 * @param args The words after the program's name.
 * @param hangups The handling of SIGHUP, for a server.
 * @returns The exit code, one of {@linkcode EXIT}.
 */
export async function runProgram(args: readonly string[], hangups?: Hangups): Promise<number> {
  try {
    const program = createProgram(hangups);
    refuseUnknown(program, args[0]);
    await program.parseAsync([...args], { from: "user" });
    return EXIT.ok;
  } catch (error) {
    return report(error);
  }
}

/** Returns the whole command line, to run it or to document it. */
export function createProgram(hangups?: Hangups): Command {
  const program = new Command("classcord")
    .description("A chat server for a school, a class or a small office.")
    .version(VERSION, "-V, --version", "print the version")
    .showHelpAfterError("See classcord --help.")
    .addHelpText("after", HELP);
  const commands = [
    configCommand(),
    userCommand(),
    classCommand(),
    groupCommand(),
    importCommand(),
    exportCommand(),
    backupCommand(),
    restoreCommand(),
    auditCommand(),
    healthcheckCommand(),
    tlsCommand(),
    ldapCommand(),
    checkClientCommand(),
    versionCommand(),
  ];
  program.addCommand(serveCommand(hangups), { isDefault: true });
  for (const command of [...commands, ...adminCommands()]) program.addCommand(command);
  program.addCommand(completeCommand(), { hidden: true });
  prepare(program);
  return program;
}

const HELP = `
Without a command, classcord starts the server: classcord --port 4000 means
classcord serve --port 4000.

Exit codes: 0 success, 1 failure, 2 invalid command line, 69 the server is not
running, 76 the server has no admin socket to reload it through, 77 permission
denied on the admin socket or the data, 78 invalid configuration,
130 interrupted.
Documentation: docs/ in the source, or /usr/share/doc/classcord.`;

// commander would treat an unknown command as an argument of `serve`.
function refuseUnknown(program: Command, word: string | undefined): void {
  if (word === undefined || word.startsWith("-")) return;
  if (word === "help" || program.commands.some((command) => command.name() === word)) return;
  const known = program.createHelp().visibleCommands(program).map((command) => command.name());
  const told = unknownName(word, { kind: "commands", known });
  throw new CommandFailure(told.charAt(0).toUpperCase() + told.slice(1), EXIT.usage);
}

function prepare(command: Command): void {
  // Without this, commander ends the process during a test, and `--help | head` prints a stack trace.
  command.exitOverride();
  command.configureOutput({ writeOut: (text) => writeOutput([text], {}) });
  command.configureHelp({
    ...command.configureHelp(),
    commandDescription: paragraphs,
    // Nearly every command has options.
    subcommandTerm: (each) => new Help().subcommandTerm(each).replace(" [options]", ""),
  });
  command.commands.forEach(prepare);
}

// Commander breaks lines at the width of the terminal. The line ends of the source would break them once more.
function paragraphs(command: Command): string {
  return command.description().replace(/(?<!\n)\n(?![\n ])/g, " ");
}

function report(error: unknown): number {
  if (error instanceof CommanderError) {
    // Help and version also end with this error. Commander has printed the text already.
    return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  }
  const told = asFailure(error);
  if (told instanceof CommandFailure) {
    // The text may contain a path or parts of a file that another user chose.
    if (told.message !== "") console.error(told.message.split("\n").map(harmless).join("\n"));
    return told.exitCode;
  }
  if (error instanceof Interrupted) return EXIT.interrupted;
  console.error("This is a bug in ClassCord. Please report it:", error);
  return EXIT.failed;
}
