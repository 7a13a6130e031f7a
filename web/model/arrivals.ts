// Applies the messages that arrive, and what is said of the users who are here.
import { mentions } from "../text/mentions.ts";
import { channelKey, nameKey, sameName, userKey } from "./keys.ts";
import { addPerson, askPeopleSoon } from "./people.ts";
import { place } from "./placing.ts";
import type { App, Item, Room, RoomKey } from "./state.ts";
import { changeRoom, command, count, notify, roomNamed, shownRoom, type Step } from "./step.ts";
import { countUnread } from "./unread.ts";
import { itemOf, type Line, placeOf, textOf, timeOf } from "./wire.ts";

/** Answers and notices that a room shows between its messages. */
const ASIDES_MAX = 50;

/** A message that is older was kept for the user: no notification is worth it. */
const FRESH_MS = 60_000;

/** Applies a `message` line. */
export function receive(step: Step, line: Line): void {
  const item = itemOf(line, step.app.me);
  const name = placeOf(line, step.app.me);
  if (item === undefined) return answer(step, line);
  if (name === undefined) return;
  const key = name.startsWith("#") ? channelKey(name) : userKey(name);
  // The history may have brought it already, if it was read at the same time. It is new all the same.
  const heard = step.app.rooms.get(key)?.heard ?? 0;
  roomNamed(step, key, name);
  // Only members are sent what is said in a channel: another device may have joined it.
  changeRoom(step, key, { member: true });
  startPrivate(step, key);
  const isMention = !item.mine && step.app.me !== undefined &&
    mentions(item.content, step.app.me.name, sameName);
  place(step, key, item);
  countUnread(step, key, item, isMention);
  meet(step, key, item);
  changeRoom(step, key, { heard: Math.max(heard, item.id) });
  if (!item.mine && item.id > heard) tell(step, key, { item, isMention });
}

/** A guest's private conversation is not kept by the server: it begins with what is said now. */
function startPrivate(step: Step, key: RoomKey): void {
  const room = step.app.rooms.get(key)!;
  if (room.kind !== "private" || room.reading !== "none" || step.app.me?.role !== "guest") return;
  const window = { ...room.window, older: false, newer: false };
  changeRoom(step, key, { reading: "live", window });
}

/** A sender whom the page does not know is here, and in the channel. */
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

/** Tells the user of a message: aloud in the room that is shown, by a notification elsewhere. */
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

/** The answer to a slash command goes where the command was written. */
function answer(step: Step, line: Line): void {
  const { outbox } = step.app;
  const asking = outbox.find((each) => each.command && each.state === "sent")?.room;
  aside(step, asking ?? shownRoom(step.app)?.key, { code: "answer", line });
}

/** Shows a text of the server in a room, or as a notice where there is no room for it. */
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
