// One client over a byte stream: reads lines, owns the outbox, and ends in an orderly way.
import { setImmediate } from "node:timers";
import type { ByteStream } from "./byte_stream.ts";
import { LineReader, type LineReaderOptions } from "./line_reader.ts";
import { Outbox, type OutboxEvents } from "./outbox.ts";
import type { CloseReason, LineConsumer, Peer, PeerInfo } from "./peer.ts";
import { bufferAhead, firstBuffer, LARGE_READ, nextBuffer } from "./read_buffer.ts";
import { type ByteLimits, ReadPace } from "./turns/read_pace.ts";

/** Bounds of one connection; 0 means none. */
export interface ConnectionLimits extends Partial<ByteLimits> {
  /** Longest line in bytes. */
  readonly lineBytes: number;
  /** Most bytes that may wait to be written. */
  readonly outboxBytes: number;
}

/** What a connection is made with. */
export interface ConnectionOptions extends ConnectionLimits, LineReaderOptions {
  /** Says when its writes begin; without them, at once. */
  readonly departures?: OutboxEvents["departures"];
}

// How long a closing connection may take to accept its last lines, and then to close its own half.
// Closing with unread input would reset the connection, and the last line would be lost.
const DRAIN_MS = 5_000;
const LINGER_MS = 1_000;

/**
 * A connection. {@linkcode start} reads until its end; the rest is the chat's half of it.
 *
 * It is written with callbacks where `await` would read better: each suspended async function holds some
 * hundred bytes, and ten thousand connections idle at once.
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
  /** A request is being served: what is read meanwhile waits, and an end is noticed. */
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

  /** Bytes that the operating system has taken so far. */
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

  /** Ends the connection at once; what is queued is thrown away. */
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
   * @param consumer Gets the lines, and is told of the end.
   * @param whenEnded Told when the connection has ended and its socket is closed; nothing follows.
   */
  start(consumer: LineConsumer, whenEnded: (connection: Connection) => void): void {
    this.#consumer = consumer;
    this.#whenEnded = whenEnded;
    this.#read();
  }

  #read(): void {
    this.#stream.read(this.#buffer).then(this.#took, this.#end);
  }

  readonly #took = (count: number | null, isSure = false): void => {
    // The system tells an error once. If it told a write, a read finds an end, and the write fails very soon.
    if (count === null && !isSure && this.#outbox.isWriting) {
      return void setImmediate(() => setImmediate(() => this.#took(null, true)));
    }
    try {
      if (!this.#ended) this.#heardAt = performance.now();
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
      // It was heard from when that was read, not now.
      const heardAt = this.#heardAt;
      this.#took(ahead, true);
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

  // The client closed its half: it still gets the replies to what it asked.
  #inputEnded(): void {
    let told: void | Promise<void>;
    if (!this.closed) {
      this.#reason = "client";
      this.#timer = setTimeout(() => this.#destroy(), DRAIN_MS);
      told = this.#lines.inTurn(() => this.#tellEnd("client"));
    }
    const drain = () => this.#outbox.drain().then(this.#end);
    // Replies come at the end of this turn, or when they are sure to be kept.
    setImmediate(() => told === undefined ? drain() : told.then(drain));
  }

  readonly #end = (error?: unknown): void => {
    const reason = this.#reason ??= reasonOf(error);
    this.#outbox.discard();
    this.#destroy();
    const whenEnded = this.#whenEnded;
    this.#whenEnded = () => {};
    // Everyone is told of each who leaves: connections that end by the hundred take turns as well.
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
      // The other end was faster.
    }
    // Only a read tells of the end.
    this.#pace.hurry();
  }
}

/** The kernel has given up on a peer that does not answer, or the connection failed in another way. */
function reasonOf(error: unknown): CloseReason {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return error instanceof Deno.errors.TimedOut || code === "ETIMEDOUT" ? "timeout" : "error";
}
