// One client over a byte stream: reads lines, owns the outbox, and ends in an orderly way.
import { setImmediate } from "node:timers";
import type { Visit } from "./arrival.ts";
import type { ByteStream } from "./byte_stream.ts";
import type { ConnectionLimits } from "./connection_limits.ts";
import { Outbox, type OutboxEvents } from "./outbox.ts";
import type { CloseReason, LineConsumer, Peer, PeerInfo } from "./peer.ts";
import { Reading, type ReadingOptions, type ReadOwner } from "./reading.ts";

export type { ConnectionLimits };

/** Told that a connection brings no lines, and what was read of it. It is to be detached. */
export type Visited = (connection: Connection, visit: Pick<Visit, "kind" | "first">) => void;

/** What a connection is made with. */
export interface ConnectionOptions extends ConnectionLimits, ReadingOptions {
  /** Says when its writes begin; without them, at once. */
  readonly departures?: OutboxEvents["departures"];
  /** Takes it if it brings no lines; without this it ends then. */
  readonly visited?: Visited | undefined;
}

// How long a closing connection may take to accept its last lines, and then to close its own half.
// Closing with unread input would reset the connection, and the last line would be lost.
const DRAIN_MS = 5_000;
const LINGER_MS = 1_000;

/** A connection. {@linkcode start} reads until its end; the rest is the chat's half of it. */
export class Connection implements Peer, OutboxEvents, ReadOwner {
  readonly id: number;
  readonly address: string;
  readonly port: number;
  readonly secure: boolean;
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

  /** Bytes that the operating system has taken so far. */
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
    this.#reading.start(consumer);
  }

  /** See {@linkcode LineOwner.visit}. */
  visit(kind: Visit["kind"], first: Uint8Array): void {
    if (this.#visited === undefined) this.abort("web");
    else this.#visited(this, { kind, first });
  }

  /** Ends this connection, but not its stream: that is the caller's from now on. */
  detach(): ByteStream {
    this.#reason = "web";
    clearTimeout(this.#timer);
    this.#ended = true;
    this.#reading.stop();
    this.#end();
    return this.#stream;
  }

  /** See {@linkcode ReadOwner.isWriting}. */
  get isWriting(): boolean {
    return this.#outbox.isWriting;
  }

  /** See {@linkcode ReadOwner.readFailed}. */
  readFailed(error?: unknown): void {
    this.#end(error);
  }

  /** See {@linkcode ReadOwner.inputEnded}: the client still gets the replies to what it asked. */
  inputEnded(): void {
    let told: void | Promise<void>;
    if (!this.closed) {
      this.#reason = "client";
      this.#timer = setTimeout(() => this.#destroy(), DRAIN_MS);
      told = this.#reading.inTurn(() => this.#tellEnd("client"));
    }
    const drain = () => this.#outbox.drain().then(this.#answerEnd);
    // Replies come at the end of this turn, or when they are sure to be kept.
    setImmediate(() => told === undefined ? drain() : told.then(drain));
  }

  readonly #answerEnd = (): void => {
    if (this.#ended || !this.#stream.owesAnswer) return this.#end();
    // The answer is the last thing that is written, and what else was sent is read until the other end closes.
    this.#linger();
    this.#reading.goOn();
  };

  readonly #end = (error?: unknown): void => {
    const reason = this.#reason ??= reasonOf(error);
    this.#outbox.discard();
    this.#destroy();
    const whenEnded = this.#whenEnded;
    this.#whenEnded = () => {};
    // Everyone is told of each who leaves: connections that end by the hundred take turns as well.
    this.#reading.inTurn(() => {
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
      // The other end was faster.
    }
    // Only a read tells of the end.
    this.#reading.hurry();
  }
}

/** The kernel has given up on a peer that does not answer, or the connection failed in another way. */
function reasonOf(error: unknown): CloseReason {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return error instanceof Deno.errors.TimedOut || code === "ETIMEDOUT" ? "timeout" : "error";
}
