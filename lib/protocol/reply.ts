// What the server says: each line it can send, as JSON text in ASCII that ends with \n.
import { FIXED_TEXTS, type ProtocolError } from "./errors.ts";
import { escapeNonAscii, type JsonObject, toAsciiJson } from "./json.ts";

/** The channel everyone is in. */
export const DEFAULT_CHANNEL = "#général";

/** A message as it is sent to those who receive it. */
export interface OutgoingMessage {
  /** Its number, or `undefined` for a notice that is not stored. */
  readonly id?: number;
  readonly subtype: "global" | "private";
  readonly from: string;
  /** The recipient's name as registered, or `global`. */
  readonly to: string;
  /** The channel, or `null` for a private message. */
  readonly channel: string | null;
  readonly content: string;
  /** When the server took it, in milliseconds since 1970. */
  readonly sentAt: number;
  /** Members of the client's own, as JSON object text in ASCII. */
  readonly extra: string | null;
}

const encoder = new TextEncoder();

/** The bytes of one or more lines. */
export function encodeLines(lines: string): Uint8Array {
  return encoder.encode(lines);
}

/** A time as the wire has it: ISO 8601 in UTC with milliseconds. */
export function formatTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}

/** A reply or a notice: the members in the order given; those that are `undefined` are left out. */
export function replyLine(members: JsonObject): string {
  return `${toAsciiJson(members)}\n`;
}

/**
 * The reply to `users`.
 *
 * @param list Its members `users` and `states`, as JSON in ASCII.
 */
export function usersLine(
  list: string,
  { channel, ref }: { channel: string | undefined; ref: string | undefined },
): string {
  const head = toAsciiJson({ type: "users", channel }).slice(0, -1);
  return `${head},${list}${ref === undefined ? "" : `,"ref":${toAsciiJson(ref)}`}}\n`;
}

/** The `message` line that recipients get. */
export function messageLine(message: OutgoingMessage): string {
  const channel = message.channel === null ? "" : `,"channel":${JSON.stringify(message.channel)}`;
  const id = message.id === undefined ? "" : `,"id":${message.id}`;
  const extra = message.extra === null ? "" : `,${message.extra.slice(1, -1)}`;
  return escapeNonAscii(
    `{"type":"message","subtype":"${message.subtype}","from":${JSON.stringify(message.from)}` +
      `,"to":${JSON.stringify(message.to)}${channel},"content":${JSON.stringify(message.content)}` +
      `,"timestamp":"${formatTime(message.sentAt)}"${id}${extra}}\n`,
  );
}

/** The `status` line: a user came, went or changed state. */
export function statusLine(user: string, state: string): string {
  return replyLine({ type: "status", user, state });
}

/** The `ack` line: the message with this `ref` is stored, or took effect without being stored (no `id`). */
export function ackLine(ref: string, id: number | undefined, sentAt: number): string {
  return replyLine({ type: "ack", ref, id, timestamp: formatTime(sentAt) });
}

/**
 * The `error` line. The text stands in it twice: one client reads `error`, the others `message`.
 *
 * @param text The error in words; some errors have a text of their own that old clients compare.
 */
export function errorLine(
  error: ProtocolError,
  text: string,
  ref: string | undefined = error.ref,
): string {
  const message = FIXED_TEXTS[error.code] ?? text;
  return replyLine({
    type: "error",
    message,
    error: message,
    code: error.code,
    retry_after: error.retryAfter,
    ref,
  });
}

/** What a notice from the server is about. They are part of the wire contract: never renamed. */
export const SYSTEM_CODES = [
  "shutting_down",
  "announcement",
  "kicked",
  "muted",
  "unmuted",
  "banned",
  "topic",
  "channel_closed",
  "channel_opened",
  "channel_deleted",
  "expelled",
  "deleted",
  "guessing",
] as const;

/** One of {@linkcode SYSTEM_CODES}. */
export type SystemCode = typeof SYSTEM_CODES[number];

/** What a notice tells programs. */
export interface SystemDetails {
  readonly code: SystemCode;
  readonly channel?: string | undefined;
  /** The message it is about. */
  readonly id?: number | undefined;
}

/** A notice from the server itself, to people; `code` tells programs what it is about. */
export function systemLine(content: string, sentAt: number, details?: SystemDetails): string {
  const timestamp = formatTime(sentAt);
  const { code, channel, id } = details ?? {};
  return replyLine({ type: "system", from: "server", content, timestamp, code, channel, id });
}

/** A list in a reply. */
export interface ReplyList<T> {
  readonly name: string;
  readonly items: readonly T[];
  /** An item as JSON in ASCII. */
  readonly write: (item: T) => string;
  /** Which items stay if not all fit. */
  readonly keep: "first" | "last";
  readonly maxBytes: number;
}

/**
 * A reply with a list, as long as it fits.
 *
 * @param members Those before the list.
 * @param last The members behind it, given whether items were left out.
 */
export function listLine<T>(
  members: JsonObject,
  list: ReplyList<T>,
  last: (cut: boolean) => JsonObject,
): string {
  const kept = fitting(list.keep === "first" ? list.items : list.items.toReversed(), list);
  if (list.keep === "last") kept.reverse();
  const head = toAsciiJson(members).slice(0, -1);
  const tail = toAsciiJson(last(kept.length < list.items.length)).slice(1);
  const items = `"${list.name}":[${kept.join(",")}]`;
  return `${head},${items}${tail === "}" ? "" : ","}${tail}\n`;
}

// One item at least, so that whoever pages gets on.
function fitting<T>(items: readonly T[], { write, maxBytes }: ReplyList<T>): string[] {
  const kept: string[] = [];
  let bytes = 0;
  for (const item of items) {
    const text = write(item);
    bytes += text.length + 1;
    if (kept.length > 0 && bytes > maxBytes) break;
    kept.push(text);
  }
  return kept;
}
