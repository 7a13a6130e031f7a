// Sends the user's messages and keeps each until the server has stored it. A message is sent again only if the server
// does not have it.
import { place } from "./placing.ts";
import { contentOf, isCommand, storedOf } from "./slash.ts";
import type { Failure, Item, Pending, Room, RoomKey } from "./state.ts";
import { ask, change, changeRoom, command, isJoined, type Step } from "./step.ts";
import { type Line, timeOf, wholeOf } from "./wire.ts";

/** The maximum number of messages without a reply. It keeps their order, and stays below the server's limits. */
const IN_FLIGHT = 10;

/** Adds a text to the outbox and sends it as soon as possible. */
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

/** Sends the waiting messages, up to the limit of unanswered messages and not before the rate limit ends. */
export function flush(step: Step): void {
  const { outbox, throttledUntil = 0 } = step.app;
  if (!isJoined(step)) return;
  if (throttledUntil > step.now) {
    return command(step, { type: "timer", name: "flush", ms: throttledUntil - step.now });
  }
  // Messages under check were written first, so later messages of the same room wait for the result.
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
  // Ids increase across all rooms. A resent message may still be stored under the earlier id, so `after` stays.
  const after = pending.after === 0 ? newest : pending.after;
  update(step, cid, { state: "sent", failure: undefined, after });
}

/** Removes a message that the server has stored, or a command that it has run. */
export function acked(step: Step, cid: string, line: Line): void {
  const pending = step.app.outbox.find((each) => each.cid === cid);
  if (pending === undefined) return;
  remove(step, cid);
  const item = itemOf(pending, line, step);
  if (item !== undefined) {
    place(step, pending.room, item);
    // The room has not heard of earlier messages of the same turn yet: `last` grows when their lines arrive.
    changeRoom(step, pending.room, { lastAt: item.at });
  }
  flush(step);
}

/** Applies an error for a message. The message waits if a later attempt can succeed. Otherwise it has failed. */
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

/** Sends a failed message again. */
export function retry(step: Step, cid: string): void {
  const pending = step.app.outbox.find((each) => each.cid === cid);
  if (pending?.state !== "failed") return;
  update(step, cid, { state: "waiting", failure: undefined });
  flush(step);
}

/** Removes a message that is neither sent nor being checked. `edit`: its text goes into the draft. */
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

// Returns the message as the other users received it.
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
