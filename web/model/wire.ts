// Reads members of the server's lines. Members that clients relay are hostile: each has a type and a bound.
import { nameKey } from "./keys.ts";
import type { Failure, Item, Me, Role } from "./state.ts";

/** A line of the server, or an object within one. */
export type Line = Readonly<Record<string, unknown>>;

/** Longest `cid` that is looked at. */
const CID_MAX = 64;

/** A text, or an empty one. */
export function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** A whole number from 0 on, or 0. */
export function wholeOf(value: unknown): number {
  return Number.isSafeInteger(value) && (value as number) >= 0 ? value as number : 0;
}

/** A time of the server in milliseconds since 1970, or undefined. */
export function timeOf(value: unknown): number | undefined {
  const time = typeof value === "string" && value.length < 40 ? Date.parse(value) : NaN;
  return Number.isNaN(time) ? undefined : time;
}

/** The objects of a list; what is no object is left out. */
export function rowsOf(value: unknown): Line[] {
  if (!Array.isArray(value)) return [];
  return value.filter((row) => typeof row === "object" && row !== null && !Array.isArray(row));
}

/** The texts of a list. */
export function textsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === "string") : [];
}

/** A role; what the page does not know is a guest's. */
export function roleOf(value: unknown): Role {
  return value === "member" || value === "moderator" || value === "admin" ? value : "guest";
}

/** The stored message of a `message` line or of a row of history, or undefined if it has no id. */
export function itemOf(line: Line, me: Me | undefined): Item | undefined {
  const id = wholeOf(line.id);
  if (id === 0 || typeof line.from !== "string" || typeof line.content !== "string") {
    return undefined;
  }
  const fromKey = nameKey(line.from);
  const cid = textOf(line.cid);
  const replyTo = wholeOf(line.reply_to);
  return {
    id,
    from: line.from,
    fromKey,
    at: timeOf(line.timestamp) ?? 0,
    content: line.content,
    cid: cid === "" || cid.length > CID_MAX ? undefined : cid,
    replyTo: replyTo > 0 && replyTo < id ? replyTo : undefined,
    mine: fromKey === me?.key,
    deleted: false,
  };
}

/** Where a message belongs: `#channel`, or the name of the other user. */
export function placeOf(line: Line, me: Me | undefined): string | undefined {
  const channel = textOf(line.channel);
  if (channel.startsWith("#")) return channel;
  if (line.subtype !== "private" || typeof line.from !== "string") return undefined;
  return nameKey(line.from) === me?.key ? textOf(line.to) || undefined : line.from;
}

/** What an `error` line says. */
export function failureOf(line: Line, now: number): Failure {
  const wait = typeof line.retry_after === "number" ? line.retry_after : undefined;
  return {
    code: textOf(line.code),
    reason: textOf(line.reason) || undefined,
    text: textOf(line.message),
    retryAt: wait === undefined ? undefined : now + 1000 * Math.max(0, wait),
  };
}
