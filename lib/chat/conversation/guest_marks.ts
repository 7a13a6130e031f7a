// What guests have read. It is in memory only, and goes with them.
import type { User } from "../presence/session.ts";

interface Marks {
  /** The last message from before the guest asked. */
  readonly start: number;
  /** By the number of the channel. */
  readonly channels: Map<number, number>;
}

/** The marks of the guests that are online. */
export class GuestMarks {
  readonly #marks = new WeakMap<User, Marks>();
  readonly #lastId: () => number;

  /** @param lastId The greatest id of a message. */
  constructor(lastId: () => number) {
    this.#lastId = lastId;
  }

  /** The mark of a channel. What was said before the first question counts as read. */
  of(user: User, channelId: number): number {
    const { start, channels } = this.#of(user);
    return channels.get(channelId) ?? start;
  }

  /** Raises the mark of a channel. @returns Whether it was lower. */
  raise(user: User, channelId: number, id: number): boolean {
    if (this.of(user, channelId) >= id) return false;
    this.#of(user).channels.set(channelId, id);
    return true;
  }

  /** A guest has come back as another user. */
  move(from: User, to: User): void {
    const marks = this.#marks.get(from);
    if (marks !== undefined) this.#marks.set(to, marks);
  }

  #of(user: User): Marks {
    let marks = this.#marks.get(user);
    if (marks === undefined) {
      marks = { start: this.#lastId(), channels: new Map() };
      this.#marks.set(user, marks);
    }
    return marks;
  }
}
