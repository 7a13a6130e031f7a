// Who receives the kept messages of an account: one session at a time. Others of the same account wait for it.
import type { Session, User } from "../presence/session.ts";
import type { Finished, MailState, Sent } from "./mail_batch.ts";

/** The sessions that wait for another one of their account. */
export type WaitingSessions = Map<Session, Finished | undefined>;

/** The messages of an account on their way to a session. */
export interface Round {
  readonly accountId: number;
  /** The session that receives the messages. */
  readonly session: Session;
  /** Missing if the messages were not kept until a login. */
  readonly finished: Finished | undefined;
  /** How many messages have been written. */
  written: number;
  /** The messages that are on their way. */
  sending: readonly Sent[];
  /** Sessions of the same account that logged in meanwhile. They receive what the first does not. */
  readonly waiting: WaitingSessions;
}

/** The rounds of all accounts. */
export class MailRounds {
  readonly #rounds = new Map<number, Round>();
  /** Sessions that waited under another leader, by account, until the session that they wait for is restored. */
  readonly #restored = new Map<number, WaitingSessions>();

  /** Returns the round of an account. */
  of(accountId: number): Round | undefined {
    return this.#rounds.get(accountId);
  }

  /** Whether a round has not ended. */
  has(round: Round): boolean {
    return this.#rounds.get(round.accountId) === round;
  }

  /** Begins a round. @returns The round. */
  begin(round: Round): Round {
    this.#rounds.set(round.accountId, round);
    return round;
  }

  /** Ends the round of an account. */
  end(accountId: number): void {
    this.#rounds.delete(accountId);
  }

  /** A session has ended: it waits no more. @returns The rounds in which it receives messages. */
  ended(session: Session): Round[] {
    for (const { waiting } of this.#rounds.values()) waiting.delete(session);
    return this.ofSession(session);
  }

  /** Returns the rounds in which a session receives messages. */
  ofSession(session: Session): Round[] {
    return this.#rounds.values().filter((round) => round.session === session).toArray();
  }

  /** Returns what is on its way to a session, or that it waits. @param arrived See `SendingState.arrived`. */
  stateOf(
    session: Session,
    arrived: (user: User) => Iterable<[string, number]>,
  ): MailState | undefined {
    const { user } = session;
    const round = user?.accountId == null ? undefined : this.#rounds.get(user.accountId);
    if (user === undefined || round === undefined) return undefined;
    const { sending, written, finished, waiting } = round;
    if (waiting.has(session)) return { waits: true, tells: waiting.get(session) !== undefined };
    if (round.session !== session) return undefined;
    return { sending, written, tells: finished !== undefined, arrived: [...arrived(user)] };
  }

  /** A session waited under another leader. */
  restoreWaiting(accountId: number, session: Session, finished: Finished | undefined): void {
    const waiting = this.#rounds.get(accountId)?.waiting ?? this.#restored.get(accountId);
    if (waiting !== undefined) waiting.set(session, finished);
    else this.#restored.set(accountId, new Map([[session, finished]]));
  }

  /** Takes the restored sessions that wait for the round of an account. */
  takeRestored(accountId: number): WaitingSessions {
    const waiting = this.#restored.get(accountId) ?? new Map();
    this.#restored.delete(accountId);
    return waiting;
  }

  /** The accounts with restored sessions that wait for no round. */
  get restoredAccounts(): number[] {
    return [...this.#restored.keys()];
  }
}
