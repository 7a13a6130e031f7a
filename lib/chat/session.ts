// One connection's place in the chat: who it speaks for, and what it has asked lately.
import { networkKey } from "../net/address.ts";
import type { Peer } from "../net/peer.ts";
import { encodeLines } from "../protocol/reply.ts";
import type { AddressLimit } from "./address_limit.ts";
import type { Room } from "./channels.ts";
import { priceOfReply } from "./cost.ts";
import type { MalformedCount, RateLimit } from "./rate_limit.ts";
import type { User } from "./roster.ts";
import type { Share } from "./shared_buckets.ts";
import type { Mute } from "../store/sanctions.ts";

// A login waits for its turn to be hashed; a busy room must not fill the memory meanwhile. What is held is
// shared by all who hear it. Once it is sent, the outbox counts it.
const HELD_MAX_BYTES = 4 * 2 ** 20;

/** Who speaks over the admin socket. */
export interface Operator {
  /** Name of the user at the other end, as the client claims; empty until it does. */
  name: string;
}

/** An operator as log and audit name it: `operator:ada`, or `operator` before it has said who it is. */
export function operatorName({ name }: Operator): string {
  return name === "" ? "operator" : `operator:${name}`;
}

/** Lines that wait for a reply to go out first. */
interface Held {
  readonly bytes: Uint8Array;
  readonly written: (() => void) | undefined;
}

/** What a session may be made with. */
export interface SessionOptions {
  readonly rate: RateLimit;
  /** What the connections of its address share; operators have none. */
  readonly shared?: AddressLimit | undefined;
  /** The time it connected, on the chat's monotonic clock. */
  readonly now: number;
  /** It is the operator's: never a user, in no channel, allowed everything. */
  readonly operator?: Operator | undefined;
}

/**
 * State of one connection. The roster sets `user`, the channels and joining set `channel`, moderation sets
 * `mute`; the dispatcher owns the rest.
 */
export class Session {
  readonly peer: Peer;
  readonly rate: RateLimit;
  /** What its address counts under. */
  readonly network: string;
  /** What it has used of the requests of its address, and of its joins. */
  readonly share: Share = { used: 0 };
  readonly joinShare: Share = { used: 0 };
  readonly #shared: AddressLimit | undefined;
  /** Its malformed lines; made with the first of them. */
  malformed: MalformedCount | undefined;
  /** Who this connection speaks for, or `undefined` before it joins. */
  user: User | undefined;
  /** The operator it speaks for. */
  readonly operator: Operator | undefined;
  /** Where what it says goes if no channel is named; `undefined` stands for #général. */
  channel: Room | undefined;
  /** It is not old: see `old_clients`. */
  modern = false;
  /** Its last login failed, or it has logged out: it speaks for nobody until it says for whom. */
  loggedOut = false;
  /** The name its client takes for its own, where that is another than the user's. */
  knownAs: string | undefined;
  /** What silences it, whatever name it takes; it may have run out. */
  mute: Mute | undefined;
  /** Expulsions of the users it was before, by channel: another name opens nothing. */
  marks: Map<number, number> | undefined;
  /** When it connected, on the chat's monotonic clock. */
  readonly connectedAt: number;
  /** When it last asked something, or connected, on the chat's monotonic clock. */
  activeAt: number;
  /** Messages of this connection that the log has not reported yet. */
  unreported = 0;
  #held: Held[] | undefined;
  #heldBytes = 0;

  constructor(peer: Peer, { rate, shared, now, operator }: SessionOptions) {
    this.peer = peer;
    this.rate = rate;
    this.network = networkKey(peer.address);
    this.#shared = shared;
    this.operator = operator;
    this.connectedAt = now;
    this.activeAt = now;
  }

  /** Queues one or more lines that answer this connection. */
  send(lines: string): void {
    this.peer.send(encodeLines(lines));
    const price = priceOfReply(lines.length);
    if (price > 0) this.charge(price);
  }

  /** Makes the connection and its address pay for what a request turned out to cost. */
  charge(price: number): void {
    if (this.#shared === undefined || price === 0) return;
    this.rate.charge(price);
    this.#shared.charge(this, price);
  }

  /**
   * Queues lines of others that this connection has missed.
   *
   * @param written Told when they are on their way to the client.
   */
  sendMissed(lines: string, written: () => void): void {
    this.peer.send(encodeLines(lines), written);
  }

  /**
   * Queues lines that others caused.
   *
   * @param written Told when the operating system has taken them; never if they are thrown away.
   */
  deliver(bytes: Uint8Array, written?: () => void): void {
    if (this.#held === undefined) this.peer.send(bytes, written);
    else this.#hold(this.#held, { bytes, written });
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

  /** Sends what was held back: the connection is about to end. */
  releaseHeld(): void {
    if (this.#held !== undefined) this.#release();
  }

  #hold(held: Held[], lines: Held): void {
    held.push(lines);
    this.#heldBytes += lines.bytes.length;
    if (this.#heldBytes > HELD_MAX_BYTES) this.#release();
  }

  #release(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    this.#heldBytes = 0;
    for (const { bytes, written } of held) this.peer.send(bytes, written);
  }
}
