// Reads the log from a place on, over the loss of servers and connections, without a hole.
import type { NatsConnection } from "@nats-io/transport-node";
import { type Follower, LogGone, type LogPlace, NeedsCopy, type OnBatch } from "../batch.ts";
import { decodeBatch } from "../batch_codec.ts";
import type { LogRange } from "../copies/place_check.ts";
import { Doubt } from "../doubt.ts";
import { ChunkJoiner, readChunk } from "./chunks.ts";
import { Delivery } from "./delivery.ts";
import { codeOf, JetStream, JS_CODES } from "./jetstream.ts";
import { isBug, lostData, madeAnew } from "./losses.ts";
import { Pause } from "./pause.ts";
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
/** If nothing was delivered for this long, the follower asks whether there is something to deliver. */
const IDLE_MS = 3_000;

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
  #behind = 0;
  readonly #doubt: Doubt;
  #stopped = false;
  readonly #pause = new Pause();

  constructor(connection: NatsConnection, options: FollowOptions) {
    this.#connection = connection;
    this.#jetstream = new JetStream(connection);
    this.#options = options;
    this.#doubt = new Doubt(options.now);
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

  /** How many messages the log has after the last one that was read, as far as its server has said. */
  get behind(): number {
    return this.#behind;
  }

  /** Whether further messages have arrived already. */
  get hasNext(): boolean {
    return this.#delivery?.hasNext ?? false;
  }

  /** See {@linkcode Follower.stop}. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#delivery?.end();
    this.#pause.end();
    await this.ended.catch(() => {});
  }

  async #run(): Promise<void> {
    while (!this.#stopped) {
      try {
        await this.#readOn();
      } catch (error) {
        if (error instanceof Fatal) throw error.cause;
        if (error instanceof LogGone || isBug(error)) throw error;
        this.#options.troubled(error);
      } finally {
        this.#delivery?.end();
        this.#delivery = undefined;
      }
      if (!this.#stopped) await this.#pause.begin(RETRY_MS);
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
    let deliveredAt = now();
    for (let message; (message = await delivery.next()) !== undefined;) {
      if (message !== "idle") {
        // A consumer begins at the first sequence that is left if the wanted one was purged: the next check decides.
        if (message.sequence > this.#next) return;
        // It begins too early on a server that has not caught up after its start.
        if (message.sequence === this.#next) await this.#read(message.payload, message.sequence);
        this.#behind = delivery.pending;
      } else if (now() - deliveredAt < IDLE_MS) continue;
      // A consumer on a server that does not catch up delivers nothing, although it is well.
      else if ((await this.#checkStream()).last >= this.#next) return;
      deliveredAt = now();
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

  /** Returns what the log has. @throws {LogGone} If it has not what comes next, and other errors to try again. */
  async #checkStream(): Promise<LogRange> {
    const { stream, from } = this.#options;
    const range = await this.#jetstream.info(stream).then(rangeOf, (error) => {
      if (codeOf(error) !== JS_CODES.streamNotFound) throw error;
      throw this.#doubt.of(new LogGone(`The log ${stream} does not exist on the NATS servers.`));
    });
    if (range.identity !== from.log) throw madeAnew(from.log, range.identity);
    if (range.first > this.#next) {
      throw new NeedsCopy(
        `The log begins at ${range.first}, but this node needs ${this.#next}. Start the server again: it gets a copy.`,
      );
    }
    if (range.last < this.#next - 1) throw this.#doubt.of(lostData(this.#next - 1, range.last));
    this.#doubt.clear();
    return range;
  }
}
