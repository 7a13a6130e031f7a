// Private messages to accounts that were offline: handed over after the login, each to one connection,
// and forgotten only once they are written to it.
import { messageLine } from "../protocol/reply.ts";
import type { StoredMessage } from "../store/messages.ts";
import type { ServerObserver } from "./observer.ts";
import type { Session } from "./session.ts";
import type { MailStore } from "../store/mail.ts";

/** Most bytes handed to an outbox at once: the rest follows when they are written. */
const BATCH_BYTES = 32 * 1024;
const BATCH_MESSAGES = 100;

interface Round {
  readonly accountId: number;
  /** Who is getting the mail. */
  readonly session: Session;
  /** Who logged in meanwhile, and gets what the first does not. */
  readonly waiting: Set<Session>;
}

/** The mail of all accounts. Owns which connection an account's mail is on its way to. */
export class Mailbox {
  readonly #store: MailStore;
  readonly #observer: ServerObserver;
  readonly #rounds = new Map<number, Round>();

  constructor(store: MailStore, observer: ServerObserver) {
    this.#store = store;
    this.#observer = observer;
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

  /** A session has ended: what was not written to it goes to another of the account, now or at its login. */
  ended(session: Session): void {
    for (const round of this.#rounds.values()) {
      round.waiting.delete(session);
      if (round.session === session) this.#handOver(round);
    }
  }

  #begin(round: Round): void {
    this.#rounds.set(round.accountId, round);
    this.#send(round);
  }

  #send(round: Round): void {
    const { accountId, session } = round;
    try {
      const { ids, lines } = firstBatch(this.#store.pending(accountId, BATCH_MESSAGES));
      if (ids.length > 0) return session.sendMissed(lines, () => this.#written(round, ids));
    } catch (error) {
      this.#observer.handlerFailed(session.peer, "mail", error);
    }
    this.#rounds.delete(accountId);
  }

  #written(round: Round, ids: readonly number[]): void {
    const { accountId, session } = round;
    try {
      this.#store.delivered(accountId, ids);
      this.#observer.mailDelivered(session.peer, ids.length);
    } catch (error) {
      // They come again at the next login, which is better than never.
      this.#observer.handlerFailed(session.peer, "mail", error);
      this.#rounds.delete(accountId);
      return;
    }
    if (this.#rounds.get(accountId) !== round) return;
    // The connection may speak for somebody else by now.
    if (session.user?.accountId === accountId) this.#send(round);
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

function firstBatch(messages: readonly StoredMessage[]): { ids: number[]; lines: string } {
  const ids: number[] = [];
  let lines = "";
  for (const message of messages) {
    const line = lineOf(message);
    if (ids.length > 0 && lines.length + line.length > BATCH_BYTES) break;
    ids.push(message.id);
    lines += line;
  }
  return { ids, lines };
}
