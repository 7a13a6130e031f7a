// Writes messages, statuses, acks, errors and notices as lines: JSON text in ASCII that ends with \n.
import { wireReason } from "./error_codes.ts";
import { type Asked, FIXED_TEXTS, type ProtocolError } from "./errors.ts";
import { escapeNonAscii, type JsonObject, toAsciiJson } from "./json.ts";
import type { AckReply } from "./replies/messages.ts";

/** The channel that every user is in. */
export const DEFAULT_CHANNEL = "#général";

/** A message as its recipients receive it. */
export interface OutgoingMessage {
  /** The id of the message; `undefined` for a notice, which is not stored. */
  readonly id?: number;
  readonly subtype: "global" | "private";
  readonly from: string;
  /** The recipient's name as registered, or `global`. */
  readonly to: string;
  /** The channel, or `null` for a private message. */
  readonly channel: string | null;
  readonly content: string;
  /** When the server received it, in milliseconds since 1970. */
  readonly sentAt: number;
  /** Members that the client added, as the text of a JSON object in ASCII. */
  readonly extra: string | null;
}

const encoder = new TextEncoder();

/** Returns the bytes of one or more lines. */
export function encodeLines(lines: string): Uint8Array {
  return encoder.encode(lines);
}

/** Formats a time for the wire: ISO 8601 in UTC with milliseconds. */
export function formatTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}

/** Returns a line with the members in the given order. Members that are `undefined` are omitted. */
export function jsonLine(members: JsonObject): string {
  return `${toAsciiJson(members)}\n`;
}

/**
 * Returns the `message` line for recipients.
 *
 * @param timestamp Its time as {@linkcode formatTime} returns it, if the caller has that already.
 */
export function messageLine(
  message: OutgoingMessage,
  timestamp = formatTime(message.sentAt),
): string {
  const channel = message.channel === null ? "" : `,"channel":${JSON.stringify(message.channel)}`;
  const id = message.id === undefined ? "" : `,"id":${message.id}`;
  const extra = message.extra === null ? "" : `,${message.extra.slice(1, -1)}`;
  return escapeNonAscii(
    `{"type":"message","subtype":"${message.subtype}","from":${JSON.stringify(message.from)}` +
      `,"to":${JSON.stringify(message.to)}${channel},"content":${JSON.stringify(message.content)}` +
      `,"timestamp":"${timestamp}"${id}${extra}}\n`,
  );
}

/** Returns the `status` line: a user came, left or changed state. */
export function statusLine(user: string, state: string): string {
  return jsonLine({ type: "status", user, state });
}

/** The contents of an ack. */
export interface Ack {
  /** The id of the message, if it is stored. */
  readonly id?: number | undefined;
  readonly sentAt: number;
  /** The name, if the message made its sender a guest. */
  readonly name?: string | undefined;
  /** The token of the guest. */
  readonly token?: string | undefined;
}

/** Returns the `ack` line: the request with this `ref` took effect, and its message is stored. */
export function ackLine(ref: string, { id, sentAt, name, token }: Ack): string {
  const ack: AckReply = { type: "ack", ref, id, timestamp: formatTime(sentAt), name, token };
  return jsonLine({ ...ack });
}

/**
 * Returns the `error` line. It has the text twice, because one client reads `error` and the others read `message`.
 *
 * @param text The text of the error. Some errors have a fixed text instead, which old clients compare.
 * @param asked The repeated parts of the request.
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

/** The subjects of notices. They are part of the wire contract and are never renamed. */
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
  "policy",
] as const;

/** One of {@linkcode SYSTEM_CODES}. */
export type SystemCode = typeof SYSTEM_CODES[number];

/** The parts of a notice for programs. */
export interface SystemDetails {
  readonly code: SystemCode;
  readonly channel?: string | undefined;
  /** The message that the notice is about. */
  readonly id?: number | undefined;
  /** The present name of the recipient. */
  readonly name?: string | undefined;
  /** When the sanction that the notice reports ends, as ISO 8601. */
  readonly until?: string | undefined;
}

/** Returns a notice from the server to people. `code` tells programs what it is about. */
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
