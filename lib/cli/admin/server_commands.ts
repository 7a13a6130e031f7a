// `classcord reload`, `stats` and `shutdown`: controls the running server.
import { Command } from "commander";
import type { ReplyOf } from "../../protocol/replies/families.ts";
import type { ServerStats } from "../../protocol/replies/operator.ts";
import { ConfigError } from "../../ops/config/config_error.ts";
import { CommandFailure, EXIT } from "../command.ts";
import { harmless } from "../terminal/text.ts";
import { plural, size, span } from "../terminal/units.ts";
import { socketsOf, usualSockets, withJson, withServer } from "./connect.ts";
import { named, type OutputOptions, print, reasonOf, toJson } from "./output.ts";

/** Returns the command that reloads the settings. */
export function reloadCommand(): Command {
  return withJson(new Command("reload"))
    .summary("reload the settings and reopen the log; nobody is disconnected")
    .description(
      "Reopens the log and reloads the settings. Prints what changed and what requires a restart.\n" +
        "Invalid settings change nothing, and the exit code is 1. A server without an admin socket can only\n" +
        "be sent SIGHUP, as `systemctl reload` does: the exit code is then 76.",
    )
    .action(async (options: OutputOptions, command: Command) => {
      const { paths, wrong } = socketsForReload(command);
      await withServer(command, async (server) => {
        const reply = await server.ask({ type: "reload" });
        if (reply.problems.length === 0) return print(reply, options, describeReload);
        if (options.json) console.log(toJson(reply));
        const lines = reply.problems.map(harmless).join("\n");
        // Possibly only the log or the channels failed.
        const told = describeReload(reply).replace(/^No setting changed\./, "Nothing was changed.");
        throw new CommandFailure(`${lines}\n${told}`);
      }, paths).catch((error) => {
        // The command tried the default paths because the settings could not be read. That error explains the
        // failure better.
        throw error instanceof CommandFailure && error.exitCode !== EXIT.failed
          ? wrong ?? error
          : error;
      });
    });
}

// Even with wrong settings the server can reopen its log, and its reply says best what is wrong.
function socketsForReload(
  command: Command,
): { paths: readonly string[]; wrong: CommandFailure | undefined } {
  try {
    return { paths: socketsOf(command), wrong: undefined };
  } catch (error) {
    if (!(error instanceof CommandFailure)) throw error;
    if (error.cause instanceof ConfigError) return { paths: usualSockets(command), wrong: error };
    throw new CommandFailure(`${error.message} Send SIGHUP to the server instead.`, EXIT.noSocket);
  }
}

function describeReload(reply: ReplyOf<"reload">): string {
  const { changed, needs_restart: needsRestart, warnings } = reply;
  const lines = [
    changed.length === 0 ? "No setting changed." : `Changed: ${changed.join(", ")}.`,
  ];
  if (needsRestart.length > 0) lines.push(`Restart required for: ${needsRestart.join(", ")}.`);
  return [...lines, ...warnings.map((warning) => `Warning: ${harmless(warning)}`)].join("\n");
}

/** Returns the command that shows the figures of the server. */
export function statsCommand(): Command {
  return withJson(new Command("stats"))
    .summary("show figures of the server: users, messages, rates, lag, memory")
    .action(async (options: OutputOptions, command: Command) => {
      await withServer(command, async (server) => {
        print(await server.ask({ type: "stats" }), options, describeStats);
      });
    });
}

function describeStats(stats: ServerStats): string {
  const { node, leader, users, messages, rates, logins, memory } = stats;
  const rate = (each: { "10s": number; "60s": number }) =>
    `${each["10s"]}/s now, ${each["60s"]}/s in the last minute`;
  const rows: readonly (readonly [string, string])[] = [
    ["ClassCord", `${stats.version}, process ${stats.pid}, up ${span(stats.uptime)}`],
    ...node === undefined ? [] : [["Node", nodeText(node, leader)] as const],
    ["Connections", `${stats.connections} (${rate(rates.connections)})`],
    ["Users", `${plural(users.member, "member")}, ${plural(users.guest, "guest")}`],
    [
      "Messages",
      `${messages.global} to channels, ${messages.private} private (${rate(rates.messages)})`,
    ],
    ["Deliveries", `${stats.deliveries} (${rate(rates.deliveries)})`],
    ["Refused", rate(rates.refused)],
    [
      "Logins",
      `${logins.ok} ok, ${logins.failed} failed, ${logins.throttled} throttled, ${logins.busy} busy`,
    ],
    ["Registered", String(stats.registrations)],
    ["Bans", String(stats.bans)],
    ["Lag", `${stats.lag_ms} ms at most in the last 10 s`],
    ["Memory", `${size(memory.rss)}, ${size(memory.heap_used)} of it for objects`],
    ["Queued", size(stats.outbox_bytes)],
    ["Database", size(stats.database_bytes)],
  ];
  return rows.map(([title, text]) => `${title.padEnd(14)}${text}`).join("\n");
}

function nodeText(node: string, leader: string | undefined): string {
  if (leader === undefined) {
    return `${
      named(node)
    }, without a leader: users, messages, rates, logins and bans are not known`;
  }
  return node === leader ? `${named(node)}, leads` : `${named(node)}, led by ${named(leader)}`;
}

/** Returns the command that stops the server. */
export function shutdownCommand(): Command {
  return withJson(new Command("shutdown"))
    .summary("stop the server after telling everyone online")
    .description(
      "Stops the server. It tells everyone online and writes out what is queued. systemd does not restart it.",
    )
    .argument("[reason...]", "shown to everyone")
    .action(async (reason: string[], options: OutputOptions, command: Command) => {
      await withServer(command, async (server) => {
        const reply = await server.ask({ type: "shutdown", ...reasonOf(reason) });
        await server.ended;
        print(reply, options, () => "The server is stopping.");
      });
    });
}
