// One connection's place in the chat: who it speaks for, and what it has asked lately.
import type { Peer } from "../net/peer.ts";
import { encodeLines } from "../protocol/reply.ts";
import type { MalformedCount, RateLimit } from "./rate_limit.ts";
import type { User } from "./roster.ts";

// A login waits for its turn to be hashed; a busy room must not fill the memory meanwhile.
const HELD_MAX_BYTES = 256 * 1024;

/** Whoever may use the admin socket. */
export interface Operator {
  /** As the audit names it: `operator:ada`, or `operator` where the client has not said who it is. */
  name: string;
}

/** State of one connection. The roster sets `user`; the dispatcher owns the rest. */
export class Session {
  readonly peer: Peer;
  readonly rate: RateLimit;
  /** Its malformed lines; made with the first of them. */
  malformed: MalformedCount | undefined;
  /** Who this connection speaks for, or `undefined` before it joins. */
  user: User | undefined;
  /** The operator at the other end of the admin socket; never in the roster. */
  operator: Operator | undefined;
  /** When it connected, on the chat's monotonic clock. */
  readonly connectedAt: number;
  /** When it last asked something, or connected, on the chat's monotonic clock. */
  activeAt: number;
  /** Messages of this connection that the log has not reported yet. */
  unreported = 0;
  #held: Uint8Array[] | undefined;
  #heldBytes = 0;

  /** @param now The time it connected, on the chat's monotonic clock. */
  constructor(peer: Peer, rate: RateLimit, now: number) {
    this.peer = peer;
    this.rate = rate;
    this.connectedAt = now;
    this.activeAt = now;
  }

  /** Queues one or more lines that answer this connection. */
  send(lines: string): void {
    this.peer.send(encodeLines(lines));
  }

  /** Queues lines that others caused. */
  deliver(bytes: Uint8Array): void {
    if (this.#held === undefined) this.peer.send(bytes);
    else this.#hold(this.#held, bytes);
  }

  /**
   * Keeps back what others cause while `work` runs, so that its reply is the next line: some clients
   * take whatever comes first for the reply to their login.
   */
  async replyFirst(work: () => Promise<void>): Promise<void> {
    this.#held ??= [];
    try {
      await work();
    } finally {
      this.#release();
    }
  }

  #hold(held: Uint8Array[], bytes: Uint8Array): void {
    held.push(bytes);
    this.#heldBytes += bytes.length;
    if (this.#heldBytes > HELD_MAX_BYTES) this.#release();
  }

  #release(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    this.#heldBytes = 0;
    for (const bytes of held) this.peer.send(bytes);
  }
}
