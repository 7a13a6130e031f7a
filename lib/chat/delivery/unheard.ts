// Private messages that were written to connections which have not been heard from since: if such a connection
// ends, they may never have arrived. Kept are numbers only, of bounded many.
import type { Session, User } from "../presence/session.ts";

/** A private message, given to one or more connections of an account. */
interface Given {
  readonly id: number;
  readonly user: User;
  /** Connections that have it and have not been heard from since. */
  holders: number;
  /** Whether one of its connections was heard from after it had been written. */
  heard: boolean;
}

/** A message in the hands of one connection. */
interface Copy {
  readonly given: Given;
  /** When the operating system took it; `undefined` while it waits. */
  writtenAt: number | undefined;
}

/** The copies of one connection, the oldest first. */
interface Hand {
  copies: Copy[];
  /** When the connection had last been heard from at the last look. */
  heardAt: number;
}

/** A connection that says nothing all day may have got more than this: what was written first has arrived. */
const COPIES_MAX = 500;
/** The kernel gives up on a peer after fifteen minutes at the latest. */
const ARRIVED_MS = 20 * 60_000;

/** Owns which messages may not have arrived. */
export class Unheard {
  readonly #hands = new Map<Session, Hand>();
  readonly #now: () => number;

  /** @param now The clock of {@linkcode Peer.heardAt}. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /**
   * Notes that a message is given to connections of an account.
   *
   * @returns To be called for each of the connections when the operating system has taken it.
   */
  give(id: number, user: User, sessions: readonly Session[]): (session: Session) => () => void {
    const given: Given = { id, user, holders: 0, heard: false };
    const copies = new Map(sessions.map((session) => [session, this.#add(session, given)]));
    return (session) => () => {
      const copy = copies.get(session);
      if (copy !== undefined) copy.writtenAt = this.#now();
    };
  }

  /** Notes that messages have been written to one connection of an account. */
  written(ids: readonly number[], user: User, session: Session): void {
    for (const id of ids) {
      const copy = this.#add(session, { id, user, holders: 0, heard: false });
      copy.writtenAt = this.#now();
    }
  }

  /** A connection has ended. @returns By user, the messages that may have reached no connection at all. */
  ended(session: Session): Map<User, number[]> {
    const lost = new Map<User, number[]>();
    const hand = this.#hands.get(session);
    if (hand === undefined) return lost;
    this.#hands.delete(session);
    this.#noteHeard(hand, session);
    const before = this.#now() - ARRIVED_MS;
    for (const { given, writtenAt = Infinity } of hand.copies) {
      given.holders--;
      if (writtenAt < before) given.heard = true;
      if (given.heard || given.holders > 0) continue;
      const ids = lost.get(given.user);
      if (ids === undefined) lost.set(given.user, [given.id]);
      else ids.push(given.id);
    }
    return lost;
  }

  #add(session: Session, given: Given): Copy {
    let hand = this.#hands.get(session);
    if (hand === undefined) {
      hand = { copies: [], heardAt: -Infinity };
      this.#hands.set(session, hand);
    }
    if (session.peer.heardAt !== hand.heardAt) this.#noteHeard(hand, session);
    if (hand.copies.length >= COPIES_MAX) hand.copies.shift()!.given.holders--;
    const copy: Copy = { given, writtenAt: undefined };
    given.holders++;
    hand.copies.push(copy);
    return copy;
  }

  /** What was written before the connection was heard from has arrived. */
  #noteHeard(hand: Hand, { peer: { heardAt } }: Session): void {
    hand.heardAt = heardAt;
    hand.copies = hand.copies.filter(({ given, writtenAt = Infinity }) => {
      if (writtenAt > heardAt) return true;
      given.heard = true;
      given.holders--;
      return false;
    });
  }
}
