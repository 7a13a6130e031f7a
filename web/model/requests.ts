// Sends the user's requests other than messages: channels, the user's state, moderation, the account.
import { forgetMessage } from "./forgetting.ts";
import { applyHand, applyPolicy } from "./hands.ts";
import { channelKey } from "./keys.ts";
import { applyMembers, askPeople } from "./people.ts";
import { goTo, showFirst } from "./places.ts";
import { readShown } from "./reading.ts";
import type { Act, Failure, RoomKey } from "./state.ts";
import { ask, change, changeRoom, isJoined, notify, roomNamed, settle, type Step } from "./step.ts";
import { type Line, textOf, textsOf, wholeOf } from "./wire.ts";

/** The failure of a request that was not sent or not answered because the link is broken. */
export const OFFLINE: Failure = {
  code: "offline",
  reason: undefined,
  text: "",
  retryAt: undefined,
};

/** Requests to join a channel, and shows it once the server agrees. */
export function join(step: Step, channel: string, tag: string | undefined): void {
  const name = channel.trim().startsWith("#") ? channel.trim() : `#${channel.trim()}`;
  if (begin(step, tag)) {
    ask(step, { for: "join", tag, quiet: false }, { type: "join", channel: name });
  }
}

/** Records that the user has joined a channel, and shows it. */
export function joined(
  step: Step,
  line: Line,
  { tag, quiet }: { tag: string | undefined; quiet: boolean },
): void {
  const name = textOf(line.channel);
  const key = channelKey(name);
  roomNamed(step, key, name);
  changeRoom(step, key, { member: true, name, topic: textOf(line.topic) });
  // A preview lacks the messages that were sent since it was read.
  const { reading } = step.app.rooms.get(key)!;
  if (reading === "stale") changeRoom(step, key, { onScreen: undefined, reading: "none" });
  applyMembers(step, name, textsOf(line.users));
  settle(step, tag, { state: "ok", details: line });
  if (quiet) readShown(step);
  else goTo(step, { key, name });
}

/** Requests to leave a channel. A private conversation is only removed from the list. */
export function leaveRoom(step: Step, key: RoomKey, tag: string | undefined): void {
  const room = step.app.rooms.get(key);
  if (room === undefined) return;
  if (room.kind === "private") return left(step, key);
  if (begin(step, tag)) {
    ask(step, { for: "leave", room: key, tag }, { type: "leave", channel: room.name });
  }
}

/** Removes a room that the user has left. If it was shown, the page shows another room. */
export function left(step: Step, key: RoomKey): void {
  const rooms = new Map(step.app.rooms);
  rooms.delete(key);
  change(step, { rooms });
  const { route } = step.app;
  if (route.at !== "room" || route.room !== key) return;
  change(step, { route: { at: "home" } });
  showFirst(step);
}

/** Requests another state for the user, such as `away`. */
export function setState(step: Step, state: string): void {
  const { me } = step.app;
  if (me === undefined) return;
  change(step, { me: { ...me, state } });
  if (isJoined(step)) ask(step, { for: "state", state: me.state }, { type: "status", state });
}

/** Sends a moderation request, or a request about the user's account. */
export function act(step: Step, { kind, ...members }: Act, tag: string | undefined): void {
  if (!begin(step, tag)) return;
  const withSession = kind === "password" && step.app.session !== undefined;
  ask(step, { for: "act", kind, tag }, {
    type: kind,
    ...members,
    ...(withSession ? { session: true } : {}),
  });
}

/** Sends a request of an admin. */
export function manage(step: Step, line: Line, tag: string): void {
  if (begin(step, tag)) ask(step, { for: "act", kind: "manage", tag }, line);
}

/** Records that a request has succeeded. */
export function acted(
  step: Step,
  line: Line,
  { kind, tag }: { kind: string; tag: string | undefined },
): void {
  settle(step, tag, { state: "ok", details: line });
  if (kind === "topic") {
    changeRoom(step, channelKey(textOf(line.channel)), { topic: textOf(line.topic) });
  }
  if (kind === "close_channel" || kind === "open_channel") {
    changeRoom(step, channelKey(textOf(line.channel)), { closed: kind === "close_channel" });
  }
  if (kind === "hand") applyHand(step, line);
  if (kind === "policy") applyPolicy(step, line.private);
  if (kind === "delete") forgetMessage(step, wholeOf(line.id));
  // Only the server knows who is muted, and until when.
  if (kind === "mute" || kind === "unmute" || kind === "kick" || kind === "ban") askPeople(step);
  if (kind === "end_session") act(step, { kind: "sessions" }, "sessions");
}

/** Reports a failed request to the view under its tag, or in a notice if it has no tag. */
export function failed(step: Step, failure: Failure, tag: string | undefined): void {
  if (tag !== undefined) return settle(step, tag, { state: "failed", failure });
  notify(step, { code: failure.code, failure, text: failure.text, at: step.now, name: undefined });
}

// Whether the request can be sent now.
function begin(step: Step, tag: string | undefined): boolean {
  if (isJoined(step)) {
    settle(step, tag, { state: "busy" });
    return true;
  }
  failed(step, OFFLINE, tag);
  return false;
}

/** Marks all unanswered requests as failed after the link has closed. */
export function settleAll(step: Step, failure: Failure): void {
  for (const [tag, { state }] of step.app.outcomes) {
    if (state === "busy") settle(step, tag, { state: "failed", failure });
  }
}
