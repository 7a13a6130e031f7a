// Reads one connection at its pace, and has its lines served.
import { setImmediate } from "node:timers";
import { ProtocolError } from "../protocol/errors.ts";
import type { ByteStream } from "./byte_stream.ts";
import { type LineOwner, LineReader, type LineReaderOptions } from "./line_reader.ts";
import type { LineConsumer } from "./peer.ts";
import { bufferAhead, firstBuffer, LARGE_READ, nextBuffer } from "./read_buffer.ts";
import { type ByteLimits, ReadPace } from "./turns/read_pace.ts";

/** The connection that is read. */
export interface ReadOwner extends LineOwner {
  /** Whether a write is in flight. */
  readonly isWriting: boolean;
  /** The other end has closed its half. */
  inputEnded(): void;
  /** Reading failed, or serving did. */
  readFailed(error?: unknown): void;
}

/** What a reading is made with. */
export interface ReadingOptions extends LineReaderOptions, Partial<ByteLimits> {}

/**
 * The reading half of a connection.
 *
 * It is written with callbacks where `await` would read better: each suspended async function holds some
 * hundred bytes, and ten thousand connections idle at once.
 */
export class Reading {
  readonly #stream: ByteStream;
  readonly #owner: ReadOwner;
  readonly #lines: LineReader;
  readonly #pace: ReadPace;
  #consumer: LineConsumer | undefined;
  #buffer = firstBuffer();
  /** Nothing is paced any more: the connection has ended, and only a read tells. */
  #isHurried = false;
  #isOver = false;
  /** A request is being served: what is read meanwhile waits, and an end is noticed. */
  #serving = false;
  #ahead: number | null | ProtocolError | undefined;
  #heardAt = performance.now();

  constructor(stream: ByteStream, owner: ReadOwner, options: ReadingOptions) {
    this.#stream = stream;
    this.#owner = owner;
    this.#lines = new LineReader(owner, options);
    this.#pace = new ReadPace(options, () => this.goOn());
  }

  /** See {@linkcode Peer.heardAt}. */
  get heardAt(): number {
    return this.#heardAt;
  }

  /** See {@linkcode Peer.hungUp}. */
  get hungUp(): boolean {
    return this.#ahead === null;
  }

  /** Begins to read. */
  start(consumer: LineConsumer): void {
    this.#consumer = consumer;
    this.goOn();
  }

  /** Reads once more. */
  goOn(): void {
    this.#stream.read(this.#buffer).then(this.#took, this.#notRead);
  }

  /** Ends pauses. */
  hurry(): void {
    this.#isHurried = true;
    this.#pace.hurry();
  }

  /** Reads no more: the stream is somebody else's. */
  stop(): void {
    this.#isOver = true;
  }

  /** Does something at once, or when it is the address's turn. */
  inTurn(work: () => void | Promise<void>): void | Promise<void> {
    return this.#lines.inTurn(work);
  }

  readonly #notRead = (error: unknown): void => {
    if (!(error instanceof ProtocolError)) return this.#owner.readFailed(error);
    // A stream with frames knows the length of a message before its first byte.
    if (this.#serving) {
      this.#ahead = error;
      return;
    }
    if (!this.#owner.closed) this.#consumer?.overlong(error);
    this.goOn();
  };

  readonly #took = (count: number | null, isSure = false): void => {
    // The system tells an error once. If it told a write, a read finds an end, and the write fails very soon.
    if (count === null && !isSure && this.#owner.isWriting) {
      return void setImmediate(() => setImmediate(() => this.#took(null, true)));
    }
    try {
      if (!this.#isHurried) this.#heardAt = performance.now();
      if (this.#serving) {
        this.#ahead = count;
        return;
      }
      if (count === null) return this.#owner.inputEnded();
      if (this.#owner.closed) return this.#readOn(count);
      const pending = this.#lines.take(this.#buffer.subarray(0, count), this.#consumer!);
      if (pending === undefined) this.#readOn(count);
      else this.#readAhead(pending, count);
    } catch {
      this.#owner.readFailed();
    }
  };

  // One more read goes on while a request waits for its turn, to notice that nobody waits for the answer.
  // The decoder still looks at the other buffer.
  #readAhead(pending: Promise<void>, count: number): void {
    this.#serving = true;
    this.#buffer = bufferAhead(this.#buffer);
    this.#readPaced(count);
    pending.then(() => {
      this.#serving = false;
      const ahead = this.#ahead;
      this.#ahead = undefined;
      if (ahead === undefined) return;
      if (ahead instanceof ProtocolError) return this.#notRead(ahead);
      // It was heard from when that was read, not now.
      const heardAt = this.#heardAt;
      this.#took(ahead, true);
      this.#heardAt = heardAt;
    }, () => this.#owner.readFailed());
  }

  #readOn(count: number): void {
    if (this.#isOver) return;
    this.#buffer = nextBuffer(this.#buffer, count);
    this.#readPaced(count);
  }

  #readPaced(count: number): void {
    if (this.#isHurried) this.goOn();
    else this.#pace.readOn(count, count === LARGE_READ);
  }
}
