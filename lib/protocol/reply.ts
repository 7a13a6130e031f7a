// The lines that the server sends to more than the asker, acks and errors: JSON text in ASCII that ends with \n.
import { wireReason } from "./error_codes.ts";
import { type Asked, FIXED_TEXTS, type ProtocolError } from "./errors.ts";
import { escapeNonAscii, type JsonObject, toAsciiJson } from "./json.ts";
import type { AckReply } from "./replies/messages.ts";

/** The channel everyone is in. */
export const DEFAULT_CHANNEL = "#général";

/** A message as its recipients receive it. */
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

/** A line: the members in the order given; those that are `undefined` are left out. */
export function jsonLine(members: JsonObject): string {
  return `${toAsciiJson(members)}\n`;
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
  return jsonLine({ type: "status", user, state });
}

/** What an ack says. */
export interface Ack {
  /** The message's number, if it is stored. */
  readonly id?: number | undefined;
  readonly sentAt: number;
  /** The name under which the message made its sender a guest. */
  readonly name?: string | undefined;
  /** The token of that guest. */
  readonly token?: string | undefined;
}

/** The `ack` line: the request with this `ref` took effect, and its message is stored. */
export function ackLine(ref: string, { id, sentAt, name, token }: Ack): string {
  const ack: AckReply = { type: "ack", ref, id, timestamp: formatTime(sentAt), name, token };
  return jsonLine({ ...ack });
}

/**
 * The `error` line. It has the text twice: one client reads `error`, the others `message`.
 *
 * @param text The error in words; some errors have a text of their own that old clients compare.
 * @param asked What is repeated of the request.
 */
export function errorLine(error: ProtocolError, text: string, asked: Asked = error): string {
  const message = FIXED_TEXTS[error.code] ?? text;
  return jsonLine({
    type: "error",
    message,
    error: message,
    code: error.code,
    reason: wireReason(error.reason),
    request: asked.sentType,
    retry_after: error.retryAfter,
    ref: asked.ref,
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
  "renamed",
  "session_ended",
  "replaced",
] as const;

/** One of {@linkcode SYSTEM_CODES}. */
export type SystemCode = typeof SYSTEM_CODES[number];

/** What a notice tells programs. */
export interface SystemDetails {
  readonly code: SystemCode;
  readonly channel?: string | undefined;
  /** The message it is about. */
  readonly id?: number | undefined;
  /** The name that its reader has now. */
  readonly name?: string | undefined;
  /** When what it tells of ends, as ISO 8601. */
  readonly until?: string | undefined;
}

/** A notice from the server itself, to people; `code` tells programs what it is about. */
export function systemLine(content: string, sentAt: number, details?: SystemDetails): string {
  const timestamp = formatTime(sentAt);
  return jsonLine({
    type: "system",
    from: "server",
    content,
    timestamp,
    code: details?.code,
    channel: details?.channel,
    id: details?.id,
    name: details?.name,
    until: details?.until,
  });
}
