// Reads members of the server's lines. Clients may put anything into members that the server relays, so each member
// is checked for its type and size.
import { nameKey } from "./keys.ts";
import type { Failure, Item, Me, Role } from "./state.ts";

/** A line from the server, or an object in one. */
export type Line = Readonly<Record<string, unknown>>;

/** The maximum length of a `cid`, in UTF-16 units. A longer one is ignored. */
const CID_MAX = 64;

/** Returns a text, or an empty one for any other value. */
export function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** Returns a non-negative integer, or 0 for any other value. */
export function wholeOf(value: unknown): number {
  return Number.isSafeInteger(value) && (value as number) >= 0 ? value as number : 0;
}

/** Returns a server time in milliseconds since 1970, or undefined if the value is not a time. */
export function timeOf(value: unknown): number | undefined {
  const time = typeof value === "string" && value.length < 40 ? Date.parse(value) : NaN;
  return Number.isNaN(time) ? undefined : time;
}

/** Returns the objects of a list. Other values are left out. */
export function rowsOf(value: unknown): Line[] {
  if (!Array.isArray(value)) return [];
  return value.filter((row) => typeof row === "object" && row !== null && !Array.isArray(row));
}

/** Returns the texts of a list. Other values are left out. */
export function textsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === "string") : [];
}

/** Returns a role, or `guest` for an unknown one. */
export function roleOf(value: unknown): Role {
  return value === "member" || value === "moderator" || value === "admin" ? value : "guest";
}

/** Returns the stored message in a `message` line or a row of history, or undefined if it has no id. */
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

/** Returns the room of a message: `#channel`, or the name of the other user. */
export function placeOf(line: Line, me: Me | undefined): string | undefined {
  const channel = textOf(line.channel);
  if (channel.startsWith("#")) return channel;
  if (line.subtype !== "private" || typeof line.from !== "string") return undefined;
  return nameKey(line.from) === me?.key ? textOf(line.to) || undefined : line.from;
}

/** Returns the failure that an `error` line reports. */
export function failureOf(line: Line, now: number): Failure {
  const wait = typeof line.retry_after === "number" ? line.retry_after : undefined;
  return {
    code: textOf(line.code),
    reason: textOf(line.reason) || undefined,
    text: textOf(line.message),
    retryAt: wait === undefined ? undefined : now + 1000 * Math.max(0, wait),
  };
}
