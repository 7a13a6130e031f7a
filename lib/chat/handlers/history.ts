// Requests that read stored messages: history and search.
import { escapeNonAscii, otherMembers } from "../../protocol/json.ts";
import type { FoundRow, MessageRow } from "../../protocol/replies/history.ts";
import { replyLine, ReplyRows, Written } from "../../protocol/replies/write.ts";
import type { RequestOf } from "../../protocol/request.ts";
import {
  type FoundMessage,
  messageJson,
  readHistory,
  readWindow,
  search as find,
} from "../conversation/reading.ts";
import { reply, type Services } from "../services.ts";
import type { Session } from "../presence/session.ts";
import type { Handlers } from "./handler.ts";
import type { StoredMessage } from "../../store/messages.ts";

/** The handlers of this family. */
export const historyHandlers = { history, search } satisfies Partial<Handlers>;

/** Replies with a page of a channel or of a private conversation, oldest message first. */
function history(session: Session, request: RequestOf<"history">, services: Services): void {
  const { around } = request;
  if (around !== undefined) return historyAround(session, { ...request, around }, services);
  const rows = new ReplyRows(services.limits.replyBytes, messageRow);
  const { of, more } = readHistory(session, { ...request, fits: rows.add }, services);
  // A page that is too long is cut at its far end, so that paging on from there misses nothing.
  const oldestFirst = request.after !== undefined && request.before === undefined;
  const messages = oldestFirst ? rows.written() : rows.reversed();
  reply(session, replyLine(request, { type: "history", ...of, messages, more }), services);
}

/** Sends the messages around an id. If not all of them fit into the reply, it has those closest to the id. */
function historyAround(
  session: Session,
  request: RequestOf<"history"> & { readonly around: number },
  services: Services,
): void {
  const half = services.limits.replyBytes / 2;
  const [before, after] = [new ReplyRows(half, messageRow), new ReplyRows(half, messageRow)];
  const fits = { older: before.add, newer: after.add };
  const { of, older, newer } = readWindow(session, { ...request, ...fits }, services);
  const texts = [before.reversed().text.slice(1, -1), after.written().text.slice(1, -1)];
  const messages = new Written<MessageRow[]>(`[${texts.filter((text) => text !== "").join(",")}]`);
  const more = older || newer;
  const { around } = request;
  const line = { type: "history", ...of, around, messages, more, older, newer } as const;
  reply(session, replyLine(request, line), services);
}

function messageRow(message: StoredMessage): Written<MessageRow> {
  return new Written(messageJson(message));
}

/** Replies with the messages that a search found, newest first. */
async function search(
  session: Session,
  request: RequestOf<"search">,
  services: Services,
): Promise<void> {
  const rows = new ReplyRows(services.limits.replyBytes, foundRow);
  const found = await find(session, { ...request, fits: rows.add }, services);
  const line = replyLine(request, {
    type: "search",
    messages: rows.written(),
    more: found.more,
    complete: found.complete ? undefined : false,
  });
  reply(session, line, services);
}

// Some clients' parsers fail on two members with one name, so the sender's own `snippet` is left out.
function foundRow(message: FoundMessage): Written<FoundRow> {
  const snippet = escapeNonAscii(JSON.stringify(message.snippet));
  const extra = message.extra && otherMembers(JSON.parse(message.extra), SNIPPET, message.extra);
  return new Written(`${messageJson({ ...message, extra }).slice(0, -1)},"snippet":${snippet}}`);
}

const SNIPPET: ReadonlySet<string> = new Set(["snippet"]);
