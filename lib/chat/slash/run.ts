// Runs slash commands. The answer is one private message from ClassCord, because old clients show nothing else.
import { ProtocolError } from "../../protocol/errors.ts";
import { ackLine } from "../../protocol/reply.ts";
import { askerOf, requireUser } from "../actor.ts";
import type { Room, Session } from "../presence/session.ts";
import { mayLead } from "../lesson/permissions.ts";
import { type Asker, demand, mayRequest } from "../permissions.ts";
import type { AskedMessage } from "../delivery/message_log.ts";
import { serverMessage } from "../delivery/server_message.ts";
import { reply, type Services } from "../services.ts";
import type { Texts } from "../texts/catalogue.ts";
import { type Answer, layOut, spaceFor } from "./answer.ts";
import { clip } from "../texts/clip.ts";
import { chatCommands } from "./chat_commands.ts";
import type { Command, CommandName, Context } from "./command.ts";
import { help } from "./help.ts";
import { lessonCommands } from "./lesson_commands.ts";
import { moderatorCommands } from "./moderator_commands.ts";
import { findName, suggest } from "./names.ts";
import { splitCommand, Words } from "./parse.ts";
import { readingCommands } from "./reading_commands.ts";

export { isCommand, unescape } from "./parse.ts";

/** A command as it arrived. */
export interface CommandLine {
  readonly content: string;
  /** The channel in which it was typed. */
  readonly room: Room;
  readonly asked: AskedMessage;
}

/**
 * Runs a command of a session that has joined, and sends the answer. Returns a promise if the command takes time.
 */
export function runCommand(
  session: Session,
  line: CommandLine,
  services: Services,
): void | Promise<void> {
  const { content, room, asked } = line;
  const { texts, observer, limits } = services;
  const { name: typed, rest } = splitCommand(content);
  const space = spaceFor(session, limits.contentBytes);
  const context: Context = { session, user: requireUser(session), services, room, asked, space };
  const command = find(findName(typed));
  observer.commandRun(session.peer, command?.name ?? "unknown");
  if (command === undefined) return answer(context, unknown(typed, rest, context));
  const done = (answered: Answer | undefined) => {
    if (answered !== undefined) answer(context, answered);
  };
  const refused = (error: unknown) => {
    if (!(error instanceof ProtocolError)) throw error;
    observer.refusedRequest(session.peer, error.code);
    answer(context, explain(error, command, texts));
  };
  try {
    demand(mayRun(askerOf(session, services), command));
    const text = command === HELP
      ? help(rest, { offered: offeredTo(context), texts, space }) ?? unknown(rest, "", context)
      : command.run(context, new Words(rest));
    if (text instanceof Promise) return text.then(done).catch(refused);
    done(text);
  } catch (error) {
    refused(error);
  }
}

const HELP: Command = { name: "help", request: "message", run: () => undefined };
// New commands come last, so that old pages of the help stay the same.
const ALL: readonly Command[] = [
  HELP,
  ...chatCommands,
  ...readingCommands,
  ...moderatorCommands,
  ...lessonCommands,
];

/** The names of all commands, in the order in which they are listed. */
export const COMMAND_NAMES: readonly CommandName[] = ALL.map(({ name }) => name);

function find(name: CommandName | undefined): Command | undefined {
  return ALL.find((each) => each.name === name);
}

/** Returns the commands that a user may run. Commands of moderators are hidden from other users. */
function offeredTo({ session, services }: Context): CommandName[] {
  const asker = askerOf(session, services);
  return ALL.filter((command) => mayRun(asker, command) === undefined).map(({ name }) => name);
}

function mayRun(asker: Asker, { request, isForStaff }: Command): ProtocolError | undefined {
  return mayRequest(asker, request) ?? (isForStaff ? mayLead(asker.rank) : undefined);
}

/** Returns the answer for an unknown command. @param words The text after the name. */
function unknown(typed: string, words: string, context: Context): string {
  const { texts } = context.services;
  const command = clip(typed.replace(/^\//, "").split(/\s/, 1)[0]!, COMMAND_SHOWN);
  const near = suggest(command, offeredTo(context), words !== "");
  return near === undefined
    ? texts.say("unknown_command", { command })
    : texts.say("unknown_command_near", { command, near });
}

/** Characters of an unknown command that the answer repeats. */
const COMMAND_SHOWN = 20;

/** Returns the text of an error, in the language of the server. */
function explain(error: ProtocolError, { name }: Command, texts: Texts): string {
  if (error.reason !== "usage") return texts.error(error);
  return texts.say("error_usage", { usage: texts.say(`usage_${name}`) });
}

function answer({ session, services, asked, space }: Context, answered: Answer): void {
  const { now, texts } = services;
  const text = layOut(answered, space, texts);
  const { ref, joinedAs, token } = asked;
  const ack = ref === undefined ? "" : ackLine(ref, { sentAt: now(), name: joinedAs, token });
  reply(session, serverMessage(session, text, now()) + ack, services);
}
