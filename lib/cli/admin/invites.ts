// `classcord invite …`: creates, lists, shows and revokes invitations.
import { Command, InvalidArgumentError } from "commander";
import type { ReplyOf } from "../../protocol/replies/families.ts";
import type { InviteRow } from "../../protocol/replies/invite_admin.ts";
import { INVITE_SECONDS_MAX, INVITE_USES_MAX } from "../../protocol/requests/invite_admin.ts";
import { CommandFailure } from "../command.ts";
import { qrCode } from "../terminal/qr.ts";
import { type Column, table } from "../terminal/table.ts";
import { clock, plural } from "../terminal/units.ts";
import { withJson, withServer } from "./connect.ts";
import { channelName } from "./moderation.ts";
import { duration, named, type OutputOptions, print } from "./output.ts";

const COLUMNS: readonly Column<InviteRow>[] = [
  { title: "ID", text: ({ id }) => String(id), align: "right" },
  { title: "STATE", text: ({ state }) => state },
  { title: "USED", text: ({ used, uses }) => `${used}/${uses}`, align: "right" },
  { title: "CODE", text: ({ code }) => code ?? "-" },
  { title: "CHANNEL", text: ({ channel }) => channel ?? "-" },
  { title: "FOR", text: ({ register }) => register ? "guests, accounts" : "guests" },
  { title: "EXPIRES", text: ({ expires }) => clock(expires) },
  { title: "BY", text: ({ created_by: by }) => by },
];

/** Returns the command with its subcommands. */
export function inviteCommand(): Command {
  const invite = new Command("invite")
    .summary("create, list, show and revoke invitations")
    .description(
      "Manages invitations of the running server. A guest or a new account uses one with its code or its link.",
    );
  for (const each of [createCommand(), listCommand(), showCommand(), revokeCommand()]) {
    invite.addCommand(withJson(each));
  }
  return invite;
}

interface CreateOptions extends OutputOptions {
  readonly uses: number;
  readonly expires?: number;
  readonly channel?: string;
  readonly register?: true;
  readonly qr?: true;
}

function createCommand(): Command {
  return new Command("create")
    .summary("create an invitation, and print its code and its link")
    .option("--uses <number>", `how often it can be used, 1 to ${INVITE_USES_MAX}`, uses, 1)
    .option("--expires <duration>", "when it expires, such as 50min or 2d (default: 1h)", limited)
    .option(
      "--channel <channel>",
      "admit its users to this channel, and lead them there",
      channelName,
    )
    .option("--register", "accounts can be registered with it")
    .option("--qr", "print the QR code of the link as well")
    .action(async (options: CreateOptions, command: Command) => {
      const { uses, expires, channel, register } = options;
      await withServer(command, async (server) => {
        const reply = await server.ask({ type: "invite_create", uses, expires, channel, register });
        print(reply, options, () => {
          const hint = `Show its QR code with: classcord invite show ${reply.id}`;
          return `${describe(reply)}\n${options.qr ? `\n${drawn(reply.link)}` : hint}`;
        });
      });
    });
}

function listCommand(): Command {
  return new Command("list")
    .summary("list the invitations with their uses")
    .action(async (options: OutputOptions, command: Command) => {
      await withServer(command, async (server) => {
        print(await server.ask({ type: "invites" }), options, list);
      });
    });
}

function list({ invites, more }: ReplyOf<"invites">): string {
  if (invites.length === 0) return "There are no invitations.";
  return table(invites, COLUMNS) + (more ? "\n…" : "");
}

function showCommand(): Command {
  return new Command("show")
    .summary("show an invitation with the QR code of its link")
    .argument("<id>", "its number", number)
    .action(async (id: number, options: OutputOptions, command: Command) => {
      await withServer(command, async (server) => {
        const reply = await server.ask({ type: "invites", id });
        const [row] = reply.invites;
        if (row === undefined) throw new CommandFailure(`There is no invitation ${id}.`);
        print({ ...row, type: reply.type }, options, () => {
          return row.link === undefined ? describe(row) : `${describe(row)}\n\n${drawn(row.link)}`;
        });
      });
    });
}

function revokeCommand(): Command {
  return new Command("revoke")
    .summary("revoke an invitation, so that nobody else can use it")
    .description("Revokes an invitation. The users who have used it stay.")
    .argument("<id>", "its number", number)
    .action(async (id: number, options: OutputOptions, command: Command) => {
      await withServer(command, async (server) => {
        const reply = await server.ask({ type: "invite_revoke", id });
        print(reply, options, () => `Revoked invitation ${id}.`);
      });
    });
}

function describe({ id, state, code, link, channel, register, uses, used, expires }: InviteRow) {
  const rows: readonly (readonly [string, string | undefined])[] = [
    ["Code", code],
    ["Link", link],
    ["Uses", `${used} of ${plural(uses, "use")}`],
    ["Expires", clock(expires)],
    ["Channel", channel],
    ["For", register ? "guests and new accounts" : "guests"],
  ];
  const title = `Invitation ${id}${state === "open" ? "" : ` (${state})`}`;
  const lines = rows.flatMap(([name, text]) =>
    text === undefined ? [] : [`${name.padEnd(9)}${named(text)}`]
  );
  return [title, ...lines].join("\n");
}

function drawn(link: string): string {
  return qrCode(link, Deno.stdout.isTerminal());
}

function uses(text: string): number {
  const count = /^\d{1,6}$/.test(text) ? Number(text) : NaN;
  if (count >= 1 && count <= INVITE_USES_MAX) return count;
  throw new InvalidArgumentError(`Expected a number from 1 to ${INVITE_USES_MAX}.`);
}

function number(text: string): number {
  const id = /^\d{1,15}$/.test(text) ? Number(text) : 0;
  if (id >= 1) return id;
  throw new InvalidArgumentError("Expected the number of an invitation.");
}

/** Parses the duration of an option that needs an end, in seconds. */
export function limited(text: string): number {
  const seconds = duration(text);
  if (seconds >= 1 && seconds <= INVITE_SECONDS_MAX) return seconds;
  throw new InvalidArgumentError(`Expected a duration up to ${INVITE_SECONDS_MAX / 86_400}d.`);
}
