// Commands that show earlier messages.
import { ProtocolError } from "../../protocol/errors.ts";
import type { StoredMessage } from "../../store/messages.ts";
import { askerOf } from "../actor.ts";
import { atLeast } from "../permissions.ts";
import { type FoundMessage, readHistory, search as find } from "../conversation/reading.ts";
import type { Services } from "../services.ts";
import { readCommand, totalOf } from "../wording.ts";
import { type Answer, excerpt } from "./answer.ts";
import { clip } from "../texts/clip.ts";
import { type Command, type Context, knownIn, needed } from "./command.ts";
import type { Words } from "./parse.ts";

/** The commands of this family. */
export const readingCommands: readonly Command[] = [
  { name: "history", request: "history", run: history },
  { name: "search", request: "search", run: search },
  { name: "unread", request: "history", run: unread },
];

const HISTORY_DEFAULT = 20;
const HISTORY_MAX = 100;
const SEARCH_COUNT = 10;
/** Characters of the query that the answer repeats. */
const QUERY_SHOWN = 40;

function history(context: Context, words: Words): Answer {
  const { session, services, room } = context;
  const { texts } = services;
  let count = words.numberIfAny();
  const channel = words.channelIfAny();
  const other = channel === undefined && words.rest !== ""
    ? words.user(knownIn(context))
    : undefined;
  count ??= words.numberIfAny();
  const page = readHistory(session, {
    channel: other === undefined ? channel ?? room.channel.name : undefined,
    with: other,
    limit: Math.min(HISTORY_MAX, Math.max(1, count ?? HISTORY_DEFAULT)),
    before: undefined,
    after: undefined,
    fits: roomFor(services),
  }, services);
  const name = "channel" in page.of ? page.of.channel : page.of.with;
  const [head, empty] = "channel" in page.of
    ? ["history_head", "history_empty"] as const
    : ["history_private", "history_private_empty"] as const;
  if (page.messages.length === 0) return texts.say(empty, { channel: name, name });
  return {
    head: texts.say(head, { channel: name, name }),
    items: page.messages.map((message) => describe(message, message.content, context)),
    keep: "last",
    isCounted: count !== undefined,
  };
}

async function search(context: Context, words: Words): Promise<Answer> {
  const { session, services } = context;
  const { texts } = services;
  const channel = words.channelIfAny();
  const query = needed(words.note());
  const { messages, more } = await find(session, {
    query,
    channel,
    limit: SEARCH_COUNT,
    before: undefined,
    fits: roomFor(services),
  }, services);
  const shown = clip(query, QUERY_SHOWN);
  if (messages.length === 0) return texts.say("search_empty", { query: shown });
  return {
    head: texts.say("search_head", { query: shown }),
    items: messages.map((message: FoundMessage) => {
      const place = message.channel ?? `${message.sender} → ${message.recipient}`;
      return `${place} ${describe(message, message.snippet, context)}`;
    }),
    ...(more ? { tail: texts.say("search_more") } : {}),
    keep: "first",
  };
}

function unread({ user, services }: Context): Answer {
  const { texts, mail } = services;
  if (user.accountId === null) throw new ProtocolError("login_required", { reason: "accounts" });
  const arrived = mail.arrived(user);
  if (arrived.size === 0) return texts.say("unread_none");
  return {
    head: texts.say("unread_head", { count: totalOf(arrived) }),
    items: [...arrived].map(([name, count]) =>
      texts.say("unread_line", { count, name, command: readCommand(name, texts) })
    ),
    keep: "first",
  };
}

// The answer shows one line of each message, but each message is read whole.
function roomFor({ limits }: Services): (message: StoredMessage) => boolean {
  let left = limits.replyBytes;
  return ({ content }) => (left -= content.length) >= 0;
}

function describe(message: StoredMessage, text: string, context: Context): string {
  const { session, services, space } = context;
  // The lookbehind makes the match begin only at the start of a run of spaces. Without it, 8,000 spaces without a
  // line break take 50 ms.
  const line = text.replace(/(?<!\s)\s*\n\s*/gu, " ⏎ ");
  const isModerator = atLeast(askerOf(session, services).rank, "moderator");
  const id = isModerator ? ` (${message.id})` : "";
  return services.texts.say("history_line", {
    time: timeOf(message.sentAt, services.now()),
    name: message.sender,
    text: excerpt(line, space) + id,
  });
}

// Returns the time of day in the server's time zone, with the date unless it is today.
function timeOf(sentAt: number, now: number): string {
  const time = new Date(sentAt);
  const two = (n: number) => String(n).padStart(2, "0");
  const hour = `${two(time.getHours())}:${two(time.getMinutes())}`;
  if (time.toDateString() === new Date(now).toDateString()) return hour;
  return `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())} ${hour}`;
}
