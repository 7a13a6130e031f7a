// `classcord tail`: prints the events of the server as they happen.
import { Command, InvalidArgumentError } from "commander";
import { RECENT_MAX, TAIL_EVENTS, type TailEvent } from "../../protocol/requests/operator.ts";
import { CommandFailure } from "../command.ts";
import { harmless, harmlessJson } from "../terminal/text.ts";
import { clock } from "../terminal/units.ts";
import type { Line } from "./client.ts";
import { peerText } from "./clients.ts";
import { withJson, withServer } from "./connect.ts";
import type { OutputOptions } from "./output.ts";

interface TailCommandOptions extends OutputOptions {
  readonly events?: TailEvent[];
  readonly recent: number;
}

/** Returns the command that follows the events. */
export function tailCommand(): Command {
  return withJson(new Command("tail"))
    .summary("follow the events of the server until Ctrl-C")
    .description(
      "Shows connections, logins, states and moderation, never the content of messages.\n" +
        `With --json, prints one event per line. Events: ${TAIL_EVENTS.join(", ")}.`,
    )
    .option(
      "--events <list>",
      "show only these events, such as joined,left (default: all but refused and messages)",
      eventList,
    )
    .option("--recent <number>", "number of recent events to show first", recentCount, 10)
    .action(async (options: TailCommandOptions, command: Command) => {
      const { events, recent, json } = options;
      await withServer(command, async (server) => {
        let isRead = true;
        server.onEvent = (line) => {
          if (line["type"] !== "event") return;
          isRead &&= writeLine(json ? harmlessJson(line) : eventText(line));
          if (!isRead) server.close();
        };
        await server.ask({ type: "tail", events, recent });
        await server.ended;
        if (!isRead) return;
        throw new CommandFailure(
          "The server closed the connection: it is stopping, or this command reads too slowly.",
        );
      });
    });
}

/** Prints a line. Returns whether the output is still being read; after `classcord tail | head` it is not. */
function writeLine(text: string): boolean {
  try {
    let bytes = new TextEncoder().encode(`${text}\n`);
    while (bytes.length > 0) bytes = bytes.subarray(Deno.stdout.writeSync(bytes));
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.BrokenPipe) return false;
    throw error;
  }
}

/** Formats an event as one line. */
export function eventText(line: Line): string {
  return `${clock(String(line["at"]))} ${eventSummary(line)}`;
}

/** Formats an event without its time. */
function eventSummary(line: Line): string {
  const { type: _type, event, at: _at, conn, address, port, user, ...rest } = line;
  const parts = [String(event).padEnd(12)];
  if (user !== undefined) parts.push(String(user));
  for (const [name, value] of Object.entries(rest)) {
    if (value !== null && value !== "") parts.push(`${name}=${String(value)}`);
  }
  if (typeof address === "string") parts.push(peerText(address, Number(port ?? 0)));
  if (conn !== undefined) parts.push(`conn=${conn}`);
  return harmless(parts.join(" "));
}

function eventList(text: string): TailEvent[] {
  const names = text.split(",").map((name) => name.trim()).filter((name) => name !== "");
  const events = names.flatMap((name) => TAIL_EVENTS.find((event) => event === name) ?? []);
  if (events.length === names.length && names.length > 0) return events;
  throw new InvalidArgumentError(
    `Expected a list of events with commas: ${TAIL_EVENTS.join(", ")}.`,
  );
}

function recentCount(text: string): number {
  if (/^\d{1,3}$/.test(text) && Number(text) <= RECENT_MAX) return Number(text);
  throw new InvalidArgumentError(`Expected a number from 0 to ${RECENT_MAX}.`);
}
