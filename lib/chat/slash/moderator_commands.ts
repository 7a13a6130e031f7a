// Commands of moderators.
import { isIP } from "node:net";
import { MUTE_SECONDS } from "../../protocol/requests/moderation.ts";
import { because, untilText } from "../wording.ts";
import { type Answer, excerpt } from "./answer.ts";
import { ban as banSubject, unban as unbanSubject } from "../moderation/bans.ts";
import { announceToAll, deleteMessage, setClosed } from "../moderation/channels.ts";
import { kick as kickUser, mute as muteUser, unmute as unmuteUser } from "../moderation/users.ts";
import { actorIn, type Command, type Context, knownIn, needed } from "./command.ts";
import type { Words } from "./parse.ts";

/** The commands of this family. */
export const moderatorCommands: readonly Command[] = [
  { name: "kick", request: "kick", run: kick },
  { name: "mute", request: "mute", run: mute },
  { name: "unmute", request: "unmute", run: unmute },
  { name: "ban", request: "ban", run: ban },
  { name: "unban", request: "unban", run: unban },
  { name: "bans", request: "bans", run: bans },
  { name: "delete", request: "delete", run: deleteOne },
  { name: "announce", request: "announce", run: announce },
  { name: "close", request: "close_channel", run: close },
  { name: "open", request: "open_channel", run: open },
];

function kick(context: Context, words: Words): string {
  const { services } = context;
  const user = needed(words.user(knownIn(context)));
  const named = words.channelIfAny();
  const { name, channel } = kickUser(
    actorIn(context),
    { user, channel: named, reason: words.note() },
    services,
  );
  return channel === undefined
    ? services.texts.say("done_kick", { name })
    : services.texts.say("done_kick_channel", { name, channel });
}

function mute(context: Context, words: Words): string {
  const { services } = context;
  const user = needed(words.user(knownIn(context)));
  const seconds = words.secondsIfAny() ?? MUTE_SECONDS;
  const { name } = muteUser(
    actorIn(context),
    { user, seconds, reason: words.note() },
    services,
  );
  return services.texts.say("done_mute", { name, time: timeText(seconds, services) });
}

function unmute(context: Context, words: Words): string {
  const user = needed(words.user(knownIn(context)));
  const name = unmuteUser(actorIn(context), { user, reason: words.note() }, context.services);
  return context.services.texts.say("done_unmute", { name });
}

function ban(context: Context, words: Words): string {
  const { services } = context;
  const subject = banned(context, words);
  const seconds = words.secondsIfAny() ?? 0;
  const made = banSubject(
    actorIn(context),
    { ...subject, seconds, reason: words.note() },
    services,
  );
  const places = { name: made.ban.name, time: timeText(seconds, services) };
  return made.from === undefined
    ? services.texts.say("done_ban", places)
    : services.texts.say("done_ban_from", { ...places, address: made.from });
}

function unban(context: Context, words: Words): string {
  const subject = banned(context, words);
  const name = unbanSubject(
    actorIn(context),
    { ...subject, reason: words.note() },
    context.services,
  );
  return context.services.texts.say("done_unban", { name });
}

// A user could be named 10.0.0.5, but `/ban 10.0.0.5` means the address.
function banned(context: Context, words: Words): { user?: string; address?: string } {
  const [first = ""] = words.rest.split(/\s/, 1);
  if (isIP(first.replace(/\/\d+$/, "")) !== 0) return { address: needed(words.word()) };
  return { user: needed(words.user(knownIn(context))) };
}

// More bans would not fit into one message.
const BANS_SHOWN = 500;

function bans({ services, space }: Context): Answer {
  const { texts, sanctions, now } = services;
  const items: string[] = [];
  for (const { name, until, by, reason } of sanctions.newestBans(now())) {
    if (items.length === BANS_SHOWN) break;
    items.push(texts.say("ban_line", {
      name,
      time: untilText(until, now(), services),
      actor: by,
      because: because(excerpt(reason, space), services),
    }));
  }
  if (items.length === 0) return texts.say("bans_none");
  return { head: texts.say("bans_head", { count: items.length }), items, keep: "first" };
}

function deleteOne(context: Context, words: Words): string {
  const id = needed(words.numberIfAny());
  deleteMessage(actorIn(context), { id, reason: words.note() }, context.services);
  return context.services.texts.say("done_delete", { id });
}

function announce(context: Context, words: Words): string {
  announceToAll(actorIn(context), { content: needed(words.rest) }, context.services);
  return context.services.texts.say("done_announce");
}

function close(context: Context, words: Words): string {
  return setOpen(context, words, { closed: true });
}

function open(context: Context, words: Words): string {
  return setOpen(context, words, { closed: false });
}

function setOpen(context: Context, words: Words, { closed }: { closed: boolean }): string {
  const { channels } = context.services;
  const named = words.channelIfAny((name) => channels.find(name) !== undefined);
  const channel = named ?? context.room.channel.name;
  const room = setClosed(
    actorIn(context),
    { channel, closed, reason: words.note() },
    context.services,
  );
  const key = closed ? "done_close" : "done_open";
  return context.services.texts.say(key, { channel: room.channel.name });
}

function timeText(seconds: number, services: Context["services"]): string {
  const now = services.now();
  return untilText(seconds === 0 ? null : now + seconds * 1000, now, services);
}
