// Bounds the bytes of long replies on their way to all connections: given to outboxes, and not yet taken by the
// operating system. Beyond the bound, requests with long replies wait. Addresses have equal shares of the bound.
import type { ConnectionView } from "../../edge/edge.ts";
import type { CloseReason } from "../../net/peer.ts";
import type { RequestType } from "../../protocol/request.ts";
import { encodeLines } from "../../protocol/reply.ts";
import { ReplyBuffers } from "./reply_buffers.ts";
import type { BucketClock } from "./shared_buckets.ts";

/** The bounds, in bytes. */
export const REPLY_FLOW = {
  /** On the way to all connections together. */
  total: 16 * 2 ** 20,
  /** The smallest share of an address. An address that asks for little does not wait for others. */
  leastShare: 256 * 1024,
  /** On the way to one connection, before its next long reply. */
  connection: 128 * 1024,
  /** Shorter replies do not count. */
  counted: 4 * 1024,
} as const;

// A request that has waited takes this much of its address's share until its reply is known.
const EXPECTED_BYTES = 128 * 1024;
/**
 * While requests of its address wait, a connection is closed if it takes nothing of a long reply for this time, in
 * milliseconds.
 */
export const STALL_MS = 10_000;

/** The requests whose replies may be long. Messages, pings and logins never wait for replies. */
const LONG: ReadonlySet<RequestType | undefined> = new Set<RequestType>([
  "history",
  "search",
  "users",
  "people",
  "channels",
  "join",
  "overview",
  "class",
  "attendance",
  "user_list",
  "group_show",
]);

/** A connection that receives replies. */
export interface Reader {
  /** The network that the connection counts under. */
  readonly network: string;
  readonly peer: Pick<ConnectionView, "takenBytes">;
  /** Closes the connection. */
  close(reason: CloseReason): void;
}

/** The replies on their way to one connection. */
interface Pending {
  bytes: number;
  /** What the connection had taken when this was last checked, and since when it has taken no more. */
  taken: number;
  since: number;
}

/** The replies on their way to one network. */
interface Flow {
  /** Bytes on their way, and those that served requests are expected to add. */
  bytes: number;
  readonly readers: Map<Reader, Pending>;
  readonly waiting: { readonly reader: Reader; readonly resolve: () => void }[];
  cancel: (() => void) | undefined;
}

/** Counts long replies on their way, and makes requests for more of them wait. */
export class ReplyFlow {
  readonly #clock: BucketClock;
  readonly #flows = new Map<string, Flow>();
  readonly #buffers = new ReplyBuffers();

  constructor(clock: BucketClock) {
    this.#clock = clock;
  }

  /** Bytes on their way. */
  get bytes(): number {
    let sum = 0;
    for (const { bytes } of this.#flows.values()) sum += bytes;
    return sum;
  }

  /**
   * Asks whether a request may be served.
   *
   * @returns A promise if its connection or its address must first take more of earlier replies. After it, call
   * {@linkcode served} once the request is served.
   */
  ask(reader: Reader, type: RequestType | undefined): Promise<void> | undefined {
    const flow = this.#flows.get(reader.network);
    if (flow === undefined || !LONG.has(type) || this.#hasRoom(flow, reader)) return undefined;
    flow.cancel ??= this.#clock.after(STALL_MS, () => this.#closeStalled(flow));
    return new Promise((resolve) => flow.waiting.push({ reader, resolve }));
  }

  /** A request that had to wait is served, and its reply counts. */
  served({ network }: Reader): void {
    this.#release(network, EXPECTED_BYTES);
  }

  /**
   * Encodes a reply and counts it.
   *
   * @returns The bytes, and a function to call when the operating system has taken them. A short reply has none.
   */
  encode(reader: Reader, lines: string): { bytes: Uint8Array; taken?: () => void } {
    if (lines.length < REPLY_FLOW.counted) return { bytes: encodeLines(lines) };
    const { bytes, giveBack } = this.#buffers.encode(lines);
    const counted = this.#count(reader, bytes.length);
    return {
      bytes,
      taken() {
        giveBack();
        counted();
      },
    };
  }

  /** Forgets the replies on their way to a connection that has ended. */
  ended(reader: Reader): void {
    const flow = this.#flows.get(reader.network);
    const pending = flow?.readers.get(reader);
    if (flow === undefined || pending === undefined) return;
    flow.readers.delete(reader);
    this.#release(reader.network, pending.bytes);
  }

  /** Lets all waiting requests go on, because the server is shutting down. */
  clear(): void {
    for (const flow of this.#flows.values()) {
      flow.cancel?.();
      flow.cancel = undefined;
      for (const { resolve } of flow.waiting.splice(0)) letGo(flow, resolve);
    }
  }

  /** Counts a reply. @returns A function to call when it is taken. */
  #count(reader: Reader, bytes: number): () => void {
    const flow = this.#flowOf(reader.network);
    const pending = flow.readers.get(reader) ??
      { bytes: 0, taken: reader.peer.takenBytes, since: this.#clock.now() };
    flow.readers.set(reader, pending);
    flow.bytes += bytes;
    pending.bytes += bytes;
    return () => {
      // The connection may have been forgotten meanwhile.
      if (flow.readers.get(reader) !== pending) return;
      pending.bytes -= bytes;
      pending.since = this.#clock.now();
      if (pending.bytes === 0) flow.readers.delete(reader);
      this.#release(reader.network, bytes);
    };
  }

  #flowOf(network: string): Flow {
    const known = this.#flows.get(network);
    if (known !== undefined) return known;
    const flow: Flow = { bytes: 0, readers: new Map(), waiting: [], cancel: undefined };
    this.#flows.set(network, flow);
    return flow;
  }

  #share(): number {
    return Math.max(REPLY_FLOW.leastShare, REPLY_FLOW.total / this.#flows.size);
  }

  #hasRoom({ bytes, readers }: Flow, reader: Reader): boolean {
    const own = readers.get(reader)?.bytes ?? 0;
    return bytes < this.#share() && own < REPLY_FLOW.connection;
  }

  #release(network: string, bytes: number): void {
    const flow = this.#flows.get(network);
    if (flow === undefined) return;
    flow.bytes -= bytes;
    this.#serveWaiting(flow);
    if (flow.bytes === 0 && flow.waiting.length === 0) this.#flows.delete(network);
  }

  // In the order of asking, except that requests of a connection with too much on its way delay no others.
  #serveWaiting(flow: Flow): void {
    const { waiting } = flow;
    for (let i = 0; i < waiting.length && flow.bytes < this.#share();) {
      const { reader, resolve } = waiting[i]!;
      if (!this.#hasRoom(flow, reader)) {
        i++;
        continue;
      }
      waiting.splice(i, 1);
      letGo(flow, resolve);
    }
    if (waiting.length > 0) return;
    flow.cancel?.();
    flow.cancel = undefined;
  }

  // Otherwise, one client that asks and does not read could make all others of its address wait.
  #closeStalled(flow: Flow): void {
    const now = this.#clock.now();
    flow.cancel = this.#clock.after(STALL_MS, () => this.#closeStalled(flow));
    for (const [reader, pending] of flow.readers) {
      const { takenBytes } = reader.peer;
      if (takenBytes !== pending.taken) {
        pending.taken = takenBytes;
        pending.since = now;
      } else if (now - pending.since >= STALL_MS) {
        reader.close("slow_consumer");
        this.ended(reader);
      }
    }
  }
}

function letGo(flow: Flow, resolve: () => void): void {
  flow.bytes += EXPECTED_BYTES;
  resolve();
}
