// What a slash command is, and what it gets to work with.
import { ProtocolError } from "../../protocol/errors.ts";
import type { RequestType } from "../../protocol/request.ts";
import { type Actor, actorOf } from "../actor.ts";
import type { Room } from "../channels.ts";
import type { User } from "../roster.ts";
import type { Services } from "../services.ts";
import type { Session } from "../session.ts";
import type { TextKey } from "../texts/catalogue.ts";
import type { Words } from "./parse.ts";

/** What a command works with. */
export interface Context {
  readonly session: Session;
  readonly user: User;
  readonly services: Services;
  /** The channel that it was typed in. */
  readonly room: Room;
  readonly ref: string | undefined;
}

/** What a command answers. */
export type Answer = string | undefined;

/** A command. It answers with a text, or with nothing where what it sends is answer enough. */
export interface Command {
  readonly name: CommandName;
  /** The request that it stands for: it exists for those who may make that one. */
  readonly request: RequestType;
  readonly run: (context: Context, words: Words) => Answer | Promise<Answer>;
}

/** Names of the commands: those that the catalogue has a usage for. */
export type CommandName = TextKey extends infer K ? K extends `usage_${infer Name}` ? Name : never
  : never;

/** Who acts by a command. */
export function actorIn({ session, services }: Context): Actor {
  return actorOf(session, services);
}

/** Whether somebody of that name is online or has an account. */
export function knownIn({ services }: Context): (key: string) => boolean {
  const { roster, accountStore } = services;
  return (key) => roster.find(key) !== undefined || accountStore.findByKey(key) !== undefined;
}

/** A word that the command cannot do without. @throws {ProtocolError} that tells how it is used. */
export function needed<T>(value: T | undefined): T {
  if (value !== undefined && value !== "") return value;
  throw new ProtocolError("bad_request", "Expected more words.", { reason: USAGE });
}

/** The reason of an error whose answer is how the command is used. */
export const USAGE = "usage";

/** A head and lines below it: if not all fit, the first or the last of them. */
export function linesBelow(
  head: string,
  lines: readonly string[],
  { keep, maxBytes }: { keep: "first" | "last"; maxBytes: number },
): string {
  // Three bytes for each unit, so that no counting is needed.
  let room = (maxBytes === 0 ? Infinity : maxBytes / 3) - head.length;
  const ordered = keep === "first" ? lines : lines.toReversed();
  const kept: string[] = [];
  for (const line of ordered) {
    room -= line.length + 1;
    if (room < 0) break;
    kept.push(line);
  }
  return [head, ...(keep === "first" ? kept : kept.reverse())].join("\n");
}
