// The read marks of guests. They are kept in memory only.
import type { User } from "../presence/session.ts";

interface Marks {
  /** The id of the last message at the guest's first request for marks. */
  readonly start: number;
  /** The marks by channel id. */
  readonly channels: Map<number, number>;
}

/** The read marks of the guests who are online. */
export class GuestMarks {
  readonly #marks = new WeakMap<User, Marks>();
  readonly #lastId: () => number;

  /** @param lastId Returns the greatest id of a message. */
  constructor(lastId: () => number) {
    this.#lastId = lastId;
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
    return true;
  }

  /** Copies the marks of a guest who has left to the user that the guest has come back as. */
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
