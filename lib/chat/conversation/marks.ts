// Read marks: up to which message a user has read channels and conversations. Later messages of others are unread.
import type { Reading, Unread } from "../../protocol/replies/overview.ts";
import type { StoredMessage } from "../../store/messages.ts";
import type { UnreadCount } from "../../store/page/read_marks.ts";
import { findTarget, type Target } from "../actor.ts";
import { priceOfCounting } from "../limits/cost.ts";
import type { Room, Session, User } from "../presence/session.ts";
import type { Services } from "../services.ts";
import { markOf } from "./reading.ts";

/** A conversation of an account, with the account's read mark. */
export interface ReadConversation extends Reading {
  readonly with: string;
  readonly lastMessage: StoredMessage;
}

/** The other user of a conversation. The name may be unknown if that user has no account. */
export type Other = Pick<Target, "key" | "accountId"> & { readonly name: string | undefined };

/** Returns the marks of a user in all channels. Messages from before the creation of the account count as read. */
export function channelMarks(user: User, services: Services): (room: Room) => number {
  const { readMarks, guestMarks } = services;
  const { accountId } = user;
  if (accountId === null) return ({ channel }) => guestMarks.of(user, channel.id);
  const start = readMarks.startOf(accountId);
  const marks = readMarks.channels(accountId);
  return ({ channel }) => Math.max(start, marks.get(channel.id) ?? 0);
}

/** Returns the mark, the last message and the unread count of a user in a channel. @param seen The mark. */
export function readChannel(
  session: Session,
  { user, room, seen }: { user: User; room: Room; seen: number },
  services: Services,
): Reading {
  const { name } = room.channel;
  const hidden = markOf(session, room, services);
  const page = services.history.channel(name, { limit: 1, after0: hidden });
  const count = services.readMarks.unreadInChannel(name, Math.max(seen, hidden), user);
  return { last: page.messages[0]?.id ?? 0, seen, ...counted(session, count) };
}

/** Raises the mark of a user in a channel. @returns Whether the mark was lower. */
export function raiseChannel(
  user: User,
  { room, id }: { room: Room; id: number },
  { readMarks, guestMarks }: Services,
): boolean {
  const channel = room.channel.id;
  return user.accountId === null
    ? guestMarks.raise(user, channel, id)
    : readMarks.raiseChannel(user.accountId, channel, id);
}

/** Finds the user who has or had a name, by the same rules as `history`. */
export function findOther(peerKey: string, services: Services): Other {
  return findTarget(peerKey, services) ?? { name: undefined, key: peerKey, accountId: null };
}

/**
 * Returns the mark, the last message and the unread count of an account in a conversation, or `undefined` if all its
 * messages have been deleted.
 *
 * @param seen The mark.
 */
export function readConversation(
  session: Session,
  { accountId, other, seen }: { accountId: number; other: Other; seen: number },
  services: Services,
): ReadConversation | undefined {
  const [lastMessage] = services.history.conversation(accountId, other, { limit: 1 }).messages;
  if (lastMessage === undefined) return undefined;
  const unread = unreadFrom(session, { accountId, other, seen }, services);
  return {
    with: nameIn(lastMessage, { accountId, other }),
    last: lastMessage.id,
    ...unread,
    lastMessage,
  };
}

/** Counts the unread messages of a conversation. @param seen The mark. */
export function unreadFrom(
  session: Session,
  { accountId, other, seen }: { accountId: number; other: Other; seen: number },
  { readMarks }: Services,
): { readonly seen: number } & Unread {
  const from = Math.max(seen, readMarks.startOf(accountId));
  return { seen: from, ...counted(session, readMarks.unreadFrom(accountId, other, from)) };
}

// If the other user has no account and is not online, only the last message has the name.
function nameIn(
  { sender, senderAccount, recipient }: StoredMessage,
  { accountId, other }: { accountId: number; other: Other },
): string {
  return other.name ?? (senderAccount === accountId ? recipient! : sender);
}

function counted(session: Session, { count, more, rows }: UnreadCount): Unread {
  session.charge(priceOfCounting(rows));
  return more ? { unread: count, unread_more: true } : { unread: count };
}
