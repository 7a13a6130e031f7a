// One client over a byte stream (TCP, later TLS and Unix sockets): reads lines, owns the outbox, and
// ends in an orderly way.
import { decodeText, LineDecoder } from "../protocol/line_decoder.ts";
import { ProtocolError } from "../protocol/errors.ts";
import { Outbox } from "./outbox.ts";
import type { CloseReason, LineConsumer, Peer, PeerInfo } from "./peer.ts";

/** A stream of bytes in both directions, such as `Deno.TcpConn`. */
export interface ByteStream {
  read(into: Uint8Array): Promise<number | null>;
  write(bytes: Uint8Array): Promise<number>;
  closeWrite(): Promise<void>;
  close(): void;
}

/** Bounds of one connection; 0 means none. */
export interface ConnectionLimits {
  /** Longest line in bytes. */
  readonly lineBytes: number;
  /** Most bytes that may wait to be written. */
  readonly outboxBytes: number;
}

// Ten thousand idle connections each hold a read buffer: it is small until a client sends much.
const SMALL_READ = 1024;
const LARGE_READ = 32 * 1024;
// How long a closing connection may take to accept its last lines, and then to close its own half.
// Closing with unread input would reset the connection, and the last line would be lost.
const DRAIN_MS = 5_000;
const LINGER_MS = 1_000;

const METRICS_REQUEST = "GET_METRICS";

/** A connection. {@linkcode run} reads until its end; the rest is the chat's half of it. */
export class Connection implements Peer {
  readonly id: number;
  readonly address: string;
  readonly port: number;
  readonly #stream: ByteStream;
  readonly #decoder: LineDecoder;
  readonly #outbox: Outbox;
  #consumer: LineConsumer | undefined;
  #reason: CloseReason | undefined;
  #ended = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #heardLine = false;

  constructor(stream: ByteStream, info: PeerInfo, limits: ConnectionLimits) {
    this.id = info.id;
    this.address = info.address;
    this.port = info.port;
    this.#stream = stream;
    this.#decoder = new LineDecoder(limits.lineBytes);
    this.#outbox = new Outbox(stream, limits.outboxBytes, {
      overflow: () => this.abort("slow_consumer"),
      failed: () => this.abort("error"),
    });
  }

  /** See {@linkcode Peer.queuedBytes}. */
  get queuedBytes(): number {
    return this.#outbox.queuedBytes;
  }

  /** See {@linkcode Peer.closed}. */
  get closed(): boolean {
    return this.#reason !== undefined;
  }

  /** See {@linkcode Peer.send}. */
  send(lines: Uint8Array): void {
    this.#outbox.put(lines);
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

  /** Reads until the connection ends, and resolves when it has. Never rejects. */
  async run(consumer: LineConsumer): Promise<void> {
    this.#consumer = consumer;
    try {
      await this.#readAll(consumer);
      if (!this.closed) {
        // The client closed its half: it still gets the replies to what it asked.
        this.#reason = "client";
        this.#timer = setTimeout(() => this.#destroy(), DRAIN_MS);
        this.#tellEnd("client");
      }
      await this.#outbox.drain();
    } catch {
      this.#reason ??= "error";
    } finally {
      this.#tellEnd(this.#reason ?? "error");
      this.#outbox.discard();
      this.#destroy();
    }
  }

  async #readAll(consumer: LineConsumer): Promise<void> {
    let buffer = new Uint8Array(SMALL_READ);
    for (;;) {
      const count = await this.#stream.read(buffer);
      if (count === null) return;
      if (this.closed) continue;
      const readAt = performance.now();
      this.#decoder.push(buffer.subarray(0, count));
      const pending = this.#consumeLines(consumer, readAt);
      if (pending !== undefined) await pending;
      // The original exporter sends its request without a line end.
      if (!this.#heardLine && isMetricsRequest(this.#decoder.rest)) await consumer.metrics();
      buffer = nextBuffer(buffer, count);
    }
  }

  // Not async itself: most lines need no waiting, and an await each would cost a turn.
  #consumeLines(consumer: LineConsumer, readAt: number): void | Promise<void> {
    try {
      while (!this.closed) {
        const line = this.#decoder.next();
        if (line === undefined) return;
        const first = !this.#heardLine;
        this.#heardLine = true;
        const pending = first && line === METRICS_REQUEST
          ? consumer.metrics()
          : consumer.line(line, readAt);
        if (pending !== undefined) {
          return pending.then(() => this.#consumeLines(consumer, readAt));
        }
      }
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      consumer.overlong(error);
    }
  }

  async #linger(): Promise<void> {
    if (this.#ended) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#destroy(), LINGER_MS);
    await this.#stream.closeWrite().catch(() => this.#destroy());
  }

  #tellEnd(reason: CloseReason): void {
    const consumer = this.#consumer;
    this.#consumer = undefined;
    consumer?.ended(reason);
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
  }
}

function isMetricsRequest(bytes: Uint8Array): boolean {
  return bytes.length === METRICS_REQUEST.length && decodeText(bytes) === METRICS_REQUEST;
}

function nextBuffer(buffer: Uint8Array<ArrayBuffer>, filled: number): Uint8Array<ArrayBuffer> {
  if (filled === buffer.length && buffer.length < LARGE_READ) {
    return new Uint8Array(Math.min(LARGE_READ, buffer.length * 4));
  }
  return filled <= SMALL_READ && buffer.length > SMALL_READ ? new Uint8Array(SMALL_READ) : buffer;
}
