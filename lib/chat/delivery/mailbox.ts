// Delivers private messages that were kept for accounts. After a login, one connection of the account receives
// them. Messages that may not have arrived over a connection that ended are kept again. `windows` decides when a
// connection is ready for them.
import { setImmediate } from "node:timers";
import type { MailStore } from "../../store/mail.ts";
import {
  type Finished,
  firstBatch,
  type MailState,
  type RestoredMail,
  type Sent,
} from "./mail_batch.ts";
import { MailRounds, type Round } from "./mail_rounds.ts";
import { type MailLimits, MailQuota, type MailRefusal, type WaitingMail } from "./mail_quota.ts";
import type { ServerObserver } from "../observer.ts";
import type { Session, User } from "../presence/session.ts";
import { Unheard } from "./unheard.ts";

/** Bytes of all batches in one turn of the event loop. */
const TURN_BYTES = 128 * 1024;

/** What the mailbox works with. */
export interface MailboxOptions {
  readonly store: MailStore;
  readonly observer: ServerObserver;
  /** Read at every use. */
  readonly limits: MailLimits;
  /** Called when what sessions receive has changed: see {@linkcode Mailbox.stateOf}. */
  readonly changed?: (sessions: Iterable<Session>) => void;
  /** The clock of {@linkcode Peer.heardAt}. The default is `performance.now()`. */
  readonly now?: () => number;
}

/**
 * The mailboxes of all accounts. It owns which connection receives an account's messages, and which may be lost.
 */
export class Mailbox {
  /** The messages that may not have arrived. */
  readonly unheard: Unheard;
  readonly #store: MailStore;
  readonly #observer: ServerObserver;
  readonly #quota: MailQuota;
  readonly #changed: (sessions: Iterable<Session>) => void;
  readonly #rounds = new MailRounds();
  // Messages by sender, for as long as the user is online.
  readonly #arrived = new WeakMap<User, Map<string, number>>();
  // Rounds that continue in the next turn of the event loop, and the bytes that this turn has sent.
  #due: Round[] = [];
  #turnBytes = 0;

  constructor(options: MailboxOptions) {
    const { store, observer, limits, changed = () => {}, now = () => performance.now() } = options;
    this.#changed = changed;
    this.#store = store;
    this.#observer = observer;
    this.#quota = new MailQuota(store, limits, now);
    this.unheard = new Unheard(now, ({ sessions }) => changed(sessions));
  }

  /** Counts a message to an account that is offline. @returns The limit it would exceed, if any. */
  accept(mail: WaitingMail): MailRefusal | undefined {
    return this.#quota.add(mail);
  }

  /**
   * Sends a session the messages kept for its account, oldest first. If another session of the account is
   * receiving them, this session waits.
   */
  deliver(session: Session, accountId: number, finished?: Finished): void {
    const round = this.#rounds.of(accountId);
    if (round === undefined) {
      return this.#begin({ accountId, session, finished, waiting: new Map() });
    }
    round.waiting.set(session, finished);
    this.#changed([session]);
  }

  /** Returns what is on its way to a session, for another leader; `undefined` if it receives nothing. */
  stateOf(session: Session): MailState | undefined {
    return this.#rounds.stateOf(session, (user) => this.#arrived.get(user) ?? []);
  }

  /**
   * Notes that messages have been given to a session after all. They were returned to the mailbox when its edge was
   * given up, but the edge has them from the log.
   */
  takeBack(session: Session, user: User, ids: readonly number[]): void {
    const { accountId } = user;
    if (accountId === null || ids.length === 0) return;
    this.#store.delivered(accountId, ids);
    this.#quota.changed(accountId);
    this.unheard.restore(ids, user, session);
  }

  /** Goes on for a session that received messages under another leader. What was on its way arrives. */
  restore(session: Session, { accountId, state, finished }: RestoredMail): void {
    if ("waits" in state) return this.#rounds.restoreWaiting(accountId, session, finished);
    const { sending, written, arrived } = state;
    if (session.user !== undefined) this.#arrived.set(session.user, new Map(arrived));
    const waiting = this.#rounds.takeRestored(accountId);
    const round: Round = { accountId, session, finished, written, sending, waiting };
    this.#rounds.begin(round);
    this.#written(round, sending);
  }

  /** All sessions are restored: those that wait for no other one receive the messages. */
  restored(): void {
    for (const accountId of this.#rounds.restoredAccounts) {
      for (const [session, finished] of this.#rounds.takeRestored(accountId)) {
        this.deliver(session, accountId, finished);
      }
    }
  }

  /** Returns how many messages from whom the user has received from the mailbox or still has in it, by sender. */
  arrived(user: User): Map<string, number> {
    const arrived = new Map(this.#arrived.get(user));
    if (user.accountId === null) return arrived;
    for (const [sender, count] of this.#store.senders(user.accountId)) add(arrived, sender, count);
    return arrived;
  }

  /**
   * Notes that a message is given to connections of an account.
   *
   * @returns A function to call for each connection when the operating system has taken the message.
   */
  give(id: number, user: User, sessions: readonly Session[]): (session: Session) => () => void {
    this.#changed(sessions);
    return this.unheard.give(id, user, sessions);
  }

  /** The edge dropped messages on their way to a session: another session of the account may receive them. */
  forgotten(session: Session): void {
    for (const round of this.#rounds.ofSession(session)) this.#handOver(round);
  }

  /**
   * A session has ended. Messages that were not written to it, or were written after it was last heard from, go to
   * another session of the account, now or at the next login.
   */
  ended(session: Session): void {
    const lost = this.unheard.ended(session);
    for (const [user, ids] of lost) this.#putBack(session, user, ids);
    for (const round of this.#rounds.ended(session)) this.#handOver(round);
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
      const isReady = other !== session && !other.closed && other.window === undefined;
      if (isReady) return this.deliver(other, accountId);
    }
  }

  #begin(begun: Omit<Round, "written" | "sending">): void {
    this.#send(this.#rounds.begin({ ...begun, written: 0, sending: [] }));
  }

  #send(round: Round): void {
    if (this.#turnBytes === 0) setImmediate(this.#nextTurn);
    if (this.#turnBytes < TURN_BYTES) return this.#sendBatch(round);
    round.sending = [];
    this.#due.push(round);
  }

  readonly #nextTurn = (): void => {
    this.#turnBytes = 0;
    const due = this.#due;
    this.#due = [];
    for (const round of due) if (this.#rounds.has(round)) this.#send(round);
  };

  #sendBatch(round: Round): void {
    const { accountId, session } = round;
    try {
      const { sent, lines } = firstBatch(this.#store.pending(accountId), session);
      this.#turnBytes += Math.max(1, lines.length);
      round.sending = sent;
      this.#changed([session]);
      if (sent.length > 0) return session.sendMissed(lines, () => this.#written(round, sent));
    } catch (error) {
      this.#observer.handlerFailed(session.peer, "mail", error);
    }
    this.#rounds.end(accountId);
    if (round.written > 0) this.#finish(round);
  }

  #finish({ session, finished }: Round): void {
    try {
      finished?.();
    } catch (error) {
      this.#observer.handlerFailed(session.peer, "mail", error);
    }
  }

  #written(round: Round, sent: readonly Sent[]): void {
    const { accountId, session } = round;
    const { user } = session;
    const ids = sent.map(({ id }) => id);
    try {
      this.#store.delivered(accountId, ids);
      this.#quota.changed(accountId);
      this.#observer.mailDelivered(session.peer, ids.length);
    } catch (error) {
      // The messages are sent again at the next login. Duplicates are better than losses.
      this.#observer.handlerFailed(session.peer, "mail", error);
      this.#rounds.end(accountId);
      return;
    }
    const same = user !== undefined && user.accountId === accountId;
    if (same) this.unheard.written(ids, user, session);
    if (same && round.finished !== undefined) this.#count(user, sent);
    round.written += sent.length;
    if (!this.#rounds.has(round)) return;
    // The connection may have another user by now.
    if (same) this.#send(round);
    else this.#handOver(round);
  }

  #count(user: User, sent: readonly Sent[]): void {
    const arrived = this.#arrived.get(user) ?? new Map<string, number>();
    this.#arrived.set(user, arrived);
    for (const { sender } of sent) add(arrived, sender, 1);
  }

  #handOver({ accountId, waiting }: Round): void {
    this.#rounds.end(accountId);
    for (const [session, finished] of waiting) {
      waiting.delete(session);
      if (session.closed || session.user?.accountId !== accountId) continue;
      this.#begin({ accountId, session, finished, waiting });
      return;
    }
  }
}

function add(counts: Map<string, number>, sender: string, count: number): void {
  counts.set(sender, (counts.get(sender) ?? 0) + count);
}
