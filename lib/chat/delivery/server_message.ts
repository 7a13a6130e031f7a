// The private messages that the server itself writes. Old clients show nothing else of what it tells people.
import { toAsciiJson } from "../../protocol/json.ts";
import { messageLine } from "../../protocol/reply.ts";
import type { Session } from "../presence/session.ts";

/** Who the server's own messages are from. */
export const SERVER_NAME = "ClassCord";

/** A private message from the server itself to a session that has joined. */
export function serverMessage({ addressee }: Session, content: string, sentAt: number): string {
  return serverLine(content, sentAt)(addressee);
}

/** A private message from the server itself, given whom it is for. Only the name is written for each. */
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
  // It comes before all that others wrote.
  const start = line.indexOf(NO_NAME);
  const [head, tail] = [line.slice(0, start), line.slice(start + NO_NAME.length)];
  return (to) => `${head}"to":${toAsciiJson(to)}${tail}`;
}

const NO_NAME = '"to":""';
