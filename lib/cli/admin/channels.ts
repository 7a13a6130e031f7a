// `classcord channels` and `classcord channel …`: which channels there are, and what they are.
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

/** The command that lists the channels. */
export function channelsCommand(): Command {
  return withJson(new Command("channels"))
    .summary("list the channels, who may write there and how many are online in each")
    .action(async (options: OutputOptions, command: Command) => {
      await withServer(command, async (server) => {
        const reply = await server.ask({ type: "channels" });
        print(reply, options, ({ channels, more }) => {
          return table(channels, COLUMNS) + (more ? "\n…" : "");
        });
      });
    });
}

/** The command with its sub-commands about one channel. */
export function channelCommand(): Command {
  const channel = new Command("channel")
    .summary("make, change, open, close and delete channels")
    .description("Channels of the running server. The # of a name may be left out.");
  channel.addCommand(withJson(createCommand()));
  channel.addCommand(withJson(updateCommand()));
  channel.addCommand(
    withJson(openOrClose("open", "let everybody write in a closed channel again")),
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
  readonly readOnly?: boolean;
}

function withChannelSettings(command: Command): Command {
  return command
    .option("--topic <text>", "what it is about")
    .option("--roles <list>", "only these roles and higher ones, such as moderator", roleList)
    .option(
      "--accounts <list>",
      'these accounts besides, such as ada,bob or "Paul, Ada",bob',
      nameList,
    )
    .option("--read-only", "only moderators write there");
}

function createCommand(): Command {
  return withChannelSettings(new Command("create"))
    .summary("make a channel")
    .argument("<name>", "its name", channelName)
    .action(async (channel: string, options: SettingsOptions, command: Command) => {
      const settings = settingsOf(options);
      await act(
        command,
        { type: "channel_create", channel, ...settings },
        (reply) => `Made ${describe(reply)}.`,
      );
    });
}

function updateCommand(): Command {
  return withChannelSettings(new Command("update"))
    .summary("change who is admitted to a channel and who writes there")
    .description(
      "Changes what is named, and leaves the rest. --roles '' --accounts '' opens a channel to everyone.\n" +
        "Channels of the configuration become what it says again at the next start or reload.",
    )
    .argument("<channel>", "its name", channelName)
    .option("--no-read-only", "everyone who is in it writes there")
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
    .summary("say what a channel is about")
    .argument("<channel>", "its name", channelName)
    .argument("[words...]", "the topic; none takes it away")
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
    .summary("delete a channel with all that was said in it")
    .argument("<channel>", "its name", channelName)
    .argument("[reason...]", "for the audit log")
    .requiredOption("--yes", "yes, with all its messages: there is no way back")
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

function settingsOf({ topic, roles, accounts, readOnly }: SettingsOptions) {
  return { topic, roles, accounts, read_only: readOnly };
}

function describe({ channel, roles, accounts, read_only: readOnly }: ChannelSettings): string {
  const admitted = [...roles, ...accounts.map((name) => name.includes(",") ? `"${name}"` : name)];
  const who = admitted.length === 0 ? "open to everyone" : `only for ${admitted.join(", ")}`;
  return named(`${channel}: ${who}${readOnly ? ", only moderators write" : ""}`);
}

function roleList(text: string): AccountRole[] {
  const names = nameList(text);
  const roles = names.flatMap((name) => ACCOUNT_ROLES.find((role) => role === name) ?? []);
  if (roles.length === names.length) return roles;
  throw new InvalidArgumentError(`Expected some of ${ACCOUNT_ROLES.join(", ")}, with commas.`);
}

// A name may have commas: then it stands in double quotes, which no name has.
function nameList(text: string): string[] {
  return [...text.matchAll(/"([^"]*)"|[^,"]+/g)]
    .map(([part, quoted = part]) => quoted.trim()).filter((name) => name !== "");
}
