// `classcord channels` and `classcord channel …`: lists and manages channels.
import { Command, InvalidArgumentError } from "commander";
import type { ChannelSettings } from "../../protocol/replies/channel_admin.ts";
import type { ChannelRow } from "../../protocol/replies/channels.ts";
import type { ReplyOf } from "../../protocol/replies/families.ts";
import type { RequestLine, RequestType } from "../../protocol/request.ts";
import { ACCOUNT_ROLES, type AccountRole } from "../../store/accounts.ts";
import { type Column, table } from "../terminal/table.ts";
import { withJson, withServer } from "./connect.ts";
import { channelName } from "./moderation.ts";
import { named, type OutputOptions, print, reasonOf } from "./output.ts";

const COLUMNS: readonly Column<ChannelRow>[] = [
  { title: "CHANNEL", text: ({ name }) => name },
  { title: "ONLINE", text: ({ members }) => String(members), align: "right" },
  { title: "KIND", text: kindOf },
  { title: "TOPIC", text: ({ topic }) => topic },
];

function kindOf({ restricted, closed, read_only: readOnly }: ChannelRow): string {
  const kinds = [restricted && "restricted", closed && "closed", readOnly && "read-only"];
  return kinds.filter((kind) => kind).join(", ") || "open";
}

/** Returns the command that lists the channels. */
export function channelsCommand(): Command {
  return withJson(new Command("channels"))
    .summary("list the channels with their kind, topic and number of users online")
    .action(async (options: OutputOptions, command: Command) => {
      await withServer(command, async (server) => {
        const reply = await server.ask({ type: "channels" });
        print(reply, options, ({ channels, more }) => {
          return table(channels, COLUMNS) + (more ? "\n…" : "");
        });
      });
    });
}

/** Returns the command with its subcommands for one channel. */
export function channelCommand(): Command {
  const channel = new Command("channel")
    .summary("create, change, open, close and delete channels")
    .description("Manages the channels of the running server. The # of a name is optional.");
  channel.addCommand(withJson(createCommand()));
  channel.addCommand(withJson(updateCommand()));
  channel.addCommand(
    withJson(openOrClose("open", "let everyone write in a closed channel again")),
  );
  channel.addCommand(withJson(openOrClose("close", "let only moderators write in a channel")));
  channel.addCommand(withJson(topicCommand()));
  channel.addCommand(withJson(deleteCommand()));
  return channel;
}

interface SettingsOptions extends OutputOptions {
  readonly topic?: string;
  readonly roles?: AccountRole[];
  readonly accounts?: string[];
  readonly groups?: string[];
  readonly readOnly?: boolean;
}

function withChannelSettings(command: Command): Command {
  return command
    .option("--topic <text>", "topic of the channel")
    .option("--roles <list>", "admit only these roles and higher ones, such as moderator", roleList)
    .option(
      "--accounts <list>",
      'also admit these accounts, such as ada,bob or "Paul, Ada",bob',
      nameList,
    )
    .option("--groups <list>", "also admit the accounts of these groups, such as 2SLAM", nameList)
    .option("--read-only", "let only moderators write");
}

function createCommand(): Command {
  return withChannelSettings(new Command("create"))
    .summary("create a channel")
    .argument("<name>", "its name", channelName)
    .action(async (channel: string, options: SettingsOptions, command: Command) => {
      const settings = settingsOf(options);
      await act(
        command,
        { type: "channel_create", channel, ...settings },
        (reply) => `Created ${describe(reply)}.`,
      );
    });
}

function updateCommand(): Command {
  return withChannelSettings(new Command("update"))
    .summary("change who can join a channel and who can write in it")
    .description(
      "Changes only the settings that are given. --roles '' --accounts '' --groups '' opens a channel\n" +
        "to everyone. A group that does not exist yet admits nobody.\n" +
        "A channel of the configuration returns to its configured settings at the next start or reload.",
    )
    .argument("<channel>", "its name", channelName)
    .option("--no-read-only", "let all members write")
    .action(async (channel: string, options: SettingsOptions, command: Command) => {
      const settings = settingsOf(options);
      await act(
        command,
        { type: "channel_update", channel, ...settings },
        (reply) => `Changed ${describe(reply)}.`,
      );
    });
}

function openOrClose(name: "open" | "close", summary: string): Command {
  return new Command(name)
    .summary(summary)
    .argument("<channel>", "its name", channelName)
    .argument("[reason...]", "for the audit log")
    .action(
      async (channel: string, reason: string[], _options, command: Command) => {
        const type = name === "open" ? "open_channel" : "close_channel";
        const done = name === "open" ? "Opened" : "Closed";
        await act(
          command,
          { type, channel, ...reasonOf(reason) },
          (reply) => `${done} ${named(reply.channel)}.`,
        );
      },
    );
}

function topicCommand(): Command {
  return new Command("topic")
    .summary("set the topic of a channel")
    .argument("<channel>", "its name", channelName)
    .argument("[words...]", "the topic; without one, the topic is removed")
    .action(async (channel: string, words: string[], _options, command: Command) => {
      await act(
        command,
        { type: "topic", channel, topic: words.join(" ") },
        (reply) => `The topic of ${named(reply.channel)} is: ${named(reply.topic)}`,
      );
    });
}

function deleteCommand(): Command {
  return new Command("delete")
    .summary("delete a channel and all its messages")
    .argument("<channel>", "its name", channelName)
    .argument("[reason...]", "for the audit log")
    .requiredOption("--yes", "confirm that all messages of the channel are deleted for good")
    .action(
      async (channel: string, reason: string[], _options, command: Command) => {
        await act(
          command,
          { type: "channel_delete", channel, ...reasonOf(reason) },
          (reply) => `Deleted ${named(reply.channel)}.`,
        );
      },
    );
}

async function act<T extends RequestType>(
  command: Command,
  request: RequestLine<T>,
  text: (reply: ReplyOf<T>) => string,
): Promise<void> {
  const options = command.opts<OutputOptions>();
  await withServer(command, async (server) => print(await server.ask(request), options, text));
}

function settingsOf({ topic, roles, accounts, groups, readOnly }: SettingsOptions) {
  return { topic, roles, accounts, groups, read_only: readOnly };
}

function describe(settings: ChannelSettings): string {
  const { channel, roles, accounts, groups, read_only: readOnly } = settings;
  const shown = (name: string) => name.includes(",") ? `"${name}"` : name;
  const admitted = [
    ...roles,
    ...accounts.map(shown),
    ...groups.map((name) => `group ${shown(name)}`),
  ];
  const who = admitted.length === 0 ? "open to everyone" : `only for ${admitted.join(", ")}`;
  return named(`${channel}: ${who}${readOnly ? ", only moderators can write" : ""}`);
}

function roleList(text: string): AccountRole[] {
  const names = nameList(text);
  const roles = names.flatMap((name) => ACCOUNT_ROLES.find((role) => role === name) ?? []);
  if (roles.length === names.length) return roles;
  throw new InvalidArgumentError(
    `Expected a list of roles with commas: ${ACCOUNT_ROLES.join(", ")}.`,
  );
}

// A name that contains commas is written in double quotes, which no name contains.
function nameList(text: string): string[] {
  return [...text.matchAll(/"([^"]*)"|[^,"]+/g)]
    .map(([part, quoted = part]) => quoted.trim()).filter((name) => name !== "");
}
