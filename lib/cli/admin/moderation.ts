// `classcord kick`, `mute`, `unmute` and `announce`: moderates from the command line.
import { Command, Option } from "commander";
import { MUTE_SECONDS } from "../../protocol/requests/moderation.ts";
import { span } from "../terminal/units.ts";
import { withJson, withServer } from "./connect.ts";
import { duration, named, type OutputOptions, print, reasonOf, sanctionOf } from "./output.ts";

/** Returns the command that kicks a user. */
export function kickCommand(): Command {
  return withJson(new Command("kick"))
    .summary("disconnect a user, or remove one from a channel")
    .argument("<user>")
    .argument("[reason...]", "shown to the user")
    .option("--channel <channel>", "remove the user from this channel only", channelName)
    .action(
      async (
        user: string,
        reason: string[],
        options: OutputOptions & { channel?: string },
        command: Command,
      ) => {
        const { channel } = options;
        await withServer(command, async (server) => {
          const reply = await server.ask({ type: "kick", user, channel, ...reasonOf(reason) });
          print(reply, options, ({ user: name }) => {
            return `Kicked ${named(name)}${
              channel === undefined ? "" : ` from ${named(channel)}`
            }.`;
          });
        });
      },
    );
}

/** Returns the command that mutes a user. */
export function muteCommand(): Command {
  return withJson(new Command("mute"))
    .summary("mute a user for a time")
    .usage("[options] <user> [duration] [reason...]")
    .argument("<user>")
    .argument("[reason...]", "shown to the user; may begin with the duration")
    .addOption(
      new Option(
        "--for <duration>",
        "how long, such as 90s, 10min, 2h30, 1d; 0 means until unmuted (default: 10m)",
      ).argParser(duration),
    )
    .action(
      async (
        user: string,
        reason: string[],
        options: OutputOptions & { for?: number },
        command: Command,
      ) => {
        const { seconds = MUTE_SECONDS, ...why } = sanctionOf(reason, options.for);
        await withServer(command, async (server) => {
          const reply = await server.ask({ type: "mute", user, seconds, ...why });
          const until = seconds === 0 ? "until unmuted" : `for ${span(seconds)}`;
          print(reply, options, ({ user: name }) => `Muted ${named(name)} ${until}.`);
        });
      },
    );
}

/** Returns the command that unmutes a user. */
export function unmuteCommand(): Command {
  return withJson(new Command("unmute"))
    .summary("unmute a user")
    .argument("<user>")
    .action(async (user: string, options: OutputOptions, command: Command) => {
      await withServer(command, async (server) => {
        const reply = await server.ask({ type: "unmute", user });
        print(reply, options, ({ user: name }) => `Unmuted ${named(name)}.`);
      });
    });
}

/** Returns the command that sends an announcement. */
export function announceCommand(): Command {
  return withJson(new Command("announce"))
    .summary("send an announcement to everyone online")
    .argument("<words...>")
    .action(async (words: string[], options: OutputOptions, command: Command) => {
      await withServer(command, async (server) => {
        const reply = await server.ask({ type: "announce", content: words.join(" ") });
        print(reply, options, () => "Announced.");
      });
    });
}

/** Returns a channel's name with its `#`, which may be omitted because it starts a comment in shells. */
export function channelName(text: string): string {
  return text.startsWith("#") ? text : `#${text}`;
}
