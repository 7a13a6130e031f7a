// Reads stored messages: pages of a channel or a conversation, and searches. Only what the asker may read.
import { badMember, ProtocolError } from "../../protocol/errors.ts";
import { nameKey } from "../../protocol/names.ts";
import { messageLine } from "../../protocol/reply.ts";
import type { RequestOf } from "../../protocol/request.ts";
import type { Page } from "../../store/history.ts";
import type { StoredMessage } from "../../store/messages.ts";
import { SearchBusy } from "../../store/search/searcher.ts";
import { type Found, SearchExpired } from "../../store/search/search_index.ts";
import type { SearchScope } from "../../store/search/scope.ts";
import { actorOf, askerOf, findTarget } from "../actor.ts";
import type { Room, Session } from "../presence/session.ts";
import { priceOfRows, priceOfSearch } from "../limits/cost.ts";
import { requireReadable } from "./membership.ts";
import { demand, mayRead, mayReadPrivate } from "../permissions.ts";
import type { Services } from "../services.ts";

/** A page of messages, oldest first, with the channel or the user that they belong to. */
export interface HistoryPage {
  readonly of: { readonly channel: string } | { readonly with: string };
  readonly messages: readonly StoredMessage[];
  /** Whether more messages exist in the direction of paging. */
  readonly more: boolean;
}

/** A message that a search found. */
export interface FoundMessage extends StoredMessage {
  /** A part of the content, with the matching words between `«` and `»`. */
  readonly snippet: string;
}

/** The messages that a search found, newest first. */
export interface SearchPage {
  readonly messages: readonly FoundMessage[];
  /** Whether more, older messages match. */
  readonly more: boolean;
  /** Whether the index had all messages. If not, the newest messages may be missing for a while. */
  readonly complete: boolean;
}

type HistoryRequest =
  & Pick<RequestOf<"history">, "channel" | "with" | "limit" | "before" | "after">
  & Pick<Page, "fits">;
type SearchRequest =
  & Pick<RequestOf<"search">, "query" | "channel" | "limit" | "before">
  & { readonly fits?: (message: FoundMessage) => boolean };

/** Reads a page of a channel, or of a private conversation of the asker's account. @throws {ProtocolError} */
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

/** Messages on both sides of an id, and whether there are more. */
export interface HistoryWindow {
  readonly of: HistoryPage["of"];
  readonly older: boolean;
  readonly newer: boolean;
}

/**
 * Reads the messages around an id: those up to the id and those after it. `before` and `after` are called for each
 * message in the order of reading, from the id outwards.
 *
 * @throws {ProtocolError}
 */
export function readWindow(
  session: Session,
  { around, limit, older, newer, ...request }:
    & Pick<RequestOf<"history">, "channel" | "with" | "limit">
    & { readonly around: number }
    & { readonly [S in "older" | "newer"]: NonNullable<Page["fits"]> },
  services: Services,
): HistoryWindow {
  const half = Math.ceil(limit / 2);
  const before = readHistory(
    session,
    { ...request, limit: half, before: around + 1, after: undefined, fits: older },
    services,
  );
  const rest = limit - before.messages.length;
  const after = readHistory(
    session,
    { ...request, limit: rest, before: undefined, after: around, fits: newer },
    services,
  );
  return { of: before.of, older: before.more, newer: after.more };
}

/**
 * Searches the messages that the asker may read. The newest come first.
 *
 * A worker runs the search beside the event loop. Afterwards the permissions are checked again, and messages that
 * were deleted meanwhile are left out.
 *
 * @throws {ProtocolError}
 */
export async function search(
  session: Session,
  request: SearchRequest,
  services: Services,
): Promise<SearchPage> {
  const scope = scopeOf(session, request, services);
  storeOwn(session, services);
  const found = await findIn(scope, { query: request.query, session }, services);
  const mayShow = readableIn(scopeOf(session, request, services));
  const messages: FoundMessage[] = [];
  let { more } = found;
  for (const { id, snippet } of found.messages) {
    const message = services.history.find(id);
    if (message === undefined || !mayShow(message)) continue;
    const shown = { ...message, snippet };
    if (request.fits?.(shown) === false) {
      more = true;
      break;
    }
    messages.push(shown);
  }
  return paid(session, { messages, more, complete: found.complete });
}

function scopeOf(
  session: Session,
  { channel, limit, before }: SearchRequest,
  services: Services,
): SearchScope {
  const { accountId } = actorOf(session, services);
  const rooms = channel === undefined
    ? services.channels.list().filter((room) => isReadable(session, room, services))
    : [requireReadable(channel, session, services)];
  const markIn = marksOf(session, services);
  return {
    channels: rooms.map((room) => ({ name: room.channel.name, mark: markIn(room) })),
    accountId: channel === undefined ? accountId : null,
    limit,
    ...(before === undefined ? {} : { before }),
  };
}

// The price depends on the number of messages read, which is known only now.
function paid<T extends { readonly messages: readonly unknown[] }>(session: Session, found: T): T {
  session.charge(priceOfRows(found.messages.length));
  return found;
}

function readableIn({ channels, accountId }: SearchScope): (message: StoredMessage) => boolean {
  const marks = new Map(channels.map(({ name, mark }) => [name, mark]));
  return ({ id, channel, senderAccount, recipientAccount }) => {
    if (channel !== null) return id > (marks.get(channel) ?? Infinity);
    return accountId !== null && (senderAccount === accountId || recipientAccount === accountId);
  };
}

async function findIn(
  scope: SearchScope,
  { query, session }: { query: string; session: Session },
  services: Services,
): Promise<Found> {
  try {
    const asker = { network: session.network, gone: () => session.closed };
    const found = await services.search.find(query, scope, asker);
    session.charge(priceOfSearch(found.milliseconds));
    return found;
  } catch (error) {
    if (error instanceof SearchExpired) {
      session.charge(priceOfSearch(error.milliseconds));
      throw new ProtocolError("busy", { reason: "search_expired" });
    }
    if (error instanceof SearchBusy) {
      const { retryAfter } = error;
      throw new ProtocolError("busy", {
        reason: "searches_wait",
        retryAfter,
        places: { time: { seconds: retryAfter } },
      });
    }
    if (!session.closed) services.observer.handlerFailed(session.peer, "search", error);
    throw new ProtocolError("busy", {
      reason: "search_unavailable",
      retryAfter: UNAVAILABLE_SECONDS,
    });
  }
}

const UNAVAILABLE_SECONDS = 60;

/** Returns the id of the last message of a channel that is hidden from the user of a connection. */
export function markOf(session: Session, room: Room, services: Services): number {
  return marksOf(session, services)(room);
}

// The database is read once, however many channels are asked for.
function marksOf({ user, marks: own }: Session, { expulsions }: Services): (room: Room) => number {
  const stored = user && expulsions.marksOf(user);
  return ({ channel: { id, hiddenTo } }) =>
    Math.max(hiddenTo, user && own?.get(id) || 0, stored?.get(id) ?? 0);
}

/** Whether the messages of a channel may be read over a connection. */
export function isReadable(session: Session, room: Room, services: Services): boolean {
  const isMember = session.user !== undefined && room.members.has(session.user);
  return mayRead(askerOf(session, services), room.channel, isMember) === undefined;
}

/** Returns a stored message as JSON, exactly as its recipients received it. */
export function messageJson(message: StoredMessage): string {
  const to = message.recipient ?? "global";
  return messageLine({ ...message, from: message.sender, to }).trimEnd();
}

function pageOf({ limit, before, after, fits }: HistoryRequest): Page {
  if (before !== undefined && after !== undefined && before <= after) {
    throw badMember("before", { expected: { key: "want_greater" }, got: before });
  }
  return {
    limit,
    ...(before === undefined ? {} : { before }),
    ...(after === undefined ? {} : { after }),
    ...(fits === undefined ? {} : { fits }),
  };
}

/** Stores the user's own messages first, so that a history requested right after a message contains it. */
export function storeOwn(session: Session, { log }: Services): void {
  if (session.unreported > 0) log.storeNow();
}
