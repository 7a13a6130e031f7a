// What was said before: pages of a channel or a conversation, and searches, of what the asker may read.
import { badMember } from "../protocol/errors.ts";
import { nameKey } from "../protocol/names.ts";
import { messageLine } from "../protocol/reply.ts";
import type { RequestOf } from "../protocol/request.ts";
import type { Page, SearchResult } from "../store/history.ts";
import type { StoredMessage } from "../store/messages.ts";
import { actorOf, askerOf, findTarget } from "./actor.ts";
import type { Room } from "./channels.ts";
import { priceOfRows } from "./cost.ts";
import { demand, requireReadable } from "./membership.ts";
import { mayRead, mayReadPrivate } from "./permissions.ts";
import type { Services } from "./services.ts";
import type { Session } from "./session.ts";

/** Messages, oldest first, and what they are of. */
export interface HistoryPage {
  readonly of: { readonly channel: string } | { readonly with: string };
  readonly messages: readonly StoredMessage[];
  /** There are more in the direction of paging. */
  readonly more: boolean;
}

type HistoryRequest = Pick<RequestOf<"history">, "channel" | "with" | "limit" | "before" | "after">;
type SearchRequest = Pick<RequestOf<"search">, "query" | "channel" | "limit" | "before">;

/** A page of a channel, or of a private conversation of the asker's account. @throws {ProtocolError} */
export function readHistory(
  session: Session,
  request: HistoryRequest,
  services: Services,
): HistoryPage {
  const { accountId } = actorOf(session, services);
  const page = pageOf(request);
  if (request.with === undefined) {
    const room = requireReadable(request.channel, session, services);
    storeOwn(session, services);
    const { name } = room.channel;
    const after0 = markOf(session, room, services);
    const found = services.history.channel(name, { ...page, after0 });
    return { of: { channel: name }, ...paid(session, found) };
  }
  demand(mayReadPrivate(askerOf(session, services)));
  storeOwn(session, services);
  const other = findTarget(request.with, services);
  const subject = other ?? { accountId: null, key: nameKey(request.with) };
  const name = other?.name ?? request.with;
  const found = services.history.conversation(accountId!, subject, page);
  return { of: { with: name }, ...paid(session, found) };
}

/** Finds messages among those the asker may read, newest first. @throws {ProtocolError} */
export function search(
  session: Session,
  { query, channel, limit, before }: SearchRequest,
  services: Services,
): SearchResult {
  const { accountId } = actorOf(session, services);
  const rooms = channel === undefined
    ? services.channels.list().filter((room) => isReadable(session, room, services))
    : [requireReadable(channel, session, services)];
  storeOwn(session, services);
  const markIn = marksOf(session, services);
  const found = services.history.search(query, {
    channels: rooms.map((room) => ({ name: room.channel.name, mark: markIn(room) })),
    accountId: channel === undefined ? accountId : null,
    limit,
    ...(before === undefined ? {} : { before }),
  });
  return paid(session, found);
}

// What was read is known only now.
function paid<T extends { readonly messages: readonly unknown[] }>(session: Session, found: T): T {
  session.charge(priceOfRows(found.messages.length));
  return found;
}

/** The last message of a channel that is hidden from whoever speaks over a connection. */
export function markOf(session: Session, room: Room, services: Services): number {
  return marksOf(session, services)(room);
}

// Asked of many channels, the database is asked once.
function marksOf({ user, marks: own }: Session, { expulsions }: Services): (room: Room) => number {
  if (user === undefined) return () => 0;
  const stored = expulsions.marksOf(user);
  return ({ channel: { id } }) => Math.max(own?.get(id) ?? 0, stored.get(id) ?? 0);
}

/** Whether what is said in a channel may be read over a connection. */
export function isReadable(session: Session, room: Room, services: Services): boolean {
  const isMember = session.user !== undefined && room.members.has(session.user);
  return mayRead(askerOf(session, services), room.channel, isMember) === undefined;
}

/** A stored message as JSON, as in the line that its recipients got. */
export function messageJson(message: StoredMessage): string {
  const to = message.recipient ?? "global";
  return messageLine({ ...message, from: message.sender, to }).trimEnd();
}

function pageOf({ limit, before, after }: HistoryRequest): Page {
  if (before !== undefined && after !== undefined && before <= after) {
    throw badMember("before", { expected: { key: "want_greater" }, got: before });
  }
  return {
    limit,
    ...(before === undefined ? {} : { before }),
    ...(after === undefined ? {} : { after }),
  };
}

// Whoever says something and asks at once for the history finds it there.
function storeOwn(session: Session, { log }: Services): void {
  if (session.unreported > 0) log.flush();
}
