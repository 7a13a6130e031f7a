// The type of slash commands, and what a command works with.
import { ProtocolError } from "../../protocol/errors.ts";
import type { RequestType } from "../../protocol/request.ts";
import { type Actor, actorOf } from "../actor.ts";
import type { Room, Session, User } from "../presence/session.ts";
import type { AskedMessage } from "../delivery/message_log.ts";
import type { Services } from "../services.ts";
import type { TextKey } from "../texts/catalogue.ts";
import type { Answer, AnswerSpace } from "./answer.ts";
import type { Words } from "./parse.ts";

/** What a command works with. */
export interface Context {
  readonly session: Session;
  readonly user: User;
  readonly services: Services;
  /** The channel in which it was typed. */
  readonly room: Room;
  readonly asked: AskedMessage;
  /** How much the client shows of an answer. */
  readonly space: AnswerSpace;
}

/** A slash command. It answers with a text or a listing, or with nothing if what it sends is answer enough. */
export interface Command {
  readonly name: CommandName;
  /** The request that it makes. The command exists only for users who may send that request. */
  readonly request: RequestType;
  /** Whether the command exists for staff only, though others may send the request. */
  readonly isForStaff?: true;
  readonly run: (
    context: Context,
    words: Words,
  ) => Answer | undefined | Promise<Answer | undefined>;
}

/** The names of the commands: every command has a text `usage_…`. */
export type CommandName = TextKey extends infer K ? K extends `usage_${infer Name}` ? Name : never
  : never;

/** Returns the actor of a command. */
export function actorIn({ session, services }: Context): Actor {
  return actorOf(session, services);
}

/** Returns a function that tells whether a user of some name is online or has an account. */
export function knownIn({ services }: Context): (key: string) => boolean {
  const { roster, accountStore } = services;
  return (key) => roster.find(key) !== undefined || accountStore.findByKey(key) !== undefined;
}

/** Returns a required argument. @throws {ProtocolError} with the usage if it is missing. */
export function needed<T>(value: T | undefined): T {
  if (value !== undefined && value !== "") return value;
  throw new ProtocolError("bad_request", { reason: "usage" });
}
