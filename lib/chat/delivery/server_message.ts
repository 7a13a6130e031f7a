// Builds the private messages from the server itself, the only notices that old clients show.
import { toAsciiJson } from "../../protocol/json.ts";
import { messageLine } from "../../protocol/reply.ts";
import type { Session } from "../presence/session.ts";

/** The sender of the server's own messages. */
export const SERVER_NAME = "ClassCord";

/** Returns a private message from the server itself to a session that has joined. */
export function serverMessage({ addressee }: Session, content: string, sentAt: number): string {
  return serverLine(content, sentAt)(addressee);
}

/**
 * Returns a function that builds a private message from the server for a recipient. It encodes only the name anew.
 */
export function serverLine(content: string, sentAt: number): (to: string) => string {
  const line = messageLine({
    subtype: "private",
    from: SERVER_NAME,
    to: "",
    channel: null,
    content,
    sentAt,
    extra: null,
  });
  // The placeholder for the name comes before any text from users.
  const start = line.indexOf(NO_NAME);
  const [head, tail] = [line.slice(0, start), line.slice(start + NO_NAME.length)];
  return (to) => `${head}"to":${toAsciiJson(to)}${tail}`;
}

const NO_NAME = '"to":""';
