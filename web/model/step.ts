// Implements one step of the model: the current state, and the commands added so far.
import type { Asked } from "./asked.ts";
import { UNREAD } from "./window.ts";
import type { App, Command, Notice, Outcome, Room, RoomKey } from "./state.ts";

const NOTICES_MAX = 20;

/** A step in progress. The state object is never modified; `app` is replaced. */
export interface Step {
  app: App;
  readonly commands: Command[];
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** Replaces members of the state. */
export function change(step: Step, changes: Partial<App>): void {
  step.app = { ...step.app, ...changes };
}

/** Adds a command. */
export function command(step: Step, each: Command): void {
  step.commands.push(each);
}

/** Returns a number that was not used before. */
export function count(step: Step): number {
  const counter = step.app.counter + 1;
  change(step, { counter });
  return counter;
}

/** Sends a request whose reply is applied according to `asked`. @returns The `ref` of the request. */
export function ask(
  step: Step,
  asked: Asked,
  line: Readonly<Record<string, unknown>>,
): string {
  const ref = `r${count(step)}`;
  change(step, { asked: new Map(step.app.asked).set(ref, asked) });
  command(step, { type: "send", line: { ...line, ref } });
  return ref;
}

/** Whether requests can be sent: the link is open and the user has joined on it. */
export function isJoined({ app }: Step): boolean {
  return app.link.state === "open" && app.phase === "in" && app.link.joined;
}

/** Returns the room that the page shows. */
export function shownRoom({ route, rooms }: App): Room | undefined {
  const isRoom = route.at === "room" || route.at === "projector";
  return isRoom ? rooms.get(route.room) : undefined;
}

/** Replaces members of a room. */
export function changeRoom(step: Step, key: RoomKey, changes: Partial<Room>): void {
  const room = step.app.rooms.get(key);
  if (room === undefined) return;
  change(step, { rooms: new Map(step.app.rooms).set(key, { ...room, ...changes }) });
}

/** Returns the room of a name. Creates it if the page does not know it yet. */
export function roomNamed(step: Step, key: RoomKey, name: string): Room {
  const known = step.app.rooms.get(key);
  if (known !== undefined) return known;
  const room = { ...newRoom(key, name), draft: step.app.drafts.get(key) ?? "" };
  change(step, { rooms: new Map(step.app.rooms).set(key, room) });
  return room;
}

/** Returns a room of which only the name is known. */
export function newRoom(key: RoomKey, name: string): Room {
  const isPrivate = key.startsWith("@");
  return {
    key,
    kind: isPrivate ? "private" : "channel",
    name,
    topic: "",
    restricted: false,
    closed: false,
    readOnly: false,
    member: isPrivate,
    members: new Set(),
    window: UNREAD,
    reading: "none",
    loading: undefined,
    loadingRef: undefined,
    held: [],
    heldTooMany: false,
    last: 0,
    lastAt: 0,
    heard: 0,
    seen: 0,
    unread: 0,
    unreadMore: false,
    line: undefined,
    mentions: 0,
    onScreen: undefined,
    asides: [],
    draft: "",
    replyTo: undefined,
    target: undefined,
  };
}

/** Tells the view where to scroll. */
export function scrollTo(step: Step, key: RoomKey, id: number | "end"): void {
  changeRoom(step, key, { target: { id, serial: count(step) } });
}

/** Records the outcome of a request that the view tagged. */
export function settle(step: Step, tag: string | undefined, outcome: Outcome): void {
  if (tag === undefined) return;
  change(step, { outcomes: new Map(step.app.outcomes).set(tag, outcome) });
}

/** Shows a notice. Removes the oldest ones if there are too many. */
export function notify(step: Step, notice: Omit<Notice, "key">): void {
  const added: Notice = { ...notice, key: count(step) };
  change(step, { notices: [...step.app.notices.slice(1 - NOTICES_MAX), added] });
  command(step, { type: "announce", what: { kind: "notice", notice: added } });
}
