// The read marks of guests. They are kept in memory only.
import type { User } from "../presence/session.ts";

interface Marks {
  /** The id of the last message at the guest's first request for marks. */
  readonly start: number;
  /** The marks by channel id. */
  readonly channels: Map<number, number>;
}

/** The marks of a guest as plain values, for another leader. */
export interface GuestMarksState {
  readonly start: number;
  readonly channels: readonly (readonly [channel: number, id: number])[];
}

/** The read marks of the guests who are online. */
export class GuestMarks {
  readonly #marks = new WeakMap<User, Marks>();
  readonly #lastId: () => number;
  readonly #changed: (user: User) => void;

  /**
   * @param lastId Returns the greatest id of a message.
   * @param changed Called when the marks of a guest have changed.
   */
  constructor(lastId: () => number, changed: (user: User) => void = () => {}) {
    this.#lastId = lastId;
    this.#changed = changed;
  }

  /** Returns the mark of a channel. Messages from before the guest's first request for marks count as read. */
  of(user: User, channelId: number): number {
    const { start, channels } = this.#of(user);
    return channels.get(channelId) ?? start;
  }

  /** Raises the mark of a channel. @returns Whether the mark was lower. */
  raise(user: User, channelId: number, id: number): boolean {
    if (this.of(user, channelId) >= id) return false;
    this.#of(user).channels.set(channelId, id);
    this.#changed(user);
    return true;
  }

  /** Copies the marks of a guest who has left to the user that the guest has come back as. */
  move(from: User, to: User): void {
    const marks = this.#marks.get(from);
    if (marks === undefined) return;
    this.#marks.set(to, marks);
    this.#changed(to);
  }

  /** Returns the marks of a guest; `undefined` if it has not asked for any. */
  stateOf(user: User): GuestMarksState | undefined {
    const marks = this.#marks.get(user);
    return marks && { start: marks.start, channels: [...marks.channels] };
  }

  /** Gives a guest the marks that it had under another leader. */
  restore(user: User, { start, channels }: GuestMarksState): void {
    this.#marks.set(user, { start, channels: new Map(channels) });
  }

  #of(user: User): Marks {
    let marks = this.#marks.get(user);
    if (marks === undefined) {
      marks = { start: this.#lastId(), channels: new Map() };
      this.#marks.set(user, marks);
      this.#changed(user);
    }
    return marks;
  }
}
