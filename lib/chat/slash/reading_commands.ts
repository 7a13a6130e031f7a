// Commands that show what was said before.
import type { StoredMessage } from "../../store/messages.ts";
import { askerOf } from "../actor.ts";
import { atLeast } from "../permissions.ts";
import { type FoundMessage, readHistory, search as find } from "../reading.ts";
import { type Command, type Context, knownIn, linesBelow, needed } from "./command.ts";
import type { Words } from "./parse.ts";

/** The commands. */
export const readingCommands: readonly Command[] = [
  { name: "history", request: "history", run: history },
  { name: "search", request: "search", run: search },
];

const HISTORY_DEFAULT = 20;
const HISTORY_MAX = 100;
const SEARCH_COUNT = 10;
// A line of a message: enough to know it by.
const LINE_MAX = 300;
// What is looked at of a message for that.
const BEGINNING_MAX = 2_000;
// Characters of all messages that are read for one answer.
const READ_MAX = 2 ** 20;

function history(context: Context, words: Words): string {
  const { session, services, room } = context;
  const { texts, limits } = services;
  let count = words.numberIfAny();
  const channel = words.channelIfAny();
  const other = channel === undefined && words.rest !== ""
    ? words.user(knownIn(context))
    : undefined;
  count ??= words.numberIfAny() ?? HISTORY_DEFAULT;
  const page = readHistory(session, {
    channel: other === undefined ? channel ?? room.channel.name : undefined,
    with: other,
    limit: Math.min(HISTORY_MAX, Math.max(1, count)),
    before: undefined,
    after: undefined,
    fits: reading(),
  }, services);
  const name = "channel" in page.of ? page.of.channel : page.of.with;
  if (page.messages.length === 0) return texts.say("history_empty", { channel: name });
  const places = { channel: name, name, count: page.messages.length };
  return linesBelow(
    texts.say("channel" in page.of ? "history_head" : "history_private", places),
    page.messages.map((message) => describe(message, message.content, context)),
    { keep: "last", maxBytes: limits.contentBytes },
  );
}

async function search(context: Context, words: Words): Promise<string> {
  const { session, services } = context;
  const { texts, limits } = services;
  const channel = words.channelIfAny();
  const query = needed(words.note());
  const { messages, more } = await find(session, {
    query,
    channel,
    limit: SEARCH_COUNT,
    before: undefined,
    fits: reading(),
  }, services);
  if (messages.length === 0) return texts.say("search_empty", { query });
  const lines = messages.map((message: FoundMessage) => {
    const place = message.channel ?? `${message.sender} → ${message.recipient}`;
    return `${place} ${describe(message, message.snippet, context)}`;
  });
  if (more) lines.push(texts.say("search_more"));
  return linesBelow(texts.say("search_head", { query }), lines, {
    keep: "first",
    maxBytes: limits.contentBytes,
  });
}

// Of each message a line is shown, but all of it is read.
function reading(): (message: StoredMessage) => boolean {
  let left = READ_MAX;
  return ({ content }) => (left -= content.length) >= 0;
}

function describe(message: StoredMessage, text: string, { session, services }: Context): string {
  // Only from the beginning of a run of spaces: from each of 8,000, finding no end of line takes 50 ms.
  const line = text.slice(0, BEGINNING_MAX).replace(/(?<!\s)\s*\n\s*/gu, " ⏎ ");
  const cut = line.length > LINE_MAX || text.length > BEGINNING_MAX
    ? `${line.slice(0, LINE_MAX).toWellFormed()}…`
    : line;
  const isModerator = atLeast(askerOf(session, services).rank, "moderator");
  const id = isModerator ? ` (${message.id})` : "";
  return `[${timeOf(message.sentAt, services.now())}] ${message.sender}: ${cut}${id}`;
}

// The hour, in the server's own time zone, with the day unless it is today.
function timeOf(sentAt: number, now: number): string {
  const time = new Date(sentAt);
  const two = (n: number) => String(n).padStart(2, "0");
  const hour = `${two(time.getHours())}:${two(time.getMinutes())}`;
  if (time.toDateString() === new Date(now).toDateString()) return hour;
  return `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())} ${hour}`;
}
