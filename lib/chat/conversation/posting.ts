// Posts messages to a channel or to a user: checks them and appends them to the message log.
import { badMember, ProtocolError } from "../../protocol/errors.ts";
import { nameKey } from "../../protocol/names.ts";
import { quoted, shownValue } from "../../protocol/phrases.ts";
import type { NewMessage } from "../../store/messages.ts";
import { askerOf, rankOf, requireUser } from "../actor.ts";
import type { Room, Session } from "../presence/session.ts";
import { enterRoom } from "./membership.ts";
import { mayWritePrivately } from "../lesson/permissions.ts";
import { atLeast, demand, mayWrite, type Rank } from "../permissions.ts";
import type { AskedMessage, MessageEvent } from "../delivery/message_log.ts";
import { muteOf, refuseMuted } from "./sanctions.ts";
import type { ChatLimits, Services } from "../services.ts";
import { isReached } from "../delivery/windows.ts";

/** A message to post. */
export interface Saying {
  readonly content: string;
  /** The client's own members of the JSON object, as JSON text. */
  readonly extra: string | null;
  readonly asked: AskedMessage;
}

/** The recipient of a private message. */
export interface Recipient {
  readonly name: string;
  readonly accountId: number | null;
  /** Whether a connection of the recipient can show the message now. If not, it is kept. */
  readonly isReached: boolean;
}

/** Posts a message to a channel. The user joins the channel first if needed. @throws {ProtocolError} */
export function postToRoom(
  session: Session,
  { room, content, extra, asked }: Saying & { readonly room: Room },
  services: Services,
): void {
  const user = requireUser(session);
  demand(services.refusesStoring());
  demand(mayWrite(askerOf(session, services), room.channel));
  refuseMuted(session, services);
  enterRoom(user, room, services);
  const message: NewMessage = {
    sentAt: services.now(),
    subtype: "global",
    sender: user.name,
    senderAccount: user.accountId,
    recipient: null,
    recipientAccount: null,
    channel: room.channel.name,
    content,
    extra,
  };
  append(session, { message, asked }, services);
}

/** Sends a private message. @throws {ProtocolError} */
export function postPrivately(
  session: Session,
  { recipient, content, extra, asked }: Saying & { readonly recipient: Recipient },
  services: Services,
): void {
  const user = requireUser(session);
  demand(services.refusesStoring());
  refuseMutedTo(recipient, session, services);
  demandPolicy(recipient, session, services);
  demandRoom(recipient, { sender: user.accountId, content, extra }, services);
  const message: NewMessage = {
    sentAt: services.now(),
    subtype: "private",
    sender: user.name,
    senderAccount: user.accountId,
    recipient: recipient.name,
    recipientAccount: recipient.accountId,
    channel: null,
    content,
    extra,
  };
  append(session, { message, asked }, services);
}

/** Returns the user or account that `to` names. @throws {ProtocolError} `unknown_user` */
export function findRecipient(
  to: unknown,
  { roster, accountStore }: Pick<Services, "roster" | "accountStore">,
): Recipient {
  if (typeof to !== "string") {
    throw badMember("to", { expected: { key: "kind_string" }, got: shownValue(to) });
  }
  const key = nameKey(to);
  const online = roster.find(key);
  if (online !== undefined) {
    // A guest who is reloading the page has no connection, and the server keeps no messages for guests.
    if (online.accountId === null && online.sessions.size === 0) {
      throw new ProtocolError("unknown_user", { reason: "offline", places: { name: online.name } });
    }
    return { name: online.name, accountId: online.accountId, isReached: isReached(online) };
  }
  const account = accountStore.findByKey(key);
  if (account !== undefined) return { name: account.name, accountId: account.id, isReached: false };
  throw new ProtocolError("unknown_user", { places: { name: quoted(to) } });
}

/** Checks a message against the size limits. @throws {ProtocolError} `content_too_long` */
export function checkSize(
  { content, extra }: Pick<Saying, "content" | "extra">,
  { contentBytes, lineBytes }: ChatLimits,
): void {
  // A UTF-16 unit takes at most 3 bytes in UTF-8, so most contents need no counting.
  if (contentBytes > 0 && content.length * 3 > contentBytes) {
    const bytes = byteLength(content);
    if (bytes > contentBytes) {
      throw new ProtocolError("content_too_long", { places: { max: contentBytes, bytes } });
    }
  }
  // Escaping can make the extra members longer than they were on the line, beyond what a client can read.
  if (lineBytes > 0 && extra !== null && extra.length > lineBytes) {
    throw new ProtocolError("content_too_long", {
      reason: "members_too_long",
      places: { max: lineBytes, bytes: extra.length },
    });
  }
}

const encoder = new TextEncoder();

function byteLength(text: string): number {
  return encoder.encode(text).length;
}

/** Rejects a message that would have to wait for an account whose mailbox is full. */
function demandRoom(
  { name, accountId, isReached }: Recipient,
  { sender, content, extra }: { sender: number | null } & Pick<Saying, "content" | "extra">,
  { mail }: Services,
): void {
  if (isReached || accountId === null) return;
  const bytes = byteLength(content) + (extra === null ? 0 : byteLength(extra));
  const refusal = mail.accept({ accountId, sender, bytes });
  if (refusal === undefined) return;
  const reason = refusal === "full" ? "mail_full" : "mail_share";
  throw new ProtocolError("forbidden", { reason, places: { name } });
}

// A muted user may still ask a moderator for the reason.
function refuseMutedTo(recipient: Recipient, session: Session, services: Services): void {
  if (muteOf(session, services.now()) === undefined) return;
  if (!atLeast(rankOfRecipient(recipient, services), "moderator")) refuseMuted(session, services);
}

function rankOfRecipient({ accountId, name }: Recipient, services: Services): Rank {
  return rankOf({ accountId, key: nameKey(name) }, services);
}

// Every private message comes this way: requests, slash commands, and messages that are kept for an account.
function demandPolicy(recipient: Recipient, session: Session, services: Services): void {
  const policy = services.lesson.policy.value;
  if (policy === "all") return;
  const { rank } = askerOf(session, services);
  demand(mayWritePrivately(policy, rank, rankOfRecipient(recipient, services)));
}

function append(
  session: Session,
  { message, asked }: Pick<MessageEvent, "message" | "asked">,
  { log }: Services,
): void {
  session.unreported++;
  log.append({
    kind: "message",
    message,
    origin: session.id,
    asked,
    readAt: session.activeAt,
  });
}
