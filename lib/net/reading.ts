// Reads one connection at the pace of its limits and passes its lines on.
import { ProtocolError } from "../protocol/errors.ts";
import type { ByteStream } from "./byte_stream.ts";
import { type LineOwner, LineReader, type LineReaderOptions } from "./line_reader.ts";
import type { LineConsumer } from "./peer.ts";
import { bufferAhead, firstBuffer, LARGE_READ, nextBuffer } from "./read_buffer.ts";
import { type ByteLimits, ReadPace } from "./turns/read_pace.ts";

/** The connection to read. */
export interface ReadOwner extends LineOwner {
  /** Called when the client has closed its sending half. */
  inputEnded(): void;
  /** Called when reading or serving has failed. */
  readFailed(error?: unknown): void;
}

/** Options of a reading. */
export interface ReadingOptions extends LineReaderOptions, Partial<ByteLimits> {}

/**
 * The reading half of a connection.
 *
 * Callbacks replace `await` here because each suspended async function holds some hundred bytes, and ten thousand
 * connections are idle at the same time.
 */
export class Reading {
  readonly #stream: ByteStream;
  readonly #owner: ReadOwner;
  readonly #lines: LineReader;
  readonly #pace: ReadPace;
  #consumer: LineConsumer | undefined;
  #buffer = firstBuffer();
  /** Whether reads no longer wait for the pace: the connection has ended, and a read must report the end. */
  #isHurried = false;
  #isOver = false;
  /** Whether a request is being served. One read goes on meanwhile; its result waits in `#ahead`. */
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

  /** Starts reading. */
  start(consumer: LineConsumer): void {
    this.#consumer = consumer;
    this.goOn();
  }

  /** Starts another read. */
  goOn(): void {
    this.#stream.read(this.#buffer).then(this.#took, this.#notRead);
  }

  /** Ends the pauses of the pace. */
  hurry(): void {
    this.#isHurried = true;
    this.#pace.hurry();
  }

  /** Stops reading: the stream has another owner now. */
  stop(): void {
    this.#isOver = true;
  }

  /** Does the work at once, or when it is the turn of the connection's address. */
  inTurn(work: () => void | Promise<void>): void | Promise<void> {
    return this.#lines.inTurn(work);
  }

  readonly #notRead = (error: unknown): void => {
    if (!(error instanceof ProtocolError)) return this.#owner.readFailed(error);
    // A stream with frames knows the length of a message before it reads the message.
    if (this.#serving) {
      this.#ahead = error;
      return;
    }
    if (!this.#owner.closed) this.#consumer?.overlong(error);
    this.goOn();
  };

  readonly #took = (count: number | null): void => {
    try {
      this.#heardAt = performance.now();
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

  // One more read goes on while a request waits for its turn, to notice when the client hangs up and no longer waits
  // for the reply. It uses a buffer of its own because the decoder still reads from the first one.
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
      // The bytes arrived when they were read, not now.
      const heardAt = this.#heardAt;
      this.#took(ahead);
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
