// What a user has read of channels and conversations, and how many messages of others came after that.
import type { Reading, Unread } from "../../protocol/replies/overview.ts";
import type { StoredMessage } from "../../store/messages.ts";
import type { UnreadCount } from "../../store/page/read_marks.ts";
import { findTarget, type Target } from "../actor.ts";
import { priceOfCounting } from "../limits/cost.ts";
import type { Room, Session, User } from "../presence/session.ts";
import type { Services } from "../services.ts";
import { markOf } from "./reading.ts";

/** A conversation of an account, with what the account has read of it. */
export interface ReadConversation extends Reading {
  readonly with: string;
  readonly lastMessage: StoredMessage;
}

/** The other end of a conversation: an account, or somebody who has none; then the name may not be known. */
export type Other = Pick<Target, "key" | "accountId"> & { readonly name: string | undefined };

/** The marks of a user in all channels. Without one, what was said before the account was made counts as read. */
export function channelMarks(user: User, services: Services): (room: Room) => number {
  const { readMarks, guestMarks } = services;
  const { accountId } = user;
  if (accountId === null) return ({ channel }) => guestMarks.of(user, channel.id);
  const start = readMarks.startOf(accountId);
  const marks = readMarks.channels(accountId);
  return ({ channel }) => Math.max(start, marks.get(channel.id) ?? 0);
}

/** What a user has read of a channel. @param seen The mark. */
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

/** Raises the mark of a user in a channel. @returns Whether it was lower. */
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

/** Who has, or had, a name, as `history` finds them. */
export function findOther(peerKey: string, services: Services): Other {
  return findTarget(peerKey, services) ?? { name: undefined, key: peerKey, accountId: null };
}

/** What an account has read of a conversation, if there is a message left of it. @param seen The mark. */
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

/** How much of a conversation is unread. @param seen The mark. */
export function unreadFrom(
  session: Session,
  { accountId, other, seen }: { accountId: number; other: Other; seen: number },
  { readMarks }: Services,
): { readonly seen: number } & Unread {
  const from = Math.max(seen, readMarks.startOf(accountId));
  return { seen: from, ...counted(session, readMarks.unreadFrom(accountId, other, from)) };
}

// Somebody without an account who is not online is known by the last message only.
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
