// Combines the list of the class with what the page has heard since, for the class panel.
import type { App, Person, Pupil, Room } from "./state.ts";

/** A line of the class panel. */
export interface RollLine extends Pupil {
  /** The place of a raised hand. */
  readonly hand: number | undefined;
}

/** Which people the panel lists. */
export type RollOf = { readonly list: "class" } | { readonly list: "room"; readonly room: Room };

/**
 * Returns the people of the chosen class, or of a room. Whether they are here, their state and their mute come from
 * the latest lines of the server; the rest is as old as the latest list.
 */
export function rollOf(
  { lesson, people }: Pick<App, "lesson" | "people">,
  of: RollOf,
): RollLine[] {
  const listed = new Map(lesson.pupils?.map((pupil) => [pupil.key, pupil]));
  const hands = new Map(lesson.hands.map(({ key, place }) => [key, place]));
  const keys = of.list === "room"
    ? [...of.room.members]
    : lesson.chosen === undefined
    ? [...new Set([...listed.keys(), ...onlineOf(people)])]
    : [...listed.keys()];
  const lines = keys.flatMap((key): RollLine[] => {
    const pupil = listed.get(key);
    const person = people.get(key);
    const line = person === undefined ? pupil : mixed(pupil, person);
    return line === undefined ? [] : [{ ...line, hand: hands.get(key) }];
  });
  const isClass = of.list === "class" && lesson.chosen !== undefined;
  return isClass ? lines : lines.filter(({ here }) => here);
}

function onlineOf(people: App["people"]): string[] {
  return [...people.values()].filter(({ online }) => online).map(({ key }) => key);
}

function mixed(pupil: Pupil | undefined, person: Person): Pupil {
  const { key, mutedUntil, name, online, role, state } = person;
  const live = { key, name, role, here: online, state, mutedUntil };
  if (pupil === undefined) return { ...live, since: undefined, last: undefined, disabled: false };
  // A person of the class who is offline has the role of the account.
  if (!online) return { ...pupil, here: false, state: "", since: undefined };
  return { ...pupil, ...live, since: pupil.here ? pupil.since : undefined };
}
