// One connection of a client: reads its lines and writes to it, one line at a time, within limits.
import type { Limits } from "../checks.ts";
import type { Clock } from "../../ops/background.ts";
import { encodeLines } from "../../protocol/reply.ts";
import { type SentLine, SentLines } from "./sent_lines.ts";

/** What a link tells its owner. */
export interface LinkEvents {
  /** A line has arrived. */
  readonly line: (link: Link, line: SentLine) => void;
  /** Bytes have arrived; returns whether the link may go on. */
  readonly received: (bytes: number) => boolean;
  /** The connection has ended. Called once. */
  readonly closed: (link: Link) => void;
}

/** What waits to be written to a client that does not read. Beyond it, the connection is closed. */
const OUTBOX_BYTES = 256 * 1024;
const READ_BYTES = 16 * 1024;

/** A connection. */
export class Link {
  /** Whether the connection has ended. */
  ended = false;
  readonly #conn: Deno.Conn;
  readonly #limits: Limits;
  readonly #clock: Clock;
  readonly #events: LinkEvents;
  readonly #lines = new SentLines();
  #outbox: { bytes: Uint8Array; pauseMs: number }[] = [];
  #queued = 0;
  #writing: Promise<void> | undefined;
  #stopIdle = () => {};
  #endPause = () => {};
  /** Resolves when the connection has ended and nothing runs for it any more. */
  readonly done: Promise<void>;

  /** Starts to read. */
  constructor(conn: Deno.Conn, parts: { limits: Limits; clock: Clock; events: LinkEvents }) {
    this.#conn = conn;
    this.#limits = parts.limits;
    this.#clock = parts.clock;
    this.#events = parts.events;
    this.done = this.#read().then(() => this.#writing);
  }

  /** How many bytes wait for their newline. */
  get waiting(): number {
    return this.#lines.waiting;
  }

  /** Writes a line, after a pause that lets the line before it arrive alone. */
  send(line: string): void {
    this.sendPieces([line], this.#limits.gapMs);
  }

  /** Writes pieces of lines, each in a packet of its own, with a pause in milliseconds after each. */
  sendPieces(pieces: readonly string[], pauseMs: number): void {
    if (this.ended) return;
    for (const piece of pieces) {
      const bytes = encodeLines(piece);
      this.#queued += bytes.length;
      this.#outbox.push({ bytes, pauseMs });
    }
    if (this.#queued > OUTBOX_BYTES) return this.close();
    this.#writing ??= this.#write();
  }

  /** Resolves once what waits is written, or the connection has ended. */
  async written(): Promise<void> {
    await this.#writing;
  }

  /** Closes the connection once what waits is written. */
  async end(): Promise<void> {
    await this.written();
    this.close();
  }

  /** Closes the connection at once. */
  close(): void {
    if (this.ended) return;
    this.ended = true;
    this.#stopIdle();
    this.#endPause();
    this.#outbox = [];
    try {
      this.#conn.close();
    } catch {
      // The client has closed it already.
    }
    this.#events.closed(this);
  }

  async #read(): Promise<void> {
    const buffer = new Uint8Array(READ_BYTES);
    try {
      while (!this.ended) {
        const count = await this.#conn.read(buffer);
        if (count === null || this.ended) break;
        this.#stopIdle();
        if (!this.#events.received(count)) break;
        this.#take(this.#lines.push(buffer.subarray(0, count)));
        if (this.#lines.waiting > 0) this.#watchIdle();
      }
    } catch {
      // The client has reset the connection.
    }
    // A client that closes without a newline has sent a line nevertheless.
    if (!this.ended) this.#take(this.#lines.unfinished());
    this.close();
  }

  #take(lines: Iterable<SentLine>): void {
    for (const line of lines) {
      if (this.ended) return;
      this.#events.line(this, line);
      if (line.faults.includes("too_long")) return this.close();
    }
  }

  #watchIdle(): void {
    this.#stopIdle = this.#clock.after(
      this.#limits.idleMs,
      () => this.#take(this.#lines.unfinished()),
    );
  }

  async #write(): Promise<void> {
    try {
      for (let next = this.#outbox.shift(); next !== undefined; next = this.#outbox.shift()) {
        let { bytes } = next;
        this.#queued -= bytes.length;
        while (bytes.length > 0) bytes = bytes.subarray(await this.#conn.write(bytes));
        if (next.pauseMs > 0) await this.#pause(next.pauseMs);
      }
    } catch {
      this.close();
    }
    this.#writing = undefined;
  }

  #pause(milliseconds: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const cancel = this.#clock.after(milliseconds, resolve);
    this.#endPause = () => {
      cancel();
      resolve();
    };
    return promise;
  }
}
