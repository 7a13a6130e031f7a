// Reads the user's rooms and their unread counts.
import { channelKey, userKey } from "./keys.ts";
import { showAgain } from "./places.ts";
import { caughtUp } from "./reading.ts";
import { check } from "./resend.ts";
import type { Listed, RoomKey } from "./state.ts";
import { ask, change, changeRoom, command, isJoined, roomNamed, type Step } from "./step.ts";
import { applySeen, sendSeen } from "./unread.ts";
import { type Line, rowsOf, textOf, timeOf, wholeOf } from "./wire.ts";

/** Requests the user's rooms. */
export function askOverview(step: Step): void {
  if (isJoined(step)) ask(step, { for: "overview" }, { type: "overview" });
}

/** Applies the list of the user's rooms, then reads the room that is shown and sends the waiting messages. */
export function applyOverview(step: Step, line: Line): void {
  const before = new Set(
    [...step.app.rooms.values()].filter(isJoinedChannel).map(({ key }) => key),
  );
  for (const row of rowsOf(line.channels)) {
    const name = textOf(row.name);
    const key = channelKey(name);
    before.delete(key);
    roomNamed(step, key, name);
    changeRoom(step, key, { name, member: true, ...flagsOf(row) });
    count(step, key, row);
  }
  for (const row of rowsOf(line.conversations)) {
    const name = textOf(row.with);
    if (name === "") continue;
    const key = userKey(name);
    roomNamed(step, key, name);
    changeRoom(step, key, { name, lastAt: timeOf(row.last_at) ?? 0 });
    count(step, key, row);
  }
  for (const key of before) missing(step, key);
  showAgain(step);
  for (const { room, name } of step.app.outbox) roomNamed(step, room, name);
  check(step);
  caughtUp(step);
}

function isJoinedChannel({ kind, member }: { kind: string; member: boolean }): boolean {
  return kind === "channel" && member;
}

/**
 * Handles a channel that the user was in before the link broke. A guest joins it again. An account is no longer a
 * member of it.
 */
function missing(step: Step, key: RoomKey): void {
  const room = step.app.rooms.get(key)!;
  changeRoom(step, key, { member: false });
  if (step.app.me?.role !== "guest") return;
  ask(step, { for: "join", tag: undefined, quiet: true }, { type: "join", channel: room.name });
}

/** Applies the server's unread count of a room. */
function count(step: Step, key: RoomKey, row: Line): void {
  const last = wholeOf(row.last);
  const seen = wholeOf(row.seen);
  const room = step.app.rooms.get(key)!;
  // The count may not include a message that arrived before this reply. Request it again.
  if (last < room.last && room.reading === "live") {
    command(step, { type: "timer", name: "overview", ms: 1000 });
  }
  changeRoom(step, key, { last: Math.max(last, room.last) });
  // Messages that were sent while the link was broken are new, in the room that is shown as well.
  if (room.unread === 0) changeRoom(step, key, { line: undefined });
  applySeen(step, key, { id: seen, unread: row.unread, unread_more: row.unread_more });
  // The user read these messages while the link was broken.
  if (room.seen > seen) sendSeen(step, step.app.rooms.get(key)!);
}

/** Requests the channels that the user may join. */
export function askDirectory(step: Step): void {
  if (isJoined(step)) ask(step, { for: "directory" }, { type: "channels" });
}

/** Applies the list of channels: their topics, and which are closed. */
export function applyDirectory(step: Step, line: Line): void {
  const directory = rowsOf(line.channels).map((row): Listed => {
    const name = textOf(row.name);
    return { key: channelKey(name), name, members: wholeOf(row.members), ...flagsOf(row) };
  });
  for (const { key, topic, restricted, closed, readOnly } of directory) {
    changeRoom(step, key, { topic, restricted, closed, readOnly });
  }
  change(step, { directory });
}

function flagsOf(row: Line): Pick<Listed, "topic" | "restricted" | "closed" | "readOnly"> {
  return {
    topic: textOf(row.topic),
    restricted: row.restricted === true,
    closed: row.closed === true,
    readOnly: row.read_only === true,
  };
}
