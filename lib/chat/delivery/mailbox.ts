// Delivers private messages that were kept for accounts. After a login, one connection of the account receives
// them. Messages that may not have arrived over a connection that ended are kept again. `windows` decides when a
// connection is ready for them.
import { setImmediate } from "node:timers";
import { messageLine } from "../../protocol/reply.ts";
import type { MailStore } from "../../store/mail.ts";
import type { StoredMessage } from "../../store/messages.ts";
import { type Letter, type MailLimits, MailQuota, type MailRefusal } from "./mail_quota.ts";
import type { ServerObserver } from "../observer.ts";
import type { Session, User } from "../presence/session.ts";
import { Unheard } from "./unheard.ts";

/** Limits of a batch. The next batch follows when this one has been written. */
const BATCH_BYTES = 32 * 1024;
const BATCH_MESSAGES = 100;
/** Bytes of all batches in one turn of the event loop. */
const TURN_BYTES = 128 * 1024;

/** Called when a connection has received the messages kept for its account, if any were kept. */
type Finished = () => void;

interface Round {
  readonly accountId: number;
  /** The session that receives the messages. */
  readonly session: Session;
  /** Missing if the messages were not kept until a login. */
  readonly finished: Finished | undefined;
  /** How many messages have been written. */
  written: number;
  /** Sessions of the same account that logged in meanwhile. They receive what the first does not. */
  readonly waiting: Map<Session, Finished | undefined>;
}

/** What the mailbox works with. */
export interface MailboxOptions {
  readonly store: MailStore;
  readonly observer: ServerObserver;
  /** Read at every use. */
  readonly limits: MailLimits;
  /** The clock of {@linkcode Peer.heardAt}. The default is `performance.now()`. */
  readonly now?: () => number;
}

/**
 * The mailboxes of all accounts. It owns which connection receives an account's messages, and which may be lost.
 */
export class Mailbox {
  readonly #store: MailStore;
  readonly #observer: ServerObserver;
  readonly #quota: MailQuota;
  readonly #unheard: Unheard;
  readonly #rounds = new Map<number, Round>();
  // Messages by sender, for as long as the user is online.
  readonly #arrived = new WeakMap<User, Map<string, number>>();
  // Rounds that continue in the next turn of the event loop, and the bytes that this turn has sent.
  #due: Round[] = [];
  #turnBytes = 0;

  constructor({ store, observer, limits, now = () => performance.now() }: MailboxOptions) {
    this.#store = store;
    this.#observer = observer;
    this.#quota = new MailQuota(store, limits, now);
    this.#unheard = new Unheard(now);
  }

  /** Counts a message to an account that is offline. @returns The limit it would exceed, if any. */
  accept(letter: Letter): MailRefusal | undefined {
    return this.#quota.add(letter);
  }

  /**
   * Sends a session the messages kept for its account, oldest first. If another session of the account is
   * receiving them, this session waits.
   */
  deliver(session: Session, accountId: number, finished?: Finished): void {
    const round = this.#rounds.get(accountId);
    if (round !== undefined) round.waiting.set(session, finished);
    else this.#begin({ accountId, session, finished, written: 0, waiting: new Map() });
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
    return this.#unheard.give(id, user, sessions);
  }

  /** The edge dropped messages on their way to a session: another session of the account may receive them. */
  forgotten(session: Session): void {
    for (const round of this.#rounds.values()) if (round.session === session) this.#handOver(round);
  }

  /**
   * A session has ended. Messages that were not written to it, or were written after it was last heard from, go to
   * another session of the account, now or at the next login.
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
      // The messages are sent again at the next login. Duplicates are better than losses.
      this.#observer.handlerFailed(session.peer, "mail", error);
      this.#rounds.delete(accountId);
      return;
    }
    const same = user !== undefined && user.accountId === accountId;
    if (same) this.#unheard.written(ids, user, session);
    if (same && round.finished !== undefined) this.#count(user, sent);
    round.written += sent.length;
    if (this.#rounds.get(accountId) !== round) return;
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
    this.#rounds.delete(accountId);
    for (const [session, finished] of waiting) {
      waiting.delete(session);
      if (session.closed || session.user?.accountId !== accountId) continue;
      this.#begin({ accountId, session, finished, written: 0, waiting });
      return;
    }
  }
}

/** What is remembered of a message while it is written. */
type Sent = Pick<StoredMessage, "id" | "sender">;

function lineOf(message: StoredMessage, { addressee }: Session): string {
  return messageLine({ ...message, from: message.sender, to: addressee });
}

/**
 * Takes the messages that fit into a batch, at least one. A message that is not sent is not read from the
 * database.
 */
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
