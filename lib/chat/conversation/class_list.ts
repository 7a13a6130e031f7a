// Lists the people of a class, or everyone who is online, for the staff.
import { ProtocolError } from "../../protocol/errors.ts";
import { nameKey } from "../../protocol/names.ts";
import { quoted } from "../../protocol/phrases.ts";
import type { ClassPersonRow, LastMessage } from "../../protocol/replies/lesson.ts";
import { formatTime } from "../../protocol/reply.ts";
import { singleLine } from "../../protocol/requests/fields.ts";
import type { Group, GroupMember } from "../../store/groups.ts";
import type { Mute } from "../../store/sanctions.ts";
import { type Actor, rankOf } from "../actor.ts";
import { isReadable, markOf } from "./reading.ts";
import { muteOfUser } from "./sanctions.ts";
import { mayActOn } from "../permissions.ts";
import type { Room, Session, User } from "../presence/session.ts";
import type { Services } from "../services.ts";
import { clip } from "../texts/clip.ts";

/** The maximum number of people in one reply. Each takes at most six rows of the database. */
export const PEOPLE_MAX = 200;
/** The maximum length of the beginning of a message, in UTF-16 units. */
const TEXT_MAX = 80;

/** Someone to list. */
export interface Person {
  readonly name: string;
  readonly key: string;
  /** The user, if online and visible to the actor. */
  readonly user: User | undefined;
  /** The account in the list of the class, if a class is listed. */
  readonly member: GroupMember | undefined;
}

/** Returns the class with a name. @throws {ProtocolError} `unknown_class` */
export function requireClass(name: string, { lesson }: Pick<Services, "lesson">): Group {
  const group = lesson.groups.find(nameKey(name));
  if (group?.isClass === true) return group;
  throw new ProtocolError("unknown_class", { places: { name: quoted(name) } });
}

/**
 * Lists people sorted by name: the accounts of a class, online or not, or without a class everyone who is online.
 *
 * @param after Lists only the names after this one.
 */
export function* listClass(
  actor: Actor,
  { of, after }: { readonly of: Group | undefined; readonly after: string | undefined },
  services: Services,
): Generator<Person> {
  const { roster, lesson } = services;
  const afterKey = after === undefined ? undefined : nameKey(after);
  const isBefore = (key: string) => afterKey !== undefined && key <= afterKey;
  if (of === undefined) {
    for (const user of roster.sorted) {
      if (isBefore(user.key) || !isVisible(user, actor, services)) continue;
      yield { name: user.name, key: user.key, user, member: undefined };
    }
    return;
  }
  for (const member of lesson.groups.members(of.id)) {
    const { name, key, accountId } = member;
    if (isBefore(key)) continue;
    const online = roster.find(key);
    const isHere = online?.accountId === accountId && isVisible(online, actor, services);
    yield { name, key, user: isHere ? online : undefined, member };
  }
}

// A pupil cannot hide from the staff, but staff can hide from staff of the same rank.
function isVisible(user: User, actor: Actor, services: Services): boolean {
  return !user.hidden || user === actor.session.user ||
    mayActOn(actor.rank, rankOf(user, services)) === undefined;
}

/** Returns a function that makes the row of a person, as the actor may see it. */
export function createRows(
  { session }: Actor,
  services: Services,
): (person: Person) => ClassPersonRow {
  const places = services.lesson.hands.places();
  const findLast = createLastFinder(session, services);
  const now = services.now();
  return function row({ name, key, user, member }) {
    const mute = user === undefined ? services.sanctions.findMute(key, now) : muteOfUser(user, now);
    const disabled = member !== undefined && member.disabledAt !== null;
    const rest = { muted_until: endOf(mute), ...(disabled ? { disabled } : {}) };
    if (user === undefined) return { name, role: member!.role, here: false, ...rest };
    const since = services.lesson.attendance.sinceOf(user);
    return {
      name,
      role: user.role,
      here: true,
      state: user.state,
      since: since === undefined ? undefined : formatTime(since),
      last: findLast(user),
      ...rest,
      hand: places.get(user),
    };
  };
}

function endOf(mute: Mute | undefined): string | null | undefined {
  if (mute === undefined) return undefined;
  return mute.until === null ? null : formatTime(mute.until);
}

// Whether the asker may read a channel is looked up once.
function createLastFinder(
  session: Session,
  services: Services,
): (user: User) => LastMessage | undefined {
  const marks = new Map<string, number>();
  function markIn(name: string): number {
    const room = services.channels.find(name);
    const mark = marks.get(name) ?? hiddenTo(room, session, services);
    marks.set(name, mark);
    return mark;
  }
  return function findLast(user) {
    for (const { id, channel } of services.lesson.lastMessages.of(user)) {
      if (id <= markIn(channel)) continue;
      const message = services.history.find(id);
      // The message may have been deleted, and the channel too.
      if (message === undefined || message.channel !== channel) continue;
      const { sentAt, content } = message;
      return { id, channel, at: formatTime(sentAt), text: beginning(content) };
    }
    return undefined;
  };
}

function hiddenTo(room: Room | undefined, session: Session, services: Services): number {
  return room !== undefined && isReadable(session, room, services)
    ? markOf(session, room, services)
    : Infinity;
}

// Spaces and line breaks become one space, so a longer part is cut first.
function beginning(content: string): string {
  return clip(singleLine(content.slice(0, 10 * TEXT_MAX)), TEXT_MAX);
}
