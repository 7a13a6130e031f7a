// The stream between a connection to a directory and ldapts. It passes on whole messages that have been checked, and
// ends the connection when the directory sends anything else, or too much.
import { Buffer } from "node:buffer";
import { Duplex } from "node:stream";
import { BadMessage, checkMessage, messageSize } from "./ber.ts";

/** The maximum of one conversation. A search for one entry takes a few kilobytes. */
const TOTAL_MAX = 2 * 2 ** 20;
const MESSAGES_MAX = 2_000;
const READ_BYTES = 16 * 1024;

type Done = (error?: Error | null) => void;

/** Splits what arrives into messages. */
export class MessageReader {
  #header: number[] = [];
  #message: Uint8Array | undefined;
  #filled = 0;
  #total = 0;
  #messages = 0;

  /** Whether a message has begun and not ended. */
  get isInside(): boolean {
    return this.#header.length > 0 || this.#message !== undefined;
  }

  /**
   * Takes bytes as they arrived.
   *
   * @returns The messages that they complete.
   * @throws {BadMessage}
   */
  read(bytes: Uint8Array): Uint8Array[] {
    this.#total += bytes.length;
    if (this.#total > TOTAL_MAX) {
      throw new BadMessage(`expected at most ${TOTAL_MAX} bytes in one conversation`);
    }
    const whole: Uint8Array[] = [];
    for (let at = 0; at < bytes.length;) {
      if (this.#message === undefined) this.#begin(bytes[at++]!);
      else at += this.#fill(bytes.subarray(at));
      const message = this.#message;
      if (message === undefined || this.#filled < message.length) continue;
      if (++this.#messages > MESSAGES_MAX) {
        throw new BadMessage(`expected at most ${MESSAGES_MAX} messages in one conversation`);
      }
      whole.push(message);
      this.#message = undefined;
    }
    return whole;
  }

  #begin(byte: number): void {
    this.#header.push(byte);
    const size = messageSize(Uint8Array.from(this.#header));
    if (size === undefined) return;
    this.#message = new Uint8Array(size);
    this.#message.set(this.#header);
    this.#filled = this.#header.length;
    this.#header = [];
  }

  #fill(bytes: Uint8Array): number {
    const part = bytes.subarray(0, this.#message!.length - this.#filled);
    this.#message!.set(part, this.#filled);
    this.#filled += part.length;
    return part.length;
  }
}

/** The connection as ldapts sees it. It closes the connection when it is destroyed. */
export class CheckedStream extends Duplex {
  /** For ldapts: the stream is open from the beginning. */
  readonly connecting = false;
  /** For ldapts, too. */
  readonly readyState = "open";
  readonly #conn: Deno.Conn;
  readonly #reader = new MessageReader();
  readonly #buffer = new Uint8Array(READ_BYTES);

  /** @param conn The connection. The stream owns it. */
  constructor(conn: Deno.Conn) {
    super();
    this.#conn = conn;
  }

  override _read(): void {
    this.#receive().catch((error) => this.destroy(error));
  }

  // Reads until there is a message: Node calls `_read` again only after a `push`.
  async #receive(): Promise<void> {
    for (;;) {
      const count = await this.#conn.read(this.#buffer);
      if (count === null) return void this.push(null);
      const messages = this.#reader.read(this.#buffer.subarray(0, count));
      for (const message of messages) this.push(Buffer.from(checkMessage(message).message));
      if (messages.length > 0) return;
    }
  }

  override _write(chunk: Uint8Array, _encoding: string, done: Done): void {
    writeAll(this.#conn, chunk).then(() => done(), done);
  }

  override _destroy(error: Error | null, done: Done): void {
    close(this.#conn);
    done(error);
  }
}

/** Reads exactly one message. @throws {BadMessage} If more follows, or the connection ends. */
export async function readOne(conn: Deno.Conn): Promise<Uint8Array> {
  const reader = new MessageReader();
  const buffer = new Uint8Array(READ_BYTES);
  for (;;) {
    const count = await conn.read(buffer);
    if (count === null) throw new BadMessage("the server closed the connection");
    const [message, ...others] = reader.read(buffer.subarray(0, count));
    if (message === undefined) continue;
    if (others.length > 0 || reader.isInside) throw new BadMessage("got more than one message");
    return message;
  }
}

/** Writes all bytes. */
export async function writeAll(conn: Deno.Conn, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) at += await conn.write(bytes.subarray(at));
}

/** Closes a connection, which may be closed already. */
export function close(conn: Deno.Conn): void {
  try {
    conn.close();
  } catch {
    // It is closed.
  }
}
