// The connection of one client over a byte stream (TCP, TLS, a Unix socket). It reads lines, owns the outbox, and
// closes in an orderly way.
import { setImmediate } from "node:timers";
import type { ByteStream } from "./byte_stream.ts";
import { LineReader, type LineReaderOptions } from "./line_reader.ts";
import { Outbox, type OutboxEvents } from "./outbox.ts";
import type { CloseReason, LineConsumer, Peer, PeerInfo } from "./peer.ts";
import { bufferAhead, firstBuffer, LARGE_READ, nextBuffer } from "./read_buffer.ts";
import { type ByteLimits, ReadPace } from "./turns/read_pace.ts";

/** Bounds of one connection; 0 means no bound. */
export interface ConnectionLimits extends Partial<ByteLimits> {
  /** Longest line in bytes. */
  readonly lineBytes: number;
  /** Most bytes that may wait to be written. */
  readonly outboxBytes: number;
}

/** The settings of a connection. */
export interface ConnectionOptions extends ConnectionLimits, LineReaderOptions {
  /** Decides when writes begin. Without it, they begin at once. */
  readonly departures?: OutboxEvents["departures"];
}

// How long the client of a closing connection may take to read its last lines, and then to close its own half. The
// server waits because closing with unread input resets the connection, and the last line would be lost.
const DRAIN_MS = 5_000;
const LINGER_MS = 1_000;

/**
 * A connection. {@linkcode start} reads until the end of the input. The chat uses the other methods.
 *
 * Callbacks replace `await` here because each suspended async function holds some hundred bytes, and ten thousand
 * connections are idle at the same time.
 */
export class Connection implements Peer, OutboxEvents {
  readonly id: number;
  readonly address: string;
  readonly port: number;
  readonly secure: boolean;
  /** See {@linkcode OutboxEvents.departures}. */
  readonly departures: OutboxEvents["departures"];
  readonly #stream: ByteStream;
  readonly #lines: LineReader;
  readonly #outbox: Outbox;
  readonly #pace: ReadPace;
  #buffer = firstBuffer();
  #consumer: LineConsumer | undefined;
  #whenEnded: (connection: Connection) => void = () => {};
  #reason: CloseReason | undefined;
  #ended = false;
  #isEndTold = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Whether a request is being served. One read goes on meanwhile; its result waits in `#ahead`. */
  #serving = false;
  #ahead: number | null | undefined;
  #heardAt = performance.now();

  constructor(stream: ByteStream, info: PeerInfo, options: ConnectionOptions) {
    this.id = info.id;
    this.address = info.address;
    this.port = info.port;
    this.secure = info.secure ?? false;
    this.departures = options.departures;
    this.#stream = stream;
    this.#lines = new LineReader(this, options);
    this.#outbox = new Outbox(stream, options.outboxBytes, this);
    this.#pace = new ReadPace(options, () => this.#read());
  }

  /** See {@linkcode Peer.queuedBytes}. */
  get queuedBytes(): number {
    return this.#outbox.queuedBytes;
  }

  /** Bytes that the operating system has accepted so far. */
  get takenBytes(): number {
    return this.#outbox.takenBytes;
  }

  /** See {@linkcode Peer.heardAt}. */
  get heardAt(): number {
    return this.#heardAt;
  }

  /** See {@linkcode Peer.closed}. */
  get closed(): boolean {
    return this.#reason !== undefined;
  }

  /** See {@linkcode Peer.hungUp}. */
  get hungUp(): boolean {
    return this.#ahead === null;
  }

  /** See {@linkcode Peer.send}. */
  send(lines: Uint8Array, written?: () => void): void {
    this.#outbox.put(lines, written);
  }

  /** See {@linkcode Peer.close}. */
  close(reason: CloseReason): void {
    if (this.closed) return;
    this.#reason = reason;
    this.#timer = setTimeout(() => this.#destroy(), DRAIN_MS);
    this.#outbox.drain().then(() => this.#linger());
  }

  /** Ends the connection at once and discards the queued lines. */
  abort(reason: CloseReason): void {
    this.#reason ??= reason;
    this.#outbox.discard();
    this.#destroy();
  }

  /** See {@linkcode OutboxEvents.overflow}. */
  overflow(): void {
    this.abort("slow_consumer");
  }

  /** See {@linkcode OutboxEvents.failed}. */
  failed(error: unknown): void {
    this.abort(reasonOf(error));
  }

  /**
   * Begins to read.
   *
   * @param consumer Receives the lines, and learns when the connection ends.
   * @param whenEnded Called last, once the connection has ended and its socket is closed.
   */
  start(consumer: LineConsumer, whenEnded: (connection: Connection) => void): void {
    this.#consumer = consumer;
    this.#whenEnded = whenEnded;
    this.#read();
  }

  #read(): void {
    this.#stream.read(this.#buffer).then(this.#took, this.#end);
  }

  readonly #took = (count: number | null): void => {
    try {
      this.#heardAt = performance.now();
      if (this.#serving) {
        this.#ahead = count;
        return;
      }
      if (count === null) return this.#inputEnded();
      if (this.closed) return this.#readOn(count);
      const pending = this.#lines.take(this.#buffer.subarray(0, count), this.#consumer!);
      if (pending === undefined) this.#readOn(count);
      else this.#readAhead(pending, count);
    } catch {
      this.#end();
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
      // The bytes arrived when they were read, not now.
      const heardAt = this.#heardAt;
      this.#took(ahead);
      this.#heardAt = heardAt;
    }, this.#end);
  }

  #readOn(count: number): void {
    this.#buffer = nextBuffer(this.#buffer, count);
    this.#readPaced(count);
  }

  #readPaced(count: number): void {
    if (this.#ended) this.#read();
    else this.#pace.readOn(count, count === LARGE_READ);
  }

  // The client closed its sending half. It still receives the replies to its requests.
  #inputEnded(): void {
    let told: void | Promise<void>;
    if (!this.closed) {
      this.#reason = "client";
      this.#timer = setTimeout(() => this.#destroy(), DRAIN_MS);
      told = this.#lines.inTurn(() => this.#tellEnd("client"));
    }
    const drain = () => this.#outbox.drain().then(this.#end);
    // Replies are sent at the end of this turn, or later, once their messages are stored.
    setImmediate(() => told === undefined ? drain() : told.then(drain));
  }

  readonly #end = (error?: unknown): void => {
    const reason = this.#reason ??= reasonOf(error);
    this.#outbox.discard();
    this.#destroy();
    const whenEnded = this.#whenEnded;
    this.#whenEnded = () => {};
    // All users are told of each user who leaves. So when hundreds of connections end at once, they take turns.
    this.#lines.inTurn(() => {
      this.#tellEnd(reason);
      this.#consumer?.closed?.();
      this.#consumer = undefined;
      whenEnded(this);
    });
  };

  async #linger(): Promise<void> {
    if (this.#ended) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#destroy(), LINGER_MS);
    await this.#stream.closeWrite().catch(() => this.#destroy());
  }

  #tellEnd(reason: CloseReason): void | Promise<void> {
    if (this.#isEndTold) return;
    this.#isEndTold = true;
    return this.#consumer?.ended(reason);
  }

  #destroy(): void {
    clearTimeout(this.#timer);
    if (this.#ended) return;
    this.#ended = true;
    try {
      this.#stream.close();
    } catch {
      // The stream is already closed.
    }
    // Only a read reports the end of the connection, so a paused read must go on.
    this.#pace.hurry();
  }
}

/** Returns `timeout` if the kernel has given up on a peer that does not answer, and `error` for all other failures. */
function reasonOf(error: unknown): CloseReason {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return error instanceof Deno.errors.TimedOut || code === "ETIMEDOUT" ? "timeout" : "error";
}
