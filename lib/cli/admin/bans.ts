// `classcord ban`, `unban` and `bans`: manages bans of names and addresses.
import { isIP } from "node:net";
import { Command } from "commander";
import type { BanRow, Subject } from "../../protocol/replies/moderation.ts";
import type { ReplyOf } from "../../protocol/replies/families.ts";
import { type Column, table } from "../terminal/table.ts";
import { clock, span } from "../terminal/units.ts";
import { withJson, withServer } from "./connect.ts";
import { duration, named, type OutputOptions, print, sanctionOf } from "./output.ts";

const COLUMNS: readonly Column<BanRow>[] = [
  { title: "BANNED", text: ({ user, address }) => user ?? address ?? "-" },
  { title: "BY", text: ({ by }) => by },
  { title: "SINCE", text: ({ since }) => clock(since) },
  { title: "UNTIL", text: ({ until }) => until ? clock(until) : "forever" },
  { title: "REASON", text: ({ reason }) => reason },
];

interface BanOptions extends OutputOptions {
  readonly for?: number;
  readonly user?: true;
}

/** Returns the command that bans a name or an address. */
export function banCommand(): Command {
  return withJson(new Command("ban"))
    .summary("ban a name, an address or a range of addresses")
    .description(
      "Bans a name, an address or a range of addresses (10.0.0.0/24), and disconnects its users.",
    )
    .usage("[options] <who> [duration] [reason...]")
    .argument("<who>", "a name, an address or a range")
    .argument("[reason...]", "shown to the user; may begin with the duration")
    .option("--for <duration>", "how long, such as 10min, 2h30 or 1d (default: forever)", duration)
    .option("--user", "it is a name, though it looks like an address")
    .action(
      async (who: string, reason: string[], options: BanOptions, command: Command) => {
        const subject = subjectOf(who, options);
        const sanction = sanctionOf(reason, options.for);
        await withServer(command, async (server) => {
          const reply = await server.ask({ type: "ban", ...subject, ...sanction });
          const long = sanction.seconds ? ` for ${span(sanction.seconds)}` : " forever";
          print(reply, options, () => `Banned ${bannedIn(reply)}${long}.${hint(reply)}`);
        });
      },
    );
}

/** Returns the command that lifts a ban. */
export function unbanCommand(): Command {
  return withJson(new Command("unban"))
    .summary("lift a ban")
    .argument("<ban>", "the name, address or range that is banned")
    .option("--user", "it is a name, though it looks like an address")
    .action(async (who: string, options: BanOptions, command: Command) => {
      await withServer(command, async (server) => {
        const reply = await server.ask({ type: "unban", ...subjectOf(who, options) });
        print(reply, options, () => `Unbanned ${bannedIn(reply)}.`);
      });
    });
}

/** Returns the command that lists the bans. */
export function bansCommand(): Command {
  return withJson(new Command("bans"))
    .summary("list the bans with their end and reason")
    .action(async (options: OutputOptions, command: Command) => {
      await withServer(command, async (server) => {
        const reply = await server.ask({ type: "bans" });
        print(reply, options, listBans);
      });
    });
}

function listBans({ bans, more }: ReplyOf<"bans">): string {
  if (bans.length === 0) return "Nobody is banned.";
  return table(bans, COLUMNS) + (more ? "\nMore bans exist." : "");
}

function subjectOf(who: string, { user }: BanOptions): Subject {
  const isAddress = user === undefined && isIP(who.split("/")[0]!) !== 0;
  return isAddress ? { address: who } : { user: who };
}

function bannedIn({ user, address }: Subject): string {
  return named(user ?? address);
}

function hint({ from }: ReplyOf<"ban">): string {
  if (from === undefined) return "";
  return ` The user may return under another name; the address was ${named(from)}.`;
}
