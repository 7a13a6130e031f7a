// Serves the requests about read marks: `overview` lists what is unread, `seen` raises a mark.
import type { ChannelRow } from "../../protocol/replies/channels.ts";
import type { ConversationRow, Reading, SeenMark } from "../../protocol/replies/overview.ts";
import { replyLine, ReplyRows, write } from "../../protocol/replies/write.ts";
import { encodeLines, formatTime, jsonLine } from "../../protocol/reply.ts";
import type { RequestOf } from "../../protocol/request.ts";
import { nameKey } from "../../protocol/names.ts";
import { askerOf, requireUser } from "../actor.ts";
import { Listeners } from "../delivery/outputs.ts";
import {
  channelMarks,
  findOther,
  raiseChannel,
  readChannel,
  type ReadConversation,
  readConversation,
  unreadFrom,
} from "../conversation/marks.ts";
import { requireReadable } from "../conversation/membership.ts";
import { storeOwn } from "../conversation/reading.ts";
import { demand, mayReadPrivate } from "../permissions.ts";
import type { Session, User } from "../presence/session.ts";
import { reply, type Services } from "../services.ts";
import { channelRow } from "./channels.ts";
import type { Handlers } from "./handler.ts";

/** The handlers of these requests. */
export const overviewHandlers = { overview, seen } satisfies Partial<Handlers>;

/** The maximum number of conversations in one reply. */
const CONVERSATIONS_MAX = 100;
/** After this many milliseconds of counting, the handler waits for its next turn. A single count takes about 1 ms. */
const STEP_MS = 3;

/** Lists the channels that the user is in and the user's conversations, each with its unread count. */
async function overview(
  session: Session,
  request: RequestOf<"overview">,
  services: Services,
): Promise<void> {
  const user = requireUser(session);
  storeOwn(session, services);
  const step = createSteps(session, services);
  const half = services.limits.replyBytes / 2;
  const channels = new ReplyRows(half, write<ChannelRow & Reading>);
  const markIn = channelMarks(user, services);
  let isComplete = true;
  for (const room of services.channels.of(user)) {
    const reading = readChannel(session, { user, room, seen: markIn(room) }, services);
    if (!channels.add({ ...channelRow(room), ...reading })) isComplete = false;
    await step();
    if (session.user !== user) return refuseGone(session);
  }
  const conversations = new ReplyRows(half, write<ConversationRow>);
  const { accountId } = user;
  const kept = accountId === null
    ? []
    : services.readMarks.conversations(accountId, CONVERSATIONS_MAX + 1);
  for (const { peerKey, seen } of kept.slice(0, CONVERSATIONS_MAX)) {
    const other = findOther(peerKey, services);
    const found = readConversation(session, { accountId: accountId!, other, seen }, services);
    if (found !== undefined && !conversations.add(conversationRow(found))) isComplete = false;
    await step();
    if (session.user !== user) return refuseGone(session);
  }
  const line = replyLine(request, {
    type: "overview",
    channels: channels.written(),
    conversations: conversations.written(),
    more: !isComplete || kept.length > CONVERSATIONS_MAX || undefined,
  });
  reply(session, line, services);
}

function conversationRow(
  { with: name, last, lastMessage, seen, unread, unread_more }: ReadConversation,
): ConversationRow {
  const last_at = formatTime(lastMessage.sentAt);
  return { with: name, last, last_at, seen, unread, unread_more };
}

/** Returns a function that waits for the next turn if the current one has taken long enough. */
function createSteps(session: Session, { turns }: Services): () => Promise<void> | undefined {
  let began = performance.now();
  return () => {
    if (performance.now() - began < STEP_MS) return undefined;
    return turns.next(session.network).then(() => {
      began = performance.now();
    });
  };
}

// While the handler waited, a moderator may have closed the connection or deleted the account.
function refuseGone(session: Session): void {
  if (!session.closed) requireUser(session);
}

/** Marks a channel or a conversation as read up to a message, and tells the user's other connections. */
function seen(session: Session, request: RequestOf<"seen">, services: Services): void {
  const user = requireUser(session);
  storeOwn(session, services);
  const { grown, mark } = request.with === undefined
    ? markChannel(session, { user, request }, services)
    : markConversation(session, { user, name: request.with, request }, services);
  reply(session, replyLine(request, { type: "seen", status: "ok", ...mark }), services);
  if (grown) tellOthers(session, { user, mark }, services);
}

interface Marked {
  readonly mark: SeenMark;
  readonly grown: boolean;
}

function markChannel(
  session: Session,
  { user, request }: { user: User; request: RequestOf<"seen"> },
  services: Services,
): Marked {
  const room = requireReadable(request.channel, session, services);
  const id = possibleId(request, services);
  const before = channelMarks(user, services)(room);
  const grown = id > before && raiseChannel(user, { room, id }, services);
  const reading = readChannel(session, { user, room, seen: Math.max(id, before) }, services);
  const { last: _, seen, ...unread } = reading;
  return { mark: { channel: room.channel.name, id: seen, ...unread }, grown };
}

function markConversation(
  session: Session,
  { user, name, request }: { user: User; name: string; request: RequestOf<"seen"> },
  services: Services,
): Marked {
  demand(mayReadPrivate(askerOf(session, services)));
  const accountId = user.accountId!;
  const key = nameKey(name);
  const grown = services.readMarks.raiseConversation(
    accountId,
    key,
    possibleId(request, services),
  );
  const now = services.readMarks.conversation(accountId, key);
  const other = findOther(key, services);
  const { seen, ...unread } = unreadFrom(session, { accountId, other, seen: now }, services);
  return { mark: { with: other.name ?? name, id: seen, ...unread }, grown };
}

// A mark cannot be greater than the id of the last message.
function possibleId({ id }: RequestOf<"seen">, { history }: Services): number {
  return Math.min(id, history.lastId());
}

/** Sends the mark to the user's other connections. The message log keeps it behind the earlier messages. */
function tellOthers(
  session: Session,
  { user, mark }: { user: User; mark: SeenMark },
  { log }: Services,
): void {
  const bytes = encodeLines(jsonLine({ type: "seen", ...mark }));
  log.append({
    kind: "local",
    run() {
      const listeners = new Listeners();
      for (const other of user.sessions) {
        if (other !== session && other.hello?.features.has("seen")) listeners.add(other);
      }
      if (!listeners.isEmpty) listeners.send({ bytes });
    },
  });
}
