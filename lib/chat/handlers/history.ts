// Requests about what was said before: history and search.
import { escapeNonAscii, otherMembers } from "../../protocol/json.ts";
import { listLine, ReplyItems } from "../../protocol/reply.ts";
import type { RequestOf } from "../../protocol/request.ts";
import {
  type FoundMessage,
  messageJson,
  readHistory,
  search as find,
} from "../conversation/reading.ts";
import { reply, type Services } from "../services.ts";
import type { Session } from "../presence/session.ts";

/** A page of a channel or of a private conversation, oldest first. */
export function history(
  session: Session,
  request: RequestOf<"history">,
  services: Services,
): void {
  const items = new ReplyItems(services.limits.replyBytes, messageJson);
  const { of, more } = readHistory(session, { ...request, fits: items.add }, services);
  const { before, after, ref } = request;
  // The far end of the page is cut, so that paging on from it misses nothing.
  const oldestFirst = after !== undefined && before === undefined;
  const line = listLine({
    members: { type: "history", ...of },
    name: "messages",
    items: oldestFirst ? items.texts : items.texts.toReversed(),
    last: { more, ref },
  });
  reply(session, line, services);
}

/** What was found, newest first. */
export async function search(
  session: Session,
  request: RequestOf<"search">,
  services: Services,
): Promise<void> {
  const items = new ReplyItems(services.limits.replyBytes, foundJson);
  const { more, complete } = await find(session, { ...request, fits: items.add }, services);
  const line = listLine({
    members: { type: "search" },
    name: "messages",
    items: items.texts,
    last: { more, ...(complete ? {} : { complete }), ref: request.ref },
  });
  reply(session, line, services);
}

// Some clients' parsers throw at two members of one name, so the sender's own `snippet` is left out.
function foundJson(message: FoundMessage): string {
  const snippet = escapeNonAscii(JSON.stringify(message.snippet));
  const extra = message.extra && otherMembers(JSON.parse(message.extra), SNIPPET, message.extra);
  return `${messageJson({ ...message, extra }).slice(0, -1)},"snippet":${snippet}}`;
}

const SNIPPET: ReadonlySet<string> = new Set(["snippet"]);
