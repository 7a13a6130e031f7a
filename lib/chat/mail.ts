// Private messages to accounts: those that were offline get theirs after the login, each over one connection, and
// what may not have arrived over a connection that ended waits again.
import { setImmediate } from "node:timers";
import { messageLine } from "../protocol/reply.ts";
import type { MailStore } from "../store/mail.ts";
import type { StoredMessage } from "../store/messages.ts";
import { type Letter, type MailLimits, MailQuota, type MailRefusal } from "./mail_quota.ts";
import type { ServerObserver } from "./observer.ts";
import type { User } from "./roster.ts";
import type { Session } from "./session.ts";
import { Unheard } from "./unheard.ts";

/** A batch is full once it has so many bytes; the rest follows when it is written. */
const BATCH_BYTES = 32 * 1024;
const BATCH_MESSAGES = 100;
/** All batches of one turn of the event loop. */
const TURN_BYTES = 128 * 1024;

interface Round {
  readonly accountId: number;
  /** Who is getting the mail. */
  readonly session: Session;
  /** Who logged in meanwhile, and gets what the first does not. */
  readonly waiting: Set<Session>;
}

/** What the mailbox works with. */
export interface MailboxOptions {
  readonly store: MailStore;
  readonly observer: ServerObserver;
  /** Read at every use. */
  readonly limits: MailLimits;
  /** The clock of {@linkcode Peer.heardAt}; by default that of `performance.now()`. */
  readonly now?: () => number;
}

/** The mail of all accounts. Owns which connection an account's mail is on its way to, and what may be lost. */
export class Mailbox {
  readonly #store: MailStore;
  readonly #observer: ServerObserver;
  readonly #quota: MailQuota;
  readonly #unheard: Unheard;
  readonly #rounds = new Map<number, Round>();
  // Rounds that go on in the next turn of the event loop, and what this one has done.
  #due: Round[] = [];
  #turnBytes = 0;

  constructor({ store, observer, limits, now = () => performance.now() }: MailboxOptions) {
    this.#store = store;
    this.#observer = observer;
    this.#quota = new MailQuota(store, limits, now);
    this.#unheard = new Unheard(now);
  }

  /** Counts in a message to an account that is offline. @returns Why not, where there is no room for it. */
  accept(letter: Letter): MailRefusal | undefined {
    return this.#quota.add(letter);
  }

  /**
   * Sends a session what waits for its account, the oldest first. While another session of the account is
   * getting it, this one gets nothing.
   */
  deliver(session: Session, accountId: number): void {
    const round = this.#rounds.get(accountId);
    if (round !== undefined) round.waiting.add(session);
    else this.#begin({ accountId, session, waiting: new Set() });
  }

  /**
   * Notes that a message is given to connections of an account.
   *
   * @returns To be called for each of the connections when the operating system has taken it.
   */
  give(id: number, user: User, sessions: readonly Session[]): (session: Session) => () => void {
    return this.#unheard.give(id, user, sessions);
  }

  /**
   * A session has ended: what was not written to it goes to another of the account, now or at its login, and so
   * does what was written since it was last heard from.
   */
  ended(session: Session): void {
    const lost = this.#unheard.ended(session);
    for (const [user, ids] of lost) this.#putBack(session, user, ids);
    for (const round of this.#rounds.values()) {
      round.waiting.delete(session);
      if (round.session === session) this.#handOver(round);
    }
  }

  #putBack(session: Session, user: User, ids: readonly number[]): void {
    const accountId = user.accountId!;
    try {
      const count = this.#store.returned(accountId, ids);
      this.#quota.changed(accountId);
      if (count === 0) return;
      this.#observer.mailReturned(session.peer, count);
    } catch (error) {
      this.#observer.handlerFailed(session.peer, "mail", error);
      return;
    }
    for (const other of user.sessions) {
      if (other !== session && !other.peer.closed) return this.deliver(other, accountId);
    }
  }

  #begin(round: Round): void {
    this.#rounds.set(round.accountId, round);
    this.#send(round);
  }

  #send(round: Round): void {
    if (this.#turnBytes === 0) setImmediate(this.#nextTurn);
    if (this.#turnBytes < TURN_BYTES) this.#sendBatch(round);
    else this.#due.push(round);
  }

  readonly #nextTurn = (): void => {
    this.#turnBytes = 0;
    const due = this.#due;
    this.#due = [];
    for (const round of due) if (this.#rounds.get(round.accountId) === round) this.#send(round);
  };

  #sendBatch(round: Round): void {
    const { accountId, session } = round;
    try {
      const { ids, lines } = firstBatch(this.#store.pending(accountId));
      this.#turnBytes += Math.max(1, lines.length);
      if (ids.length > 0) return session.sendMissed(lines, () => this.#written(round, ids));
    } catch (error) {
      this.#observer.handlerFailed(session.peer, "mail", error);
    }
    this.#rounds.delete(accountId);
  }

  #written(round: Round, ids: readonly number[]): void {
    const { accountId, session } = round;
    const { user } = session;
    try {
      this.#store.delivered(accountId, ids);
      this.#quota.changed(accountId);
      this.#observer.mailDelivered(session.peer, ids.length);
    } catch (error) {
      // They come again at the next login, which is better than never.
      this.#observer.handlerFailed(session.peer, "mail", error);
      this.#rounds.delete(accountId);
      return;
    }
    const same = user !== undefined && user.accountId === accountId;
    if (same) this.#unheard.written(ids, user, session);
    if (this.#rounds.get(accountId) !== round) return;
    // The connection may speak for somebody else by now.
    if (same) this.#send(round);
    else this.#handOver(round);
  }

  #handOver({ accountId, waiting }: Round): void {
    this.#rounds.delete(accountId);
    for (const session of waiting) {
      waiting.delete(session);
      if (session.peer.closed || session.user?.accountId !== accountId) continue;
      this.#begin({ accountId, session, waiting });
      return;
    }
  }
}

function lineOf(message: StoredMessage): string {
  return messageLine({ ...message, from: message.sender, to: message.recipient ?? "" });
}

/** Takes what fits into a batch, one message at least. Each is read once, and none that is not sent. */
function firstBatch(messages: Iterable<StoredMessage>): { ids: number[]; lines: string } {
  const ids: number[] = [];
  let lines = "";
  for (const message of messages) {
    ids.push(message.id);
    lines += lineOf(message);
    if (lines.length >= BATCH_BYTES || ids.length === BATCH_MESSAGES) break;
  }
  return { ids, lines };
}
