// Applies messages that arrive, and records their senders as online.
import { mentions } from "../text/mentions.ts";
import { channelKey, nameKey, sameName, userKey } from "./keys.ts";
import { noteLast } from "./class_list.ts";
import { addPerson, askPeopleSoon } from "./people.ts";
import { place } from "./placing.ts";
import type { App, Item, Room, RoomKey } from "./state.ts";
import { changeRoom, command, count, notify, roomNamed, shownRoom, type Step } from "./step.ts";
import { countUnread } from "./unread.ts";
import { itemOf, type Line, placeOf, textOf, timeOf } from "./wire.ts";

/** The maximum number of replies and notices that a room shows between its messages. */
const ASIDES_MAX = 50;

/** The maximum age of a message with a notification. An older one was stored while the user was offline. */
const FRESH_MS = 60_000;

/** Applies a `message` line. */
export function receive(step: Step, line: Line): void {
  const item = itemOf(line, step.app.me);
  const name = placeOf(line, step.app.me);
  if (item === undefined) return answer(step, line);
  if (name === undefined) return;
  const key = name.startsWith("#") ? channelKey(name) : userKey(name);
  // A history page that was read at the same time may contain the message already. It is still new to the user.
  const heard = step.app.rooms.get(key)?.heard ?? 0;
  roomNamed(step, key, name);
  // The server sends a channel's messages to its members only. The user may have joined on another device.
  changeRoom(step, key, { member: true });
  startPrivate(step, key);
  const isMention = !item.mine && step.app.me !== undefined &&
    mentions(item.content, step.app.me.name, sameName);
  place(step, key, item);
  countUnread(step, key, item, isMention);
  meet(step, key, item);
  noteLast(step, key, item);
  changeRoom(step, key, { heard: Math.max(heard, item.id) });
  if (!item.mine && item.id > heard) tell(step, key, { item, isMention });
}

/** Starts the window of a guest's private conversation, which the server does not store, with the new message. */
function startPrivate(step: Step, key: RoomKey): void {
  const room = step.app.rooms.get(key)!;
  if (room.kind !== "private" || room.reading !== "none" || step.app.me?.role !== "guest") return;
  const window = { ...room.window, older: false, newer: false };
  changeRoom(step, key, { reading: "live", window });
}

/** Records that the sender of a message is online and a member of the channel. */
function meet(step: Step, key: RoomKey, { from, fromKey }: Item): void {
  const room = step.app.rooms.get(key)!;
  if (!step.app.people.has(fromKey)) {
    addPerson(step, { name: from, state: "online" });
    askPeopleSoon(step);
  }
  if (room.kind === "channel" && room.members.size > 0 && !room.members.has(fromKey)) {
    changeRoom(step, key, { members: new Set([...room.members, fromKey]) });
  }
}

/** Announces a message in the room that is shown, or shows a notification for one in another room. */
function tell(
  step: Step,
  key: RoomKey,
  { item, isMention }: { item: Item; isMention: boolean },
): void {
  const { app } = step;
  const room = app.rooms.get(key)!;
  const isShown = shownRoom(app)?.key === key && app.attention.visible;
  if (isShown) {
    const what = { kind: "message", room: key, roomName: room.name, item } as const;
    command(step, { type: "announce", what });
  }
  const why = room.kind === "private" ? "private" : isMention ? "mention" : undefined;
  if (why === undefined || app.prefs.notify === "off" || (isShown && app.attention.focused)) return;
  if (item.at > serverNow(app, step.now) - FRESH_MS) {
    command(step, { type: "notify", room, item, why });
  }
}

function serverNow(app: App, now: number): number {
  return now + (app.server?.clockOffset ?? 0);
}

/** Shows the reply to a slash command in the room where the command was typed. */
function answer(step: Step, line: Line): void {
  const { outbox } = step.app;
  const asking = outbox.find((each) => each.command && each.state === "sent")?.room;
  aside(step, asking ?? shownRoom(step.app)?.key, { code: "answer", line });
}

/** Shows a text from the server in a room, or as a notice if it belongs to no room. */
export function aside(
  step: Step,
  key: RoomKey | undefined,
  { code, line }: { code: string; line: Line },
): void {
  const room: Room | undefined = key === undefined ? undefined : step.app.rooms.get(key);
  const text = textOf(line.content);
  const at = timeOf(line.timestamp) ?? step.now;
  if (room === undefined) return notify(step, { code, text, at, name: undefined });
  const after = Math.max(room.last, room.window.last);
  const added = { key: count(step), after, at, code, text };
  changeRoom(step, room.key, { asides: [...room.asides.slice(1 - ASIDES_MAX), added] });
  if (shownRoom(step.app)?.key === room.key) {
    command(step, { type: "announce", what: { kind: "aside", text } });
  }
}

/** Whether a name is the user's own. */
export function isMe(app: App, name: string): boolean {
  return app.me !== undefined && nameKey(name) === app.me.key;
}
