// Tells old clients by a message which of their messages was not sent, and why. Most old clients show no errors,
// and their windows show the text as if it had been sent.
import { ProtocolError } from "../../protocol/errors.ts";
import type { ErrorCode, ErrorReason } from "../../protocol/error_codes.ts";
import { beginningOf, NAME_UNITS_MAX } from "../../protocol/names.ts";
import { encodeLines } from "../../protocol/reply.ts";
import type { Timers } from "../../edge/apart_writer.ts";
import { NAMELESS_GUEST } from "../presence/roster.ts";
import { serverLine } from "./server_message.ts";
import type { Session } from "../presence/session.ts";
import { clip } from "../texts/clip.ts";
import type { TextKey, Texts } from "../texts/catalogue.ts";

/**
 * Interval in milliseconds at which a connection is told of the same kind of refusal. Further refusals are
 * counted.
 */
export const UNSENT_MS = 3_000;
/** Longest text, in UTF-16 units: two lines in the window of an old client. */
const TEXT_MAX = 80;
/** Longest excerpt of the refused message, in characters. */
const EXCERPT_MAX = 20;
/** Maximum number of kinds per connection, because a connection that has not joined may try many names. */
const KINDS_MAX = 50;

/** A message that was not sent. */
export interface UnsentMessage {
  /** Its text, if it could be read. */
  readonly content?: string | undefined;
  /** The sender's name that the client gave. */
  readonly from?: unknown;
}

/** What the notices are made with. */
export interface UnsentParts {
  readonly timers: Timers;
  /** Returns the texts in force. */
  readonly texts: () => Texts;
  /** The time of day, in milliseconds since 1970. */
  readonly now: () => number;
}

/** Refusals of one kind that the client has not been told of. */
interface Kind {
  count: number;
  last: { readonly error: ProtocolError; readonly message: UnsentMessage };
  cancel: () => void;
}

/** Writes the notices. Owns how many refusals each connection has not been told of. */
export class UnsentNotices {
  readonly #parts: UnsentParts;
  readonly #kinds = new Map<Session, Map<string, Kind>>();

  constructor(parts: UnsentParts) {
    this.#parts = parts;
  }

  /**
   * Returns the line that follows the `error` line of a refused message.
   *
   * @returns An empty text for clients that use the additions, and while refusals of this kind are only counted.
   */
  lineFor(session: Session, error: ProtocolError, message: UnsentMessage): string {
    if (session.modern) return "";
    const to = session.user === undefined ? askedName(message.from) : session.addressee;
    const kinds = this.#kinds.get(session) ?? new Map<string, Kind>();
    const key = kindOf(session, { error, message, to });
    const kind = kinds.get(key);
    if (kind !== undefined) {
      kind.count++;
      kind.last = { error, message };
      return "";
    }
    if (kinds.size < KINDS_MAX) {
      const counted: Kind = { count: 0, last: { error, message }, cancel: () => {} };
      this.#kinds.set(session, kinds.set(key, counted));
      this.#countOn(session, key, counted);
    }
    return this.#line(to, unsentText(error, message, this.#parts.texts()));
  }

  /** Forgets a connection that has ended. */
  ended(session: Session): void {
    for (const { cancel } of this.#kinds.get(session)?.values() ?? []) cancel();
    this.#kinds.delete(session);
  }

  #countOn(session: Session, key: string, kind: Kind): void {
    kind.cancel = this.#parts.timers.after(UNSENT_MS, () => {
      // A connection that has not joined receives only replies.
      const isDue = kind.count > 0 && session.user !== undefined && !session.modern;
      if (!isDue) return this.#forget(session, key);
      const { count, last: { error, message } } = kind;
      const texts = this.#parts.texts();
      kind.count = 0;
      this.#countOn(session, key, kind);
      const text = count === 1
        ? unsentText(error, message, texts)
        : texts.say("unsent_more", { why: why(error, texts), count });
      session.deliver(encodeLines(this.#line(session.addressee, text)));
    });
  }

  #forget(session: Session, key: string): void {
    const kinds = this.#kinds.get(session);
    kinds?.delete(key);
    if (kinds?.size === 0) this.#kinds.delete(session);
  }

  #line(to: string, text: string): string {
    return serverLine(text, this.#parts.now())(to);
  }
}

// Old clients join with an empty message. Its refusal is a kind of its own, so that the first message with text is
// reported as well.
function kindOf(
  { user }: Session,
  { error, message, to }: { error: ProtocolError; message: UnsentMessage; to: string },
): string {
  const reason = error.reason ?? error.code;
  return user === undefined ? `${reason} ${isJoin(message) ? "join" : "message"} ${to}` : reason;
}

function isJoin({ content }: UnsentMessage): boolean {
  return content?.trim() === "";
}

/** Returns the name that the client of a connection that has not joined uses for itself. */
function askedName(from: unknown): string {
  return typeof from === "string" && from.trim() !== ""
    ? from.slice(0, NAME_UNITS_MAX)
    : NAMELESS_GUEST;
}

function unsentText(error: ProtocolError, message: UnsentMessage, texts: Texts): string {
  const { content } = message;
  const key = content === undefined ? "unsent_unread" : isJoin(message) ? "unjoined" : "unsent";
  const text = excerpt(content ?? "");
  const room = TEXT_MAX - texts.say(key, { why: "", text }).length;
  return texts.say(key, { why: clip(why(error, texts), room), text });
}

function excerpt(content: string): string {
  // A visible character has at most 40 units here; longer sequences are cut.
  const text = content.slice(0, 40 * EXCERPT_MAX).replace(/\s+/gu, " ").trim();
  const head = beginningOf(text, EXCERPT_MAX);
  return head.length < text.length ? `${head}…` : head;
}

/** Returns the reason for a refusal in a few words. */
function why(error: ProtocolError, texts: Texts): string {
  const key = WHY[error.reason ?? error.code];
  return key === undefined ? texts.error(error).replace(/\.$/, "") : texts.say(key, error.places);
}

const WHY: { readonly [K in ErrorCode | ErrorReason]?: TextKey } = {
  muted: "why_muted",
  muted_for: "why_muted_for",
  banned: "why_banned",
  banned_for: "why_banned_for",
  rate_limited: "why_too_fast",
  content_too_long: "why_too_long",
  members_too_long: "why_too_long",
  line_too_long: "why_too_long",
  guests_refused: "why_guests",
  unknown_user: "why_nobody",
  unknown_channel: "why_no_channel",
  restricted: "why_restricted",
  closed: "why_closed",
  read_only: "why_read_only",
  private_staff: "why_private_staff",
  private_none: "why_private_none",
  mail_full: "why_mail",
  mail_share: "why_mail",
  name_reserved: "why_name_reserved",
  name_characters: "why_name_characters",
  name_length: "why_name_length",
  name_marks: "why_name_marks",
  account_name: "why_account_name",
  look_alike: "why_look_alike",
  busy: "why_busy",
  cut_off: "why_busy",
  disk_full: "why_disk",
  database_lost: "why_server",
  not_stored: "why_server",
  internal: "why_server",
};
