// Raises and lowers hands, and tells the staff and the users whose place changes. Follows users who leave or get
// another name.
import type { HandState } from "../../protocol/replies/lesson.ts";
import { encodeLines, jsonLine } from "../../protocol/reply.ts";
import { requireUser, staffOnline } from "../actor.ts";
import { Listeners } from "../delivery/outputs.ts";
import { serverLine } from "../delivery/server_message.ts";
import { priceOfPresence } from "../limits/cost.ts";
import type { Session, User } from "../presence/session.ts";
import type { Services } from "../services.ts";
import type { Hand } from "../lesson/hands.ts";

/** Raises the hand of the user of a connection. A hand that is up keeps its place. */
export function raiseHand(session: Session, services: Services): HandState {
  const user = requireUser(session);
  const { hands, handNotices } = services.lesson;
  const isNew = hands.raise(user, services.now());
  const state = { user: user.name, up: true, place: hands.placeOf(user)! };
  if (!isNew) return state;
  charge(session, services);
  const isTold = handNotices.take(session).allowed;
  tellHand(state, { user, except: session, isTold }, services);
  return state;
}

/** Lowers the hand of a user. @param session The connection that asks; it has a reply and gets no event. */
export function lowerHand(
  session: Session,
  user: Pick<User, "name"> & { readonly online: User | undefined },
  services: Services,
): HandState {
  const state = { user: user.name, up: false };
  const moved = user.online && services.lesson.hands.lower(user.online);
  if (moved === undefined) return state;
  charge(session, services);
  tellHand(state, { user: user.online, moved, except: session }, services);
  return state;
}

/** Lowers all hands. */
export function lowerAllHands(session: Session, services: Services): void {
  for (const user of services.lesson.hands.lowerAll()) {
    tellHand({ user: user.name, up: false }, { user, except: session }, services);
  }
}

/** Ends the visit of a user who has left the chat, and lowers the hand. */
export function noteDeparture(user: User, services: Services): void {
  services.lesson.attendance.ended(user);
  const moved = services.lesson.hands.lower(user);
  if (moved !== undefined) tellHand({ user: user.name, up: false }, { moved }, services);
}

/** Begins a visit under the new name of a guest. The staff is told if the hand is up. */
export function noteNewName(user: User, oldName: string, services: Services): void {
  services.lesson.attendance.renamed(user);
  const place = services.lesson.hands.placeOf(user);
  if (place === undefined) return;
  tellHand({ user: oldName, up: false }, {}, services);
  tellHand({ user: user.name, up: true, place }, { user }, services);
}

// All connections of the staff receive a line, and those of the users who move up.
function charge(session: Session, services: Services): void {
  services.addressLimit.charge(session, priceOfPresence(services.lesson.hands.size));
}

/** Who is told of a hand. */
interface Told {
  /** The user whose hand it is, if online. */
  readonly user?: User | undefined;
  /** The hands behind it, with their new places. */
  readonly moved?: readonly Hand[];
  /** The connection that caused it. */
  readonly except?: Session;
  /** Whether messages tell the staff whose clients do not know hands. */
  readonly isTold?: boolean;
}

function tellHand(
  state: HandState,
  { user, moved = [], except, isTold = false }: Told,
  services: Services,
): void {
  const places = moved.map((hand) => ({ ...hand, user: hand.user, name: hand.user.name }));
  function run(): void {
    const told = new Set(user === undefined ? [] : user.sessions);
    const old: Session[] = [];
    for (const session of staffOnline(services).flatMap(({ sessions }) => [...sessions])) {
      if (knowsHands(session)) told.add(session);
      else if (session.user !== user) old.push(session);
    }
    if (except !== undefined) told.delete(except);
    send([...told], state);
    for (const { user: other, name, place } of places) {
      send([...other.sessions], { user: name, up: true, place });
    }
    if (isTold) tellOld(old, state, services);
  }
  if (user !== undefined) services.sessions.touch(user.sessions);
  services.log.append({ kind: "local", run });
}

function knowsHands({ hello }: Session): boolean {
  return hello?.features.has("hands") === true;
}

function send(sessions: readonly Session[], state: HandState): void {
  const listeners = new Listeners();
  for (const session of sessions) if (knowsHands(session)) listeners.add(session);
  if (!listeners.isEmpty) {
    listeners.send({ bytes: encodeLines(jsonLine({ type: "hand", ...state })) });
  }
}

function tellOld(
  sessions: readonly Session[],
  { user: name, place }: HandState,
  { texts, now }: Services,
): void {
  const message = serverLine(texts.say("hand_raised", { name, place: place ?? 0 }), now());
  for (const session of sessions) session.deliver(encodeLines(message(session.addressee)));
}
