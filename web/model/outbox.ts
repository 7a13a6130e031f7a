// Messages of the user until they are stored: sent, and sent again only if the server does not have them.
import { place } from "./placing.ts";
import { contentOf, isCommand, storedOf } from "./slash.ts";
import type { Failure, Item, Pending, Room, RoomKey } from "./state.ts";
import { ask, change, changeRoom, command, isJoined, type Step } from "./step.ts";
import { countUnread } from "./unread.ts";
import { type Line, timeOf, wholeOf } from "./wire.ts";

/** Messages that wait for an answer at once: their order is kept, and the server's limits are not met. */
const IN_FLIGHT = 10;

/** Takes a text that the user sends. */
export function say(step: Step, room: Room, { cid, text }: { cid: string; text: string }): void {
  const { me, outbox } = step.app;
  if (me === undefined || text.trim() === "" || outbox.some((each) => each.cid === cid)) return;
  const pending: Pending = {
    cid,
    owner: me.key,
    room: room.key,
    name: room.name,
    content: text,
    replyTo: room.replyTo,
    at: step.now,
    command: room.kind === "channel" && isCommand(text),
    after: 0,
    state: "waiting",
    failure: undefined,
  };
  change(step, { outbox: [...outbox, pending] });
  changeRoom(step, room.key, { draft: "", replyTo: undefined });
  flush(step);
}

/** Sends what waits, as far as the server takes it now. */
export function flush(step: Step): void {
  const { outbox, throttledUntil = 0 } = step.app;
  if (!isJoined(step)) return;
  if (throttledUntil > step.now) {
    return command(step, { type: "timer", name: "flush", ms: throttledUntil - step.now });
  }
  // What is being looked for comes before what was written later in the same room.
  const busy = new Set(
    outbox.filter(({ state }) => state === "checking").map(({ room }) => room),
  );
  let flying = outbox.filter(({ state }) => state === "sent").length;
  for (const pending of outbox) {
    if (pending.state !== "waiting" || busy.has(pending.room)) continue;
    if (flying++ >= IN_FLIGHT) return;
    send(step, pending);
  }
}

function send(step: Step, pending: Pending): void {
  const { room, name, content, cid, replyTo } = pending;
  const kind = kindOf(room);
  const rooms = [...step.app.rooms.values()];
  const newest = rooms.reduce((most, { last }) => Math.max(most, last), 0);
  ask(step, { for: "message", cid }, {
    type: "message",
    ...(kind === "channel" ? { channel: name } : { subtype: "private", to: name }),
    content: contentOf(content, kind),
    cid,
    ...(replyTo === undefined ? {} : { reply_to: replyTo }),
  });
  // Ids grow over all rooms. A message that is sent again may still be stored under an earlier id.
  const after = pending.after === 0 ? newest : pending.after;
  update(step, cid, { state: "sent", failure: undefined, after });
}

/** The server has stored a message, or run a command. */
export function acked(step: Step, cid: string, line: Line): void {
  const pending = step.app.outbox.find((each) => each.cid === cid);
  if (pending === undefined) return;
  remove(step, cid);
  const item = itemOf(pending, line, step);
  if (item !== undefined) {
    place(step, pending.room, item);
    countUnread(step, pending.room, item, false);
  }
  flush(step);
}

/** The server has rejected a message. It waits where that helps, and otherwise failed. */
export function refused(step: Step, cid: string, failure: Failure): void {
  const pending = step.app.outbox.find((each) => each.cid === cid);
  if (pending === undefined) return;
  const { retryAt } = failure;
  if (failure.code === "shutting_down") return update(step, cid, { state: "waiting", failure });
  if ((failure.code === "rate_limited" || failure.code === "busy") && retryAt !== undefined) {
    change(step, { throttledUntil: Math.max(retryAt, step.app.throttledUntil ?? 0) });
    update(step, cid, { state: "waiting", failure });
  } else {
    update(step, cid, { state: "failed", failure });
    command(step, { type: "announce", what: { kind: "failed", content: pending.content } });
  }
  flush(step);
}

/** Sends a message that failed once more. */
export function retry(step: Step, cid: string): void {
  const pending = step.app.outbox.find((each) => each.cid === cid);
  if (pending?.state !== "failed") return;
  update(step, cid, { state: "waiting", failure: undefined });
  flush(step);
}

/** Gives a message up that is not on its way. */
export function discard(step: Step, cid: string, edit: boolean): void {
  const pending = step.app.outbox.find((each) => each.cid === cid);
  if (pending === undefined || pending.state === "sent" || pending.state === "checking") return;
  remove(step, cid);
  const draft = step.app.rooms.get(pending.room)?.draft ?? "";
  if (edit) {
    const joined = draft === "" ? pending.content : `${pending.content}\n${draft}`;
    changeRoom(step, pending.room, { draft: joined, replyTo: pending.replyTo });
    command(step, { type: "focus", target: "composer" });
  }
}

// The line of the server that the others received.
function itemOf(pending: Pending, line: Line, step: Step): Item | undefined {
  const id = wholeOf(line.id);
  const { me } = step.app;
  if (id === 0 || me === undefined) return undefined;
  const { cid, replyTo, room } = pending;
  const kind = kindOf(room);
  return {
    id,
    from: me.name,
    fromKey: me.key,
    at: timeOf(line.timestamp) ?? step.now,
    content: storedOf(contentOf(pending.content, kind), kind),
    cid,
    replyTo,
    mine: true,
    deleted: false,
  };
}

function kindOf(room: RoomKey): Room["kind"] {
  return room.startsWith("#") ? "channel" : "private";
}

function remove(step: Step, cid: string): void {
  change(step, { outbox: step.app.outbox.filter((each) => each.cid !== cid) });
}

function update(step: Step, cid: string, changes: Partial<Pending>): void {
  const outbox = step.app.outbox.map((each) => each.cid === cid ? { ...each, ...changes } : each);
  change(step, { outbox });
}
