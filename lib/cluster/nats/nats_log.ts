// The log of a cluster as a JetStream stream. Each message names the sequence that it follows, so that a leader that
// was deposed can append nothing.
import { setTimeout as delay } from "node:timers/promises";
import type { NatsConnection } from "@nats-io/transport-node";
import { type Batch, Deposed, type Log, LogGone, type LogPlace, type OnBatch } from "../batch.ts";
import { encodeBatch } from "../batch_codec.ts";
import type { LogRange } from "../copies/place_check.ts";
import { Doubt } from "../doubt.ts";
import { splitBatch } from "./chunks.ts";
import { LogClosed, NatsUnusable } from "./errors.ts";
import { NatsFollower } from "./follower.ts";
import { isBug, lostData, madeAnew } from "./losses.ts";
import { codeOf, JetStream, JS_CODES } from "./jetstream.ts";
import { Pause } from "./pause.ts";
import {
  NothingProposed,
  openStream,
  rangeOf,
  type StreamNames,
  streamNames,
  type StreamOptions,
} from "./stream.ts";

/** Options of the log. */
export interface NatsLogOptions extends StreamOptions {
  /** The time in milliseconds. */
  readonly now?: () => number;
}

const RETRY_MS = 100;

/** See {@linkcode Log}. */
export class NatsLog implements Log {
  readonly identity: string;
  readonly #connection: NatsConnection;
  readonly #jetstream: JetStream;
  readonly #names: StreamNames;
  readonly #options: NatsLogOptions;
  readonly #followers = new Set<NatsFollower>();
  /** The last sequence that this object has appended or read. */
  #last = 0;
  /** The sequence of the last whole batch among these. */
  #lastBatch = 0;
  readonly #doubt: Doubt;
  #appending = false;
  #closed = false;
  readonly #pause = new Pause();

  private constructor(connection: NatsConnection, identity: string, options: NatsLogOptions) {
    this.#connection = connection;
    this.#jetstream = new JetStream(connection);
    this.identity = identity;
    this.#names = streamNames(options.cluster);
    this.#options = options;
    this.#doubt = new Doubt(this.#now);
  }

  get #now(): () => number {
    return this.#options.now ?? (() => performance.now());
  }

  /**
   * Opens the log, and creates it if it does not exist. It tries without end while the NATS servers are not ready,
   * until the connection is closed.
   *
   * @param connection Stays open when the log is closed.
   * @throws {NatsUnusable} If trying again does not help.
   * @throws The error of `propose`.
   */
  static async open(connection: NatsConnection, options: NatsLogOptions): Promise<NatsLog> {
    for (;;) {
      try {
        const { identity } = await openStream(connection, options);
        return new NatsLog(connection, identity, options);
      } catch (error) {
        if (error instanceof NothingProposed) throw error.cause;
        if (error instanceof NatsUnusable || connection.isClosed() || isBug(error)) throw error;
        options.troubled?.(error);
      }
      await delay(RETRY_MS);
    }
  }

  /** See `NodeLog`. */
  get behind(): number {
    return Math.max(0, ...[...this.#followers].map(({ behind }) => behind));
  }

  /**
   * Returns what the log has now. Once this object has read the whole log, the last sequence is that of a batch: the
   * beginning of a batch whose leader has died does not count.
   *
   * @throws The error of a call without an answer.
   */
  async range(): Promise<LogRange> {
    const range = await this.#range();
    return range.last === this.#last ? { ...range, last: this.#lastBatch } : range;
  }

  async #range(): Promise<LogRange> {
    return rangeOf(await this.#jetstream.info(this.#names.stream));
  }

  /**
   * See {@linkcode Log.append}. It tries without end while the NATS servers do not answer.
   *
   * @throws {LogClosed} After {@linkcode close}. Whether the batch is in the log is unknown then.
   * @throws {BatchTooLarge}
   */
  async append(batch: Batch): Promise<number> {
    if (this.#appending) throw new Error("only one batch may be in flight");
    const id = `${batch.run}.${batch.turn}`;
    const maxPayload = this.#connection.info?.max_payload ?? 2 ** 20;
    const chunks = splitBatch(id, encodeBatch(batch), maxPayload);
    this.#appending = true;
    try {
      for (const [index, chunk] of chunks.entries()) {
        await this.#store(chunk, `${id}.${index}`);
      }
      return this.#lastBatch = this.#last;
    } finally {
      this.#appending = false;
    }
  }

  /** See {@linkcode Log.follow}. */
  follow(from: LogPlace, onBatch: OnBatch): NatsFollower {
    const { troubled = () => {} } = this.#options;
    const follower = new NatsFollower(this.#connection, {
      stream: this.#names.stream,
      from,
      onBatch: (batch, sequence) => {
        this.#lastBatch = Math.max(this.#lastBatch, sequence);
        return onBatch(batch, sequence);
      },
      onSequence: (sequence) => this.#last = Math.max(this.#last, sequence),
      troubled,
      now: this.#now,
    });
    this.#followers.add(follower);
    const forget = () => this.#followers.delete(follower);
    follower.ended.then(forget, forget);
    this.#last = Math.max(this.#last, from.sequence);
    this.#lastBatch = Math.max(this.#lastBatch, from.sequence);
    return follower;
  }

  /**
   * Deletes the batches up to a sequence, because personal data was erased. The NATS servers remove them from their files
   * at once only if nothing is left; else with the rest of the file, which has up to 8 MB.
   *
   * @throws The error of a call without an answer.
   */
  async purge(upTo: number): Promise<void> {
    await this.#jetstream.call(`STREAM.PURGE.${this.#names.stream}`, { seq: upTo + 1 });
  }

  /** Stops all followers, and an append that waits for an answer. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#pause.end();
    await Promise.all([...this.#followers].map((follower) => follower.stop()));
  }

  // Stores one message behind the last one, however often it takes.
  async #store(payload: Uint8Array, id: string): Promise<void> {
    const last = this.#last;
    for (;;) {
      if (this.#closed) throw new LogClosed("the log was closed");
      try {
        await this.#jetstream.publish(this.#names.subject, payload, { last, id });
        break;
      } catch (error) {
        if (isBug(error)) throw error;
        if (await this.#isStored(error, last + 1, id)) break;
        this.#options.troubled?.(error);
      }
      await this.#pause.begin(RETRY_MS);
    }
    this.#doubt.clear();
    this.#last = last + 1;
  }

  /**
   * Whether a message that was refused is in the log from an earlier attempt, whose answer was lost.
   *
   * @throws {Deposed} If another message has its place.
   * @throws {LogGone}
   */
  async #isStored(error: unknown, expected: number, id: string): Promise<boolean> {
    const code = codeOf(error);
    const isRefused = code === JS_CODES.wrongLastSequence ||
      code === JS_CODES.wrongLastSequenceUnknown;
    if (!isRefused) return false;
    try {
      const { identity, last } = await this.#range();
      if (identity !== this.identity) throw madeAnew(this.identity, identity);
      if (last < expected - 1) throw this.#doubt.of(lostData(expected - 1, last));
      // A server that was just elected has refused it too early.
      if (last < expected) return false;
      if (await this.#jetstream.idOf(this.#names.stream, expected) === id) return true;
      throw new Deposed(`message ${id} was refused: another node has appended ${expected}`);
    } catch (reason) {
      if (reason instanceof Deposed || reason instanceof LogGone || isBug(reason)) throw reason;
      // Without an answer, the message is published again and refused again.
      return false;
    }
  }
}
