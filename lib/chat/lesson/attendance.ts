// Notes who is online from when to when. A user who lingers counts as present.
import { PART_MS, type Visitor, type VisitStore } from "../../store/lesson/visits.ts";
import type { User } from "../presence/session.ts";

/** What the attendance works with. */
export interface AttendanceParts {
  readonly store: Pick<
    VisitStore,
    "begin" | "end" | "split" | "endAll" | "endForgotten" | "findOpen" | "alive"
  >;
  /** Whether users of another leader are restored, and then {@linkcode Attendance.restored} is called. */
  readonly isRestored?: boolean;
  /** Whether visits are stored now: a setting may turn it off, and the disk may be full. */
  readonly isStored: () => boolean;
  /** The time of day, in milliseconds since 1970. */
  readonly now: () => number;
  /** Called when a visit could not be stored. The chat goes on. */
  readonly failed: (error: unknown) => void;
}

interface Present {
  /** When the visit began. */
  readonly since: number;
  /** The stored visit, or its last part; `undefined` if it is not stored. */
  part: { readonly id: number; readonly startedAt: number } | undefined;
}

/** Long visits that are split in one minute, at most. */
const SPLITS = 100;

/** The users who are online, with the beginning of their visits. */
export class Attendance {
  readonly #parts: AttendanceParts;
  readonly #present = new Map<User, Present>();

  /** Ends the visits that an earlier server left open, unless they may go on. */
  constructor(parts: AttendanceParts) {
    this.#parts = parts;
    if (!parts.isRestored) this.restored();
  }

  /** A user was online under another leader: the visit goes on. */
  restore(user: User): void {
    const { store, now } = this.#parts;
    const part = this.#try(() => store.findOpen(visitorOf(user), now()));
    if (part === undefined) this.began(user);
    else this.#present.set(user, { since: part.startedAt, part });
  }

  /** All users are restored: visits of others have ended. */
  restored(): void {
    const ids = this.#present.values().flatMap(({ part }) => part === undefined ? [] : [part.id]);
    this.#try(() => this.#parts.store.endForgotten([...ids]));
  }

  /** Returns when the visit of a user began; `undefined` if the user is not online. */
  sinceOf(user: User): number | undefined {
    return this.#present.get(user)?.since;
  }

  /** A user has joined with the first connection. */
  began(user: User): void {
    const { store, isStored, now } = this.#parts;
    const at = now();
    const part = isStored() ? this.#try(() => store.begin(visitorOf(user), at)) : undefined;
    this.#present.set(user, { since: part?.startedAt ?? at, part });
  }

  /** A user has left with the last connection. */
  ended(user: User): void {
    const present = this.#present.get(user);
    this.#present.delete(user);
    const { store, now } = this.#parts;
    if (present?.part === undefined) return;
    const { id } = present.part;
    this.#try(() => store.end(id, now()));
  }

  /** A guest has another name. The visit under the old name ends. */
  renamed(user: User): void {
    if (!this.#present.has(user)) return;
    this.ended(user);
    this.began(user);
  }

  /** Notes that the server runs, and stores long visits in parts. Called once a minute. */
  tick(): void {
    const { store, isStored, now } = this.#parts;
    if (!isStored()) return;
    const at = now();
    this.#try(() => store.alive(at));
    let splits = 0;
    for (const [user, present] of this.#present) {
      const { part } = present;
      if (part === undefined || at - part.startedAt < PART_MS) continue;
      if (++splits > SPLITS) return;
      present.part = this.#try(() => store.split(part.id, visitorOf(user), at));
    }
  }

  /** Ends all visits, because the server stops. */
  close(): void {
    const isOpen = this.#present.values().some(({ part }) => part !== undefined);
    this.#present.clear();
    if (isOpen) this.#try(() => this.#parts.store.endAll(this.#parts.now()));
  }

  #try<T>(work: () => T): T | undefined {
    try {
      return work();
    } catch (error) {
      this.#parts.failed(error);
      return undefined;
    }
  }
}

function visitorOf({ accountId, name }: User): Visitor {
  return accountId === null ? { accountId, guest: name } : { accountId, guest: null };
}
