// Remembers private messages that were written to connections which have sent nothing since. If such a connection
// ends, the messages may never have arrived. Only ids are kept, and a limited number of them.
import type { Session, User } from "../presence/session.ts";

/** A private message that was given to one or more connections of an account. */
interface Given {
  readonly id: number;
  readonly user: User;
  /** How many connections have it and have sent nothing since. */
  holders: number;
  /** Whether a connection has sent something after the message was written to it. */
  heard: boolean;
}

/** A message as given to one connection. */
interface Copy {
  readonly given: Given;
  /** When the operating system took it; `undefined` while it waits. */
  writtenAt: number | undefined;
  /** Whether another leader has sent it. Then nobody knows whether it still waits in the outbox. */
  isRestored: boolean;
}

/** The messages given to one connection, oldest first. */
interface Hand {
  copies: Copy[];
  /** The last time the connection was heard from, as of the last check. */
  heardAt: number;
}

/**
 * Maximum per connection. A connection that sends nothing all day may receive more; then its oldest have arrived.
 */
const COPIES_MAX = 500;
/** Messages older than this have arrived: the kernel gives up on a peer after at most fifteen minutes. */
const ARRIVED_MS = 20 * 60_000;

/** Owns which messages may not have arrived. */
export class Unheard {
  readonly #hands = new Map<Session, Hand>();
  readonly #now: () => number;
  readonly #changed: (user: User) => void;

  /**
   * @param now The clock of {@linkcode Peer.heardAt}.
   * @param changed Called when messages to a user have arrived: {@linkcode pendingOf} changes for its connections.
   */
  constructor(now: () => number, changed: (user: User) => void = () => {}) {
    this.#now = now;
    this.#changed = changed;
  }

  /**
   * Notes that a message is given to connections of an account.
   *
   * @returns A function to call for each connection when the operating system has taken the message.
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

  /** Returns the messages that may not have arrived at a connection and are known to have arrived at no other. */
  pendingOf(session: Session): number[] {
    const hand = this.#hands.get(session);
    if (hand === undefined) return [];
    if (session.peer.heardAt !== hand.heardAt) this.#noteHeard(hand, session);
    const before = this.#now() - ARRIVED_MS;
    return hand.copies
      .filter(({ given, writtenAt = Infinity }) =>
        given.user === session.user && !given.heard && writtenAt >= before
      )
      .map(({ given }) => given.id);
  }

  /** Notes the messages that may not have arrived at a connection that was open under another leader. */
  restore(ids: readonly number[], user: User, session: Session): void {
    const known = new Map<number, Given>();
    for (const other of user.sessions) {
      for (const { given } of this.#hands.get(other)?.copies ?? []) {
        if (given.user === user) known.set(given.id, given);
      }
    }
    for (const id of ids) {
      const given = known.get(id) ?? { id, user, holders: 0, heard: false };
      const copy = this.#add(session, given);
      copy.isRestored = true;
      // Whatever was heard so far was heard before.
      copy.writtenAt = Math.max(this.#now(), session.peer.heardAt + 0.001);
    }
  }

  /** A connection has ended. @returns The messages that may have reached no connection at all, by user. */
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
    const copy: Copy = { given, writtenAt: undefined, isRestored: false };
    given.holders++;
    hand.copies.push(copy);
    return copy;
  }

  /** Messages that were written before the connection was last heard from have arrived. */
  #noteHeard(hand: Hand, { peer: { heardAt, queuedBytes } }: Session): void {
    hand.heardAt = heardAt;
    hand.copies = hand.copies.filter((copy) => {
      if (copy.isRestored && queuedBytes > 0) copy.writtenAt = this.#now();
      const { given, writtenAt = Infinity } = copy;
      if (writtenAt > heardAt) return true;
      if (!given.heard) this.#changed(given.user);
      given.heard = true;
      given.holders--;
      return false;
    });
  }
}
