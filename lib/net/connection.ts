// The connection of one client over a byte stream (TCP, TLS, a Unix socket). It reads lines, owns the outbox, and
// closes in an orderly way.
import { setImmediate } from "node:timers";
import type { Visit } from "./arrival.ts";
import type { ByteStream } from "./byte_stream.ts";
import type { ConnectionLimits } from "./connection_limits.ts";
import { Outbox, type OutboxEvents } from "./outbox.ts";
import type { CloseReason, LineConsumer, Peer, PeerInfo } from "./peer.ts";
import { Reading, type ReadingOptions, type ReadOwner } from "./reading.ts";

export type { ConnectionLimits };

/** Called when the first bytes of a connection are not lines, with the bytes read so far. The callee detaches it. */
export type Visited = (connection: Connection, visit: Pick<Visit, "kind" | "first">) => void;

/** The settings of a connection. */
export interface ConnectionOptions extends ConnectionLimits, ReadingOptions {
  /** Decides when writes begin. Without it, they begin at once. */
  readonly departures?: OutboxEvents["departures"];
  /** Called if the first bytes are not lines. Without it, such a connection is closed. */
  readonly visited?: Visited | undefined;
}

// How long the client of a closing connection may take to read its last lines, and then to close its own half. The
// server waits because closing with unread input resets the connection, and the last line would be lost.
const DRAIN_MS = 5_000;
const LINGER_MS = 1_000;

/** A connection. {@linkcode start} reads until the end of the input. The chat uses the other methods. */
export class Connection implements Peer, OutboxEvents, ReadOwner {
  readonly id: number;
  readonly address: string;
  readonly port: number;
  readonly secure: boolean;
  /** Whether the connection can only carry lines, as a WebSocket. */
  readonly bringsLines: boolean;
  /** See {@linkcode OutboxEvents.departures}. */
  readonly departures: OutboxEvents["departures"];
  readonly #stream: ByteStream;
  readonly #reading: Reading;
  readonly #outbox: Outbox;
  readonly #visited: Visited | undefined;
  #consumer: LineConsumer | undefined;
  #whenEnded: (connection: Connection) => void = () => {};
  #reason: CloseReason | undefined;
  #ended = false;
  #isEndTold = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(stream: ByteStream, info: PeerInfo, options: ConnectionOptions) {
    this.id = info.id;
    this.address = info.address;
    this.port = info.port;
    this.secure = info.secure ?? false;
    this.bringsLines = options.bringsLines ?? false;
    this.departures = options.departures;
    this.#stream = stream;
    this.#reading = new Reading(stream, this, options);
    this.#outbox = new Outbox(stream, options.outboxBytes, this);
    this.#visited = options.visited;
    stream.begin?.(this.#outbox);
  }

  /** See {@linkcode Peer.queuedBytes}. */
  get queuedBytes(): number {
    return this.#outbox.queuedBytes;
  }

  /** See {@linkcode Peer.takenBytes}. */
  get takenBytes(): number {
    return this.#outbox.takenBytes;
  }

  /** See {@linkcode Peer.heardAt}. */
  get heardAt(): number {
    return this.#reading.heardAt;
  }

  /** See {@linkcode Peer.closed}. */
  get closed(): boolean {
    return this.#reason !== undefined;
  }

  /** See {@linkcode Peer.hungUp}. */
  get hungUp(): boolean {
    return this.#reading.hungUp;
  }

  /** See {@linkcode Peer.send}. */
  send(lines: Uint8Array, written?: () => void): void {
    this.#outbox.put(this.#stream.encode?.(lines) ?? lines, written);
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
    this.#reading.start(consumer);
  }

  /** See {@linkcode LineOwner.visit}. */
  visit(kind: Visit["kind"], first: Uint8Array): void {
    if (this.#visited === undefined) this.abort("web");
    else this.#visited(this, { kind, first });
  }

  /** Ends this connection without closing its stream. The caller then owns the stream. */
  detach(): ByteStream {
    this.#reason = "web";
    clearTimeout(this.#timer);
    this.#ended = true;
    this.#reading.stop();
    this.#end();
    return this.#stream;
  }

  /** See {@linkcode ReadOwner.readFailed}. */
  readFailed(error?: unknown): void {
    this.#end(error);
  }

  /** See {@linkcode ReadOwner.inputEnded}. The client still receives the replies to its requests. */
  inputEnded(): void {
    let told: void | Promise<void>;
    if (!this.closed) {
      this.#reason = "client";
      this.#timer = setTimeout(() => this.#destroy(), DRAIN_MS);
      told = this.#reading.inTurn(() => this.#tellEnd("client"));
    }
    const drain = () => this.#outbox.drain().then(this.#answerEnd);
    // Replies are sent at the end of this turn, or later, once their messages are stored.
    setImmediate(() => told === undefined ? drain() : told.then(drain));
  }

  readonly #answerEnd = (): void => {
    if (this.#ended || !this.#stream.owesAnswer) return this.#end();
    // The answer is the last thing that the server writes. It still reads until the other end closes.
    this.#linger();
    this.#reading.goOn();
  };

  readonly #end = (error?: unknown): void => {
    const reason = this.#reason ??= reasonOf(error);
    this.#outbox.discard();
    const whenEnded = this.#whenEnded;
    this.#whenEnded = () => {};
    // Closing a socket takes 50 µs, and all users are told of each user who leaves. So when hundreds of connections
    // end at once, they take turns.
    this.#reading.inTurn(() => {
      this.#destroy();
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
    await this.#stream.closeWrite(this.#reason).catch(() => this.#destroy());
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
    this.#reading.hurry();
  }
}

/** Returns `timeout` if the kernel has given up on a peer that does not answer, and `error` for all other failures. */
function reasonOf(error: unknown): CloseReason {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return error instanceof Deno.errors.TimedOut || code === "ETIMEDOUT" ? "timeout" : "error";
}
