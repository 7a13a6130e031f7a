// Requests about what was said before: history and search.
import { escapeNonAscii, otherMembers } from "../../protocol/json.ts";
import { listLine } from "../../protocol/reply.ts";
import type { RequestOf } from "../../protocol/request.ts";
import type { FoundMessage } from "../../store/history.ts";
import { messageJson, readHistory, search as find } from "../reading.ts";
import { reply, type Services } from "../services.ts";
import type { Session } from "../session.ts";

/** A page of a channel or of a private conversation, oldest first. */
export function history(
  session: Session,
  request: RequestOf<"history">,
  services: Services,
): void {
  const { of, messages, more } = readHistory(session, request, services);
  const { before, after, ref } = request;
  const line = listLine(
    { type: "history", ...of },
    {
      name: "messages",
      items: messages,
      write: messageJson,
      // The far end of the page is cut, so that paging on from it misses nothing.
      keep: after !== undefined && before === undefined ? "first" : "last",
      maxBytes: services.limits.replyBytes,
    },
    (cut) => ({ more: more || cut, ref }),
  );
  reply(session, line, services);
}

/** What was found, newest first. */
export function search(session: Session, request: RequestOf<"search">, services: Services): void {
  const { messages, more, complete } = find(session, request, services);
  const line = listLine(
    { type: "search" },
    {
      name: "messages",
      items: messages,
      write: foundJson,
      keep: "first",
      maxBytes: services.limits.replyBytes,
    },
    (cut) => ({
      more: more || cut,
      ...(complete ? {} : { complete }),
      ref: request.ref,
    }),
  );
  reply(session, line, services);
}

// Some clients' parsers throw at two members of one name, so the sender's own `snippet` is left out.
function foundJson(message: FoundMessage): string {
  const snippet = escapeNonAscii(JSON.stringify(message.snippet));
  const extra = message.extra && otherMembers(JSON.parse(message.extra), SNIPPET, message.extra);
  return `${messageJson({ ...message, extra }).slice(0, -1)},"snippet":${snippet}}`;
}

const SNIPPET: ReadonlySet<string> = new Set(["snippet"]);
