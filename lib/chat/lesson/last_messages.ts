// Remembers the last message of each user who is online, in each of the channels that the user wrote in last.
import type { User } from "../presence/session.ts";

/** The maximum number of channels per user. */
const CHANNELS = 5;

/** A message in a channel. It may have been deleted since. */
export interface Spoken {
  readonly id: number;
  readonly channel: string;
}

/** The last messages. They are forgotten when their user leaves the chat. */
export class LastMessages {
  // By channel, in the order of the last message.
  readonly #last = new WeakMap<User, Map<string, number>>();

  /** Notes a message that is stored. */
  note(user: User, { id, channel }: Spoken): void {
    const last = this.#last.get(user) ?? new Map<string, number>();
    this.#last.set(user, last);
    last.delete(channel);
    last.set(channel, id);
    if (last.size <= CHANNELS) return;
    const [oldest] = last.keys();
    last.delete(oldest!);
  }

  /** Lists the last message of a user in each channel, the newest first. */
  of(user: User): Spoken[] {
    return [...this.#last.get(user) ?? []].map(([channel, id]) => ({ id, channel })).reverse();
  }
}
