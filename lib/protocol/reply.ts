// What the server says: each line it can send, as JSON text in ASCII that ends with \n.
import type { ProtocolError } from "./errors.ts";
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

/** The `error` line. The text stands in it twice: one client reads `error`, the others `message`. */
export function errorLine(error: ProtocolError, ref: string | undefined = error.ref): string {
  return replyLine({
    type: "error",
    message: error.message,
    error: error.message,
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

/** Collects the items of a list in a reply until it is full. */
export class ReplyItems<T> {
  readonly #maxBytes: number;
  readonly #write: (item: T) => string;
  readonly #texts: string[] = [];
  #bytes = 0;

  /** @param write Writes an item as JSON in ASCII. */
  constructor(maxBytes: number, write: (item: T) => string) {
    this.#maxBytes = maxBytes;
    this.#write = write;
  }

  /** The items so far, as JSON. */
  get texts(): readonly string[] {
    return this.#texts;
  }

  /**
   * Adds an item where it fits; the first one always, so that whoever pages gets on. After one that did not
   * fit nothing does.
   */
  readonly add = (item: T): boolean => {
    const text = this.#write(item);
    this.#bytes += text.length + 1;
    if (this.#texts.length > 0 && this.#bytes > this.#maxBytes) return false;
    this.#texts.push(text);
    return true;
  };

  /** Adds items until one does not fit: the rest is not read. @returns Whether all fitted. */
  addAll(items: Iterable<T>): boolean {
    for (const item of items) if (!this.add(item)) return false;
    return true;
  }
}

/** What a reply with a list is made of. */
export interface ListReply {
  /** Members before the list. */
  readonly members: JsonObject;
  /** Name of the list. */
  readonly name: string;
  /** The items as JSON in ASCII. */
  readonly items: readonly string[];
  /** Members behind the list. */
  readonly last: JsonObject;
}

/** A reply with a list. */
export function listLine({ members, name, items, last }: ListReply): string {
  const head = toAsciiJson(members).slice(0, -1);
  const tail = toAsciiJson(last).slice(1);
  return `${head},"${name}":[${items.join(",")}]${tail === "}" ? "" : ","}${tail}\n`;
}
