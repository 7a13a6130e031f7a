// A log in memory. Batches pass through the real codec. Each follower reads at a pace of its own.
import { setImmediate } from "node:timers/promises";
import {
  type Batch,
  Deposed,
  type Follower,
  LogGone,
  type LogPlace,
  type OnBatch,
} from "../../lib/cluster/batch.ts";
import type { LogRange } from "../../lib/cluster/copies/place_check.ts";
import type { NodeLog } from "../../lib/cluster/node_parts.ts";
import { decodeBatch, encodeBatch } from "../../lib/cluster/batch_codec.ts";

/** What connects one node with the log. It can be cut. */
export class Line {
  #mended: PromiseWithResolvers<void> | undefined;

  get isCut(): boolean {
    return this.#mended !== undefined;
  }

  cut(): void {
    this.#mended ??= Promise.withResolvers();
  }

  mend(): void {
    this.#mended?.resolve();
    this.#mended = undefined;
  }

  /** Resolves when it is not cut. */
  async well(): Promise<void> {
    await this.#mended?.promise;
  }
}

/** The batches of a log that several nodes share. */
export class MemoryLog {
  readonly #batches: (Uint8Array | undefined)[] = [];
  /** The sequence of the first batch that was not purged. */
  first = 1;
  #wake = Promise.withResolvers<void>();

  /** The sequence of the last batch. */
  get last(): number {
    return this.#batches.length;
  }

  /** The batches so far. */
  get batches(): Batch[] {
    return this.#batches.filter((batch) => batch !== undefined).map(decodeBatch);
  }

  /** Returns the log as one node sees it. @param known The sequence of the last batch that it has read. */
  open(known = 0, line = new Line()): NodeLog {
    return new OpenLog(this, known, line);
  }

  /** Stores a batch behind the last one. @throws {Deposed} if the writer has not read that one. */
  store(bytes: Uint8Array, known: number): number {
    if (known !== this.last) throw new Deposed("another node has appended");
    this.#batches.push(bytes);
    this.#wake.resolve();
    this.#wake = Promise.withResolvers();
    return this.last;
  }

  /** See `NodeLog.purge`. */
  purge(upTo: number): void {
    this.#batches.fill(undefined, 0, upTo);
    this.first = Math.max(this.first, upTo + 1);
  }

  /** See `Log.follow`. */
  follow(
    { sequence }: LogPlace,
    onBatch: OnBatch,
    line: Line,
  ): Follower & { readonly isWell: boolean } {
    let isStopped = false;
    let read = sequence;
    const stopping = Promise.withResolvers<void>();
    const run = async () => {
      while (!isStopped) {
        if (read + 1 < this.first) throw new LogGone(`the log begins at ${this.first}`);
        const bytes = this.#batches[read];
        if (bytes === undefined) {
          await Promise.race([this.#wake.promise, stopping.promise]);
          continue;
        }
        await setImmediate();
        await Promise.race([line.well(), stopping.promise]);
        if (isStopped) return;
        await onBatch(decodeBatch(bytes), read + 1);
        read++;
      }
    };
    const ended = run();
    return {
      get sequence() {
        return read;
      },
      get isWell() {
        return !line.isCut;
      },
      ended,
      async stop() {
        isStopped = true;
        stopping.resolve();
        await ended;
      },
    };
  }
}

/** The log as one node sees it. */
class OpenLog implements NodeLog {
  readonly identity = "memory";
  readonly #log: MemoryLog;
  readonly #line: Line;
  #known: number;

  constructor(log: MemoryLog, known: number, line: Line) {
    this.#log = log;
    this.#known = known;
    this.#line = line;
  }

  get behind(): number {
    return this.#log.last - this.#known;
  }

  range(): Promise<LogRange> {
    if (this.#line.isCut) return Promise.reject(new Error("the log does not answer"));
    const { first, last } = this.#log;
    return Promise.resolve({ identity: this.identity, first, last });
  }

  purge(upTo: number): Promise<void> {
    this.#log.purge(upTo);
    return Promise.resolve();
  }

  async append(batch: Batch): Promise<number> {
    const bytes = encodeBatch(batch).slice();
    await setImmediate();
    await this.#line.well();
    this.#known = this.#log.store(bytes, this.#known);
    // The answer takes time.
    await setImmediate();
    return this.#known;
  }

  follow(from: LogPlace, onBatch: OnBatch): Follower {
    return this.#log.follow(from, async (batch, sequence) => {
      await onBatch(batch, sequence);
      this.#known = Math.max(this.#known, sequence);
    }, this.#line);
  }
}
