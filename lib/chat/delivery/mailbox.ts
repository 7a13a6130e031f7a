// Private messages to accounts: those that were offline get theirs after the login, each over one connection, and
// what may not have arrived over a connection that ended waits again. When a connection is ready for them after its
// login, `windows` decides.
import { setImmediate } from "node:timers";
import { messageLine } from "../../protocol/reply.ts";
import type { MailStore } from "../../store/mail.ts";
import type { StoredMessage } from "../../store/messages.ts";
import { type Letter, type MailLimits, MailQuota, type MailRefusal } from "./mail_quota.ts";
import type { ServerObserver } from "../observer.ts";
import type { Session, User } from "../presence/session.ts";
import { Unheard } from "./unheard.ts";

/** A batch is full once it has so many bytes; the rest follows when it is written. */
const BATCH_BYTES = 32 * 1024;
const BATCH_MESSAGES = 100;
/** All batches of one turn of the event loop. */
const TURN_BYTES = 128 * 1024;

/** Told that a connection has been sent what was kept while its account was offline, if there was something. */
type Finished = () => void;

interface Round {
  readonly accountId: number;
  /** Who is getting the mail. */
  readonly session: Session;
  /** Without it, the messages are not those that were kept until a login. */
  readonly finished: Finished | undefined;
  /** How many messages have been written. */
  written: number;
  /** Who logged in meanwhile, and gets what the first does not. */
  readonly waiting: Map<Session, Finished | undefined>;
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
  // For as long as they are online.
  readonly #arrived = new WeakMap<User, Map<string, number>>();
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
  deliver(session: Session, accountId: number, finished?: Finished): void {
    const round = this.#rounds.get(accountId);
    if (round !== undefined) round.waiting.set(session, finished);
    else this.#begin({ accountId, session, finished, written: 0, waiting: new Map() });
  }

  /** How many messages of whom a user got that had come while the account was offline, or that still wait. */
  arrived(user: User): Map<string, number> {
    const arrived = new Map(this.#arrived.get(user));
    if (user.accountId === null) return arrived;
    for (const [sender, count] of this.#store.senders(user.accountId)) add(arrived, sender, count);
    return arrived;
  }

  /**
   * Notes that a message is given to connections of an account.
   *
   * @returns To be called for each of the connections when the operating system has taken it.
   */
  give(id: number, user: User, sessions: readonly Session[]): (session: Session) => () => void {
    return this.#unheard.give(id, user, sessions);
  }

  /** Messages that were on their way to a session were dropped: another of the account may get them. */
  forgotten(session: Session): void {
    for (const round of this.#rounds.values()) if (round.session === session) this.#handOver(round);
  }

  /**
   * A session has ended: what was not written to it goes to another of the account, now or at its login, and so
   * does what was written since it was last heard from.
   */
  ended(session: Session): void {
    const lost = this.#unheard.ended(session);
    for (const [user, ids] of lost) this.#putBack(session, user, ids);
    for (const { waiting } of this.#rounds.values()) waiting.delete(session);
    this.forgotten(session);
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
      const { sent, lines } = firstBatch(this.#store.pending(accountId), session);
      this.#turnBytes += Math.max(1, lines.length);
      if (sent.length > 0) return session.sendMissed(lines, () => this.#written(round, sent));
    } catch (error) {
      this.#observer.handlerFailed(session.peer, "mail", error);
    }
    this.#rounds.delete(accountId);
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
      // They come again at the next login, which is better than never.
      this.#observer.handlerFailed(session.peer, "mail", error);
      this.#rounds.delete(accountId);
      return;
    }
    const same = user !== undefined && user.accountId === accountId;
    if (same) this.#unheard.written(ids, user, session);
    if (same && round.finished !== undefined) this.#count(user, sent);
    round.written += sent.length;
    if (this.#rounds.get(accountId) !== round) return;
    // The connection may speak for somebody else by now.
    if (same) this.#send(round);
    else this.#handOver(round);
  }

  #count(user: User, sent: readonly Sent[]): void {
    const arrived = this.#arrived.get(user) ?? new Map<string, number>();
    this.#arrived.set(user, arrived);
    for (const { sender } of sent) add(arrived, sender, 1);
  }

  #handOver({ accountId, waiting }: Round): void {
    this.#rounds.delete(accountId);
    for (const [session, finished] of waiting) {
      waiting.delete(session);
      if (session.closed || session.user?.accountId !== accountId) continue;
      this.#begin({ accountId, session, finished, written: 0, waiting });
      return;
    }
  }
}

/** What is kept of a message while it is written. */
type Sent = Pick<StoredMessage, "id" | "sender">;

function lineOf(message: StoredMessage, { addressee }: Session): string {
  return messageLine({ ...message, from: message.sender, to: addressee });
}

/** Takes what fits into a batch, one message at least. Each is read once, and none that is not sent. */
function firstBatch(
  messages: Iterable<StoredMessage>,
  session: Session,
): { sent: Sent[]; lines: string } {
  const most = session.readsOneByOne ? 1 : BATCH_MESSAGES;
  const sent: Sent[] = [];
  let lines = "";
  for (const message of messages) {
    sent.push({ id: message.id, sender: message.sender });
    lines += lineOf(message, session);
    if (lines.length >= BATCH_BYTES || sent.length === most) break;
  }
  return { sent, lines };
}

function add(counts: Map<string, number>, sender: string, count: number): void {
  counts.set(sender, (counts.get(sender) ?? 0) + count);
}
