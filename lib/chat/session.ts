// One connection's place in the chat: who it speaks for, and what it has asked lately.
import type { Peer } from "../net/peer.ts";
import { encodeLines } from "../protocol/reply.ts";
import type { MalformedCount, RateLimit } from "./rate_limit.ts";
import type { User } from "./roster.ts";

/** State of one connection. The roster sets `user`; the dispatcher owns the rest. */
export class Session {
  readonly peer: Peer;
  readonly rate: RateLimit;
  readonly malformed: MalformedCount;
  /** Who this connection speaks for, or `undefined` before it joins. */
  user: User | undefined;
  /** When it last asked something, or connected, on the chat's monotonic clock. */
  activeAt: number;
  /** Messages of this connection that the log has not reported yet. */
  unreported = 0;

  constructor(peer: Peer, options: { rate: RateLimit; malformed: MalformedCount; now: number }) {
    this.peer = peer;
    this.rate = options.rate;
    this.malformed = options.malformed;
    this.activeAt = options.now;
  }

  /** Queues one or more lines for this connection. */
  send(lines: string): void {
    this.peer.send(encodeLines(lines));
  }
}
