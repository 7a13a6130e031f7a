// Reads the log from a place on, over the loss of servers and connections, without a hole.
import type { NatsConnection } from "@nats-io/transport-node";
import { type Follower, LogGone, type LogPlace, type OnBatch } from "../batch.ts";
import { decodeBatch } from "../batch_codec.ts";
import { ChunkJoiner, readChunk } from "./chunks.ts";
import { Delivery } from "./delivery.ts";
import { codeOf, JetStream, JS_CODES } from "./jetstream.ts";
import { rangeOf } from "./stream.ts";

/** What a follower reads, and whom it tells. */
export interface FollowOptions {
  readonly stream: string;
  readonly from: LogPlace;
  readonly onBatch: OnBatch;
  /** Called with the sequence of each message, also of incomplete batches. */
  readonly onSequence: (sequence: number) => void;
  /** Called with each error that is tried again. */
  readonly troubled: (error: unknown) => void;
  /** The time in milliseconds. */
  readonly now: () => number;
}

const RETRY_MS = 250;
/** A server that has just started may not know its streams yet. After this time a missing stream is believed. */
const MISSING_MS = 5_000;

/** A failure that trying again does not repair: what `onBatch` or the content of the log causes. */
class Fatal extends Error {}

/** Follows a stream. See {@linkcode Follower}. */
export class NatsFollower implements Follower {
  readonly ended: Promise<void>;
  readonly #connection: NatsConnection;
  readonly #jetstream: JetStream;
  readonly #options: FollowOptions;
  readonly #joiner = new ChunkJoiner();
  /** The next sequence of the stream. */
  #next: number;
  #sequence: number;
  #delivery: Delivery | undefined;
  #missingSince: number | undefined;
  #stopped = false;
  #endPause = () => {};

  constructor(connection: NatsConnection, options: FollowOptions) {
    this.#connection = connection;
    this.#jetstream = new JetStream(connection);
    this.#options = options;
    this.#sequence = options.from.sequence;
    this.#next = this.#sequence + 1;
    this.ended = this.#run();
    // The caller may look at it later.
    this.ended.catch(() => {});
  }

  /** See {@linkcode Follower.sequence}. */
  get sequence(): number {
    return this.#sequence;
  }

  /** Whether the server delivers: the last heartbeat is not older than 2.5 s. */
  get isWell(): boolean {
    return this.#delivery !== undefined;
  }

  /** Whether further messages have arrived already. */
  get hasNext(): boolean {
    return this.#delivery?.hasNext ?? false;
  }

  /** See {@linkcode Follower.stop}. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#delivery?.end();
    this.#endPause();
    await this.ended.catch(() => {});
  }

  async #run(): Promise<void> {
    while (!this.#stopped) {
      try {
        await this.#readOn();
      } catch (error) {
        if (error instanceof Fatal) throw error.cause;
        if (error instanceof LogGone) throw error;
        this.#options.troubled(error);
      } finally {
        this.#delivery?.end();
        this.#delivery = undefined;
      }
      if (!this.#stopped) await this.#pause();
    }
  }

  /** Reads until the delivery ends. */
  async #readOn(): Promise<void> {
    await this.#checkStream();
    const { stream, now } = this.#options;
    const delivery = new Delivery(this.#connection, { stream, first: this.#next, now });
    await delivery.begin();
    this.#delivery = delivery;
    if (this.#stopped) return;
    for (let message; (message = await delivery.next()) !== undefined;) {
      // A consumer that begins at a sequence that was purged begins at the first that is left.
      if (message.sequence !== this.#next) throw purged(this.#next, message.sequence);
      await this.#read(message.payload, message.sequence);
    }
  }

  async #read(payload: Uint8Array, sequence: number): Promise<void> {
    try {
      const whole = this.#joiner.add(readChunk(payload));
      this.#next = sequence + 1;
      this.#options.onSequence(sequence);
      if (whole === undefined) return;
      await this.#options.onBatch(decodeBatch(whole), sequence);
      this.#sequence = sequence;
    } catch (cause) {
      throw new Fatal("the batch was not accepted", { cause });
    }
  }

  async #checkStream(): Promise<void> {
    const { stream, from, now } = this.#options;
    let info;
    try {
      info = await this.#jetstream.info(stream);
    } catch (error) {
      if (codeOf(error) !== JS_CODES.streamNotFound) throw error;
      this.#missingSince ??= now();
      if (now() - this.#missingSince < MISSING_MS) throw error;
      throw new LogGone(`The log ${stream} does not exist any more on the NATS servers.`);
    }
    this.#missingSince = undefined;
    const range = rangeOf(info);
    if (range.identity !== from.log) {
      throw new LogGone(
        `The log ${stream} was made anew (expected ${from.log}, got ${range.identity}).`,
      );
    }
    if (range.first > this.#next) throw purged(this.#next, range.first);
    if (range.last < this.#next - 1) {
      throw new LogGone(
        `The NATS servers have lost data: this node has read up to ${
          this.#next - 1
        }, the log ends at ${range.last}.`,
      );
    }
  }

  async #pause(): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, RETRY_MS);
      this.#endPause = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

function purged(wanted: number, first: number): LogGone {
  return new LogGone(`The log begins at ${first}, but this node needs ${wanted}: it needs a copy.`);
}
