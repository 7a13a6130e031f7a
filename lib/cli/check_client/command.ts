// `classcord check-client`: plays a server for a student's client, and reports what the client does wrong.
import { Command, Help, InvalidArgumentError, Option } from "commander";
import { LANGUAGES } from "../../chat/texts/catalogue.ts";
import { type CheckId, CHECKS } from "../../check_client/checks.ts";
import { CommandFailure } from "../command.ts";
import type { CheckOptions } from "./check.ts";

/** Returns the command that checks a client. */
export function checkClientCommand(): Command {
  return new Command("check-client")
    .summary("check a student's client: play a server for it, and report what it does wrong")
    .description(
      "Plays a scripted server. It says step by step what to do in the client, watches what the client sends, and\n" +
        "asks what only a person can see. The report names the line of docs/PROTOCOL.md for each fault. It needs no\n" +
        "running server and no data, and ends by itself after ten minutes at most.",
    )
    .option("--host <name>", "name or address to listen on", "127.0.0.1")
    .option("--port <port>", "port for the client; 0 takes a free one", portNumber, 12399)
    .addOption(new Option("--lang <language>", "language").choices(LANGUAGES).default("fr"))
    .option("--only <checks>", "run only these checks, separated by commas", checkList)
    .option("--json", "print one event per line and read the answers as lines, for programs")
    .addHelpText("after", HELP)
    .action(async (options: CheckOptions) => {
      // Loaded here, because all other commands start faster without it.
      const { checkClient } = await import("./check.ts");
      const hasPassed = await checkClient(options);
      if (!hasPassed) throw new CommandFailure("");
    });
}

const HELP = `
${new Help().boxWrap(`Checks: ${CHECKS.join(", ")}.`, 80)}

Exit code: 0 if a client was checked and nothing failed, 1 otherwise.

Examples:
  classcord check-client                        then connect to 127.0.0.1:12399
  classcord check-client --only escaping,utf-8  again after a correction`;

const PORT_MAX = 65_535;

function portNumber(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : NaN;
  if (port <= PORT_MAX) return port;
  throw new InvalidArgumentError(`Expected a port from 0 to ${PORT_MAX}.`);
}

function checkList(text: string): CheckId[] {
  return text.split(",").map((name) => {
    const check = CHECKS.find((each) => each === name.trim());
    if (check !== undefined) return check;
    throw new InvalidArgumentError(`Unknown check. The checks are: ${CHECKS.join(", ")}.`);
  });
}
