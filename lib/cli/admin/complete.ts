// `classcord complete`: prints names from the running server for shell completion. It prints nothing on errors,
// and it never delays the prompt.
import { Argument, Command } from "commander";
import { harmless } from "../terminal/text.ts";
import type { AdminClient } from "./client.ts";
import { connectTo, introduce, socketsOf, withSocket } from "./connect.ts";

/** The kind of names that completes each argument, by the argument's name. */
export const COMPLETED_ARGUMENTS: Readonly<Record<string, CompletionKind>> = {
  user: "users",
  who: "users",
  channel: "channels",
  group: "groups",
  ban: "bans",
};

const KINDS = ["users", "channels", "groups", "bans"] as const;

/** A kind of names. */
export type CompletionKind = typeof KINDS[number];

const DEADLINE_MS = 1_000;

/** Returns the command that shells run. The help does not list it. */
export function completeCommand(): Command {
  return withSocket(new Command("complete"))
    .summary("print names for shell completion, one per line")
    .addArgument(new Argument("<what>").choices(KINDS))
    .action(async (kind: CompletionKind, _options, command: Command) => {
      const late = Promise.withResolvers<string[]>();
      const timer = setTimeout(() => late.resolve([]), DEADLINE_MS);
      const names = await Promise.race([namesOf(kind, command).catch(() => []), late.promise]);
      clearTimeout(timer);
      // A line break or an escape sequence in a name would become part of the user's command line.
      for (const name of names.filter((each) => harmless(each) === each)) console.log(name);
    });
}

async function namesOf(kind: CompletionKind, command: Command): Promise<string[]> {
  using server = await connectTo(socketsOf(command));
  await introduce(server);
  return await READERS[kind](server);
}

const READERS: Readonly<Record<CompletionKind, (server: AdminClient) => Promise<string[]>>> = {
  async users(server) {
    const { clients } = await server.ask({ type: "clients" });
    const names = clients.filter(({ role }) => role !== "operator")
      .flatMap(({ user }) => user ?? []);
    return [...new Set(names)].sort();
  },
  async channels(server) {
    const { channels } = await server.ask({ type: "channels" });
    // Without the #, which starts a comment in shells.
    return channels.map(({ name }) => name.replace(/^#/, ""));
  },
  async groups(server) {
    const { groups } = await server.ask({ type: "groups" });
    return groups.map(({ name }) => name);
  },
  async bans(server) {
    const { bans } = await server.ask({ type: "bans" });
    return bans.map(({ user, address }) => user ?? address);
  },
};
