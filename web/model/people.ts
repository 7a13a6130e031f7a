// Keeps the list of people: all users who are online, and the members of the channel that is shown.
import { channelKey, nameKey } from "./keys.ts";
import type { NameKey, Person, RoomKey } from "./state.ts";
import { ask, change, changeRoom, command, isJoined, shownRoom, type Step } from "./step.ts";
import { type Line, roleOf, rowsOf, textOf, timeOf } from "./wire.ts";

/** How often the page requests the members of the channel that is shown, since no line reports who joins it. */
const MEMBERS_MS = 15_000;

/** How long the page waits before it requests the new people. Many may come online at the same time. */
const SOON_MS = 2000;

/** The maximum number of pages of people that one list reads. */
const PAGES_MAX = 10;

/** Requests everyone who is online. */
export function askPeople(step: Step): void {
  if (isJoined(step)) {
    ask(step, { for: "people", room: undefined, pages: 1, names: [] }, { type: "people" });
  }
}

/** Requests everyone who is online, after a delay. Calls during the delay have no further effect. */
export function askPeopleSoon(step: Step): void {
  if (!step.app.peopleDue) {
    change(step, { peopleDue: true });
    command(step, { type: "timer", name: "people", ms: SOON_MS });
  }
}

/** Requests the members of the channel that is shown, and sets the timer for the next request. */
export function askMembers(step: Step): void {
  const room = shownRoom(step.app);
  if (room?.kind !== "channel" || !isJoined(step)) return;
  command(step, { type: "timer", name: "members", ms: MEMBERS_MS });
  if (!step.app.attention.visible && room.members.size > 0) return;
  const asked = { for: "people", room: room.key, pages: 1, names: [] } as const;
  ask(step, asked, { type: "people", channel: room.name });
}

/** Applies a page of people, and requests the next page if there is one. */
export function applyPeople(
  step: Step,
  { room, pages, names }: { room: RoomKey | undefined; pages: number; names: readonly NameKey[] },
  line: Line,
): void {
  const rows = rowsOf(line.people).filter(({ name }) => textOf(name) !== "");
  const people = new Map(step.app.people);
  for (const row of rows) {
    const person = personOf(row, step.now);
    if (!isSame(people.get(person.key), person)) people.set(person.key, person);
  }
  const found = [...names, ...rows.map(({ name }) => nameKey(textOf(name)))];
  const last = rows.at(-1);
  if (line.more === true && last !== undefined && pages < PAGES_MAX) {
    change(step, { people });
    const asked = { for: "people", room, pages: pages + 1, names: found } as const;
    const channel = room === undefined ? undefined : step.app.rooms.get(room)?.name;
    ask(step, asked, {
      type: "people",
      ...(channel === undefined ? {} : { channel }),
      after: textOf(last.name),
    });
    return;
  }
  const here = new Set(found);
  if (room === undefined) {
    for (const [key, person] of people) {
      if (person.online && !here.has(key)) people.set(key, { ...person, online: false, state: "" });
    }
  } else if (!isSameSet(step.app.rooms.get(room)?.members, here)) {
    changeRoom(step, room, { members: here });
  }
  change(step, { people });
  noteMe(step);
}

/** Applies a `status` line: a user has changed state, come online or left. */
export function applyStatus(step: Step, line: Line): void {
  const name = textOf(line.user);
  const state = textOf(line.state);
  if (name === "") return;
  const key = nameKey(name);
  if (key === step.app.me?.key) {
    // The user changed the state on another device.
    change(step, { me: { ...step.app.me, state } });
  }
  // A new user is in the first channel at least. The channel that is shown may be that one: request its members, too.
  if (!step.app.people.get(key)?.online && !isGone(state)) askPeopleSoon(step);
  addPerson(step, { name, state });
  if (!isGone(state)) return;
  for (const room of step.app.rooms.values()) {
    if (!room.members.has(key)) continue;
    changeRoom(step, room.key, {
      members: new Set([...room.members].filter((each) => each !== key)),
    });
  }
}

/** Adds a person known by name only, or changes the state of a known person. */
export function addPerson(step: Step, { name, state }: { name: string; state: string }): void {
  const key = nameKey(name);
  const online = !isGone(state);
  const known = step.app.people.get(key) ?? { key, name, role: "guest", mutedUntil: undefined };
  const person: Person = { ...known, name, online, state: online ? state : "" };
  change(step, { people: new Map(step.app.people).set(key, person) });
}

/** Applies the names in the reply to `join`. */
export function applyMembers(step: Step, channel: string, names: readonly string[]): void {
  changeRoom(step, channelKey(channel), { members: new Set(names.map(nameKey)) });
}

function personOf(row: Line, now: number): Person {
  const name = textOf(row.name);
  const until = row.muted_until === null ? Infinity : timeOf(row.muted_until);
  return {
    key: nameKey(name),
    name,
    role: roleOf(row.role),
    online: true,
    state: textOf(row.state) || "online",
    mutedUntil: until !== undefined && until > now ? until : undefined,
  };
}

/** Applies a change of the user's own role. */
function noteMe(step: Step): void {
  const { me, people } = step.app;
  const person = me && people.get(me.key);
  if (me === undefined || person === undefined || !person.online) return;
  if (me.role !== person.role) change(step, { me: { ...me, role: person.role } });
}

// Invisible users are not shown to others.
function isGone(state: string): boolean {
  return ["offline", "invisible"].includes(state.toLowerCase());
}

function isSame(a: Person | undefined, b: Person): boolean {
  return a !== undefined && a.name === b.name && a.role === b.role && a.online === b.online &&
    a.state === b.state && a.mutedUntil === b.mutedUntil;
}

function isSameSet(a: ReadonlySet<string> | undefined, b: ReadonlySet<string>): boolean {
  return a !== undefined && a.size === b.size && [...b].every((each) => a.has(each));
}
