// Runs slash commands: finds the command, and answers with one private message from ClassCord, since old
// clients show nothing else.
import { DURATION_FORMS } from "../../protocol/duration.ts";
import { ProtocolError } from "../../protocol/errors.ts";
import { nearest } from "../../protocol/nearest.ts";
import { ackLine } from "../../protocol/reply.ts";
import { askerOf, requireUser } from "../actor.ts";
import type { Room } from "../channels.ts";
import { demand } from "../membership.ts";
import { serverMessage } from "../notices.ts";
import { mayRequest } from "../permissions.ts";
import { reply, type Services } from "../services.ts";
import type { Session } from "../session.ts";
import type { Texts } from "../texts/catalogue.ts";
import { chatCommands } from "./chat_commands.ts";
import { type Answer, type Command, type Context, USAGE } from "./command.ts";
import { moderatorCommands } from "./moderator_commands.ts";
import { splitCommand, Words } from "./parse.ts";
import { readingCommands } from "./reading_commands.ts";

export { isCommand, unescape } from "./parse.ts";

/** A command as it came. */
export interface CommandLine {
  readonly content: string;
  /** The channel that it was typed in. */
  readonly room: Room;
  readonly ref: string | undefined;
}

/** Runs a command of a session that has joined, and answers it: at once, unless the command takes time. */
export function runCommand(
  session: Session,
  line: CommandLine,
  services: Services,
): void | Promise<void> {
  const { content, room, ref } = line;
  const { texts, observer } = services;
  const { name, rest } = splitCommand(content);
  const context: Context = { session, user: requireUser(session), services, room, ref };
  const offered = commandsFor(context);
  const command = find(name);
  observer.commandRun(session.peer, command?.name ?? "unknown");
  if (command === undefined) return answer(context, unknown(name, offered, texts));
  const done = (text: Answer) => {
    if (text !== undefined) answer(context, text);
  };
  const refused = (error: unknown) => {
    if (!(error instanceof ProtocolError)) throw error;
    observer.refusedRequest(session.peer, error.code);
    answer(context, explain(error, command, texts));
  };
  try {
    demand(mayRequest(askerOf(session, services), command.request));
    const text = command.name === "help"
      ? help(offered, new Words(rest), texts)
      : command.run(context, new Words(rest));
    if (text instanceof Promise) return text.then(done).catch(refused);
    done(text);
  } catch (error) {
    refused(error);
  }
}

const HELP: Command = { name: "help", request: "message", run: () => undefined };
const ALL: readonly Command[] = [HELP, ...chatCommands, ...readingCommands, ...moderatorCommands];

/** Names of all commands, in the order in which they are listed. */
export const COMMAND_NAMES: readonly string[] = ALL.map(({ name }) => name);

/** Other words for commands, as people know them from elsewhere. */
const ALIASES: ReadonlyMap<string, string> = new Map([
  ["aide", "help"],
  ["part", "leave"],
  ["list", "channels"],
  ["users", "who"],
  ["w", "msg"],
]);

/** The commands that somebody may run: a moderator's are not listed for others. */
function commandsFor({ session, services }: Context): Map<string, Command> {
  const asker = askerOf(session, services);
  const offered = ALL.filter(({ request }) => mayRequest(asker, request) === undefined);
  return new Map(offered.map((command) => [command.name, command]));
}

function find(name: string): Command | undefined {
  return ALL.find((each) => each.name === (ALIASES.get(name) ?? name));
}

function help(offered: ReadonlyMap<string, Command>, words: Words, texts: Texts): string {
  const name = words.word()?.toLowerCase().replace(/^\//, "");
  if (name !== undefined) {
    const command = find(name);
    if (command === undefined) return unknown(name, offered, texts);
    return offered.has(command.name) ? describe(command, texts) : texts.say("error_moderators");
  }
  const lines = [...offered.values()].map((command) => describe(command, texts));
  return [texts.say("help_head"), ...lines, texts.say("help_tail")].join("\n");
}

function describe({ name }: Command, texts: Texts): string {
  return `${texts.say(`usage_${name}`)} : ${texts.say(`help_${name}`)}`;
}

function unknown(name: string, commands: ReadonlyMap<string, Command>, texts: Texts): string {
  const command = name.slice(0, 32);
  const near = nearest(name, commands.keys());
  return near === undefined
    ? texts.say("unknown_command", { command })
    : texts.say("unknown_command_near", { command, near });
}

/** What went wrong, in the language of the server. */
function explain(error: ProtocolError, { name }: Command, texts: Texts): string {
  const { reason, code, retryAfter } = error;
  if (reason === USAGE) return texts.say("usage", { usage: texts.say(`usage_${name}`) });
  if (code === "muted" && retryAfter !== undefined) {
    return texts.say("error_muted_for", { time: texts.duration(retryAfter) });
  }
  if (reason === "duration") return texts.say("error_duration", { forms: DURATION_FORMS });
  const key = `error_${reason}`;
  return texts.say(texts.has(key) ? key : `error_${code}`);
}

function answer({ session, services, ref }: Context, text: string): void {
  const { now } = services;
  const ack = ref === undefined ? "" : ackLine(ref, undefined, now());
  reply(session, serverMessage(session, text, now()) + ack, services);
}
