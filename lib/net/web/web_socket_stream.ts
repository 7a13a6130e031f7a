// Makes a WebSocket a byte stream of lines: text messages of the client are read as lines, and lines are written as
// frames.
import { ProtocolError } from "../../protocol/errors.ts";
import type { ByteStream, Queue } from "../byte_stream.ts";
import type { ConnectionLimits } from "../connection_limits.ts";
import type { CloseReason } from "../peer.ts";
import { ReadPace } from "../turns/read_pace.ts";
import { closeCodeOf, OPCODE } from "./close_codes.ts";
import { FrameReader } from "./frame_reader.ts";
import { closeFrame, controlFrame, type Frames } from "./frames.ts";

/** The parts that all WebSockets of a server share. */
export interface WebSocketShared {
  readonly frames: Frames;
  readonly limits: Pick<ConnectionLimits, "lineBytes" | "bytesPerSecond" | "bytesBurst">;
  /** The open WebSockets. */
  readonly open: Set<WebSocketStream>;
}

const NOTHING = new Uint8Array(0);
const PING = controlFrame(OPCODE.ping, NOTHING);
// The maximum number of pongs that wait to be written. Of all further pings, the server answers only the last one.
const PONGS_MAX = 16;

/**
 * The server's side of a WebSocket, after the handshake.
 *
 * If the client sends a close frame or violates the RFC, `read` returns `null`, and {@linkcode closeWrite} answers with
 * a close frame. If a message is longer than the line limit, `read` rejects with `line_too_long`.
 */
export class WebSocketStream implements ByteStream {
  readonly #stream: ByteStream;
  readonly #shared: WebSocketShared;
  readonly #reader: FrameReader;
  #queue: Queue | undefined;
  #into: Uint8Array = NOTHING;
  /** Also reports failures, as a rejected promise. This saves a second function for each of ten thousand idle reads. */
  #resolve: ((count: number | null | Promise<number | null>) => void) | undefined;
  /** Limits the rate of bytes that complete no line. Most clients send only pongs of that kind. */
  #pace: ReadPace | undefined;
  #heardAt = performance.now();
  #pongs = 0;
  #lastPing: Uint8Array | undefined;
  /** Whether `read` has reported the end of the frames. */
  #isEndTold = false;
  /** Bytes of frames that were read and do not count as lines. */
  #unpaid = 0;
  #saidLast = false;
  #isLost = false;
  #isClosed = false;

  constructor(stream: ByteStream, shared: WebSocketShared) {
    this.#stream = stream;
    this.#shared = shared;
    this.#reader = new FrameReader(shared.limits.lineBytes);
    shared.open.add(this);
  }

  /** When the last byte arrived, in milliseconds of `performance.now()`. */
  get heardAt(): number {
    return this.#heardAt;
  }

  /** See {@linkcode ByteStream.owesAnswer}. */
  get owesAnswer(): boolean {
    return this.#reader.end !== undefined && !this.#saidLast;
  }

  /** See {@linkcode ByteStream.begin}. */
  begin(queue: Queue): void {
    this.#queue = queue;
  }

  /** See {@linkcode ByteStream.encode}. */
  encode(lines: Uint8Array): Uint8Array {
    return this.#shared.frames.of(lines);
  }

  read(into: Uint8Array): Promise<number | null> {
    const { end } = this.#reader;
    if (end !== undefined) {
      // The owner is closed by now: it drops these bytes, at its pace.
      if (this.#isEndTold) return this.#stream.read(into);
      this.#isEndTold = true;
      return end.kind === "too_long" ? Promise.reject(this.#tooLong()) : Promise.resolve(null);
    }
    this.#into = into;
    return new Promise((resolve) => {
      this.#resolve = resolve;
      const unpaid = this.#unpaid;
      this.#unpaid = 0;
      if (unpaid === 0) this.#readMore();
      else this.#readPaced(unpaid);
    });
  }

  write(frames: Uint8Array): number | Promise<number> {
    return this.#stream.write(frames);
  }

  async closeWrite(reason?: CloseReason): Promise<void> {
    const { end } = this.#reader;
    if (!this.#saidLast) {
      this.#saidLast = true;
      await this.#writeAll(closeFrame(end === undefined ? closeCodeOf(reason) : end.code));
    }
    // If the client has not sent its close frame yet, it must still answer the server's.
    if (end !== undefined) await this.#stream.closeWrite();
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#shared.open.delete(this);
    this.#stream.close();
    this.#pace?.hurry();
  }

  /** Sends a ping. */
  sendPing(): void {
    this.#queue?.put(PING);
  }

  /** Closes the connection of a client that has not answered a ping. */
  endLost(): void {
    this.#isLost = true;
    this.close();
  }

  /** See {@linkcode FrameEvents.ping}. */
  ping(payload: Uint8Array): void {
    if (this.#pongs === PONGS_MAX) {
      this.#lastPing = payload;
      return;
    }
    this.#pongs++;
    this.#queue?.put(controlFrame(OPCODE.pong, payload), () => this.#pongWritten());
  }

  #pongWritten(): void {
    this.#pongs--;
    const last = this.#lastPing;
    this.#lastPing = undefined;
    if (last !== undefined) this.ping(last);
  }

  #readMore(): void {
    this.#stream.read(this.#into.subarray(1)).then(this.#took, this.#failed);
  }

  readonly #took = (count: number | null): void => {
    if (count === null) return this.#resolve?.(null);
    this.#heardAt = performance.now();
    const lines = this.#reader.read(this.#into.subarray(0, count + 1), this);
    if (lines > 0) {
      // The reader of lines pays for the lines only. Frames and their padding are paid before the next read.
      if (count > 2 * lines) this.#unpaid = count - lines;
      return this.#resolve?.(lines);
    }
    if (this.#reader.end !== undefined) {
      return this.#resolve?.(this.read(this.#into));
    }
    this.#readPaced(count);
  };

  #readPaced(bytes: number): void {
    this.#pace ??= new ReadPace(this.#shared.limits, () => this.#readMore());
    this.#pace.readOn(bytes, false);
  }

  readonly #failed = (error: unknown): void => {
    const told = this.#isLost ? new Deno.errors.TimedOut("the client does not answer") : error;
    this.#resolve?.(Promise.reject(told));
  };

  #tooLong(): ProtocolError {
    const { lineBytes } = this.#shared.limits;
    return new ProtocolError("line_too_long", { places: { max: lineBytes, bytes: lineBytes + 1 } });
  }

  async #writeAll(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length;) at += await this.#stream.write(bytes.subarray(at));
  }
}
