// Queues lines for a connection that needs special treatment: lines of others wait for a reply, or missed lines
// are written one by one.
import { ApartWriter, type ApartWriterParts } from "./apart_writer.ts";

// A login waits for its turn to be hashed. Meanwhile, lines from a busy channel must not fill the memory. The
// lines are shared by all recipients. Once they are sent, the outbox counts them.
const HELD_MAX_BYTES = 4 * 2 ** 20;

/** Lines that wait until a reply has been sent. */
interface Held {
  readonly bytes: Uint8Array;
  readonly receipt: number | undefined;
  /** Whether they are about the user of the connection. */
  readonly isAbout: boolean;
}

/** The queue of one connection. */
export class Detour {
  readonly #parts: ApartWriterParts;
  #held: Held[] | undefined;
  #heldBytes = 0;
  #apart: ApartWriter | undefined;

  constructor(parts: ApartWriterParts) {
    this.#parts = parts;
  }

  /** Whether lines can go straight to the outbox again. */
  get isOver(): boolean {
    return this.#held === undefined && this.#apart === undefined;
  }

  /** Queues lines that reply to the connection. */
  reply(bytes: Uint8Array, receipt?: number): void {
    if (this.#apart === undefined) this.#parts.send(bytes, receipt);
    else this.#apart.put(bytes, receipt);
  }

  /** Queues lines that other users caused. */
  lines(bytes: Uint8Array, receipt?: number): void {
    if (this.#held === undefined) this.reply(bytes, receipt);
    else this.#hold(this.#held, { bytes, receipt, isAbout: false });
  }

  /** Queues lines about the user of the connection. */
  about(bytes: Uint8Array): void {
    if (this.#held === undefined) this.#parts.send(bytes);
    else this.#hold(this.#held, { bytes, receipt: undefined, isAbout: true });
  }

  /** Queues lines that the connection has missed: one line per call if they are written one by one. */
  missed(bytes: Uint8Array, receipt?: number): void {
    if (this.#apart === undefined) this.#parts.send(bytes, receipt);
    else this.#apart.putAlone(bytes, receipt);
  }

  /** Drops the missed lines that wait. @returns Their receipts; `undefined` if there were no lines. */
  forget(): number[] | undefined {
    return this.#apart?.forgetAlone();
  }

  /** Writes missed lines one by one from now on. */
  apart(): void {
    this.#apart ??= new ApartWriter(this.#parts);
  }

  /** Holds back lines from other users from now on. */
  hold(): void {
    this.#held ??= [];
  }

  /** Sends the lines that were held back. @param sameUser Whether the connection still has the same user. */
  release(sameUser: boolean): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    this.#heldBytes = 0;
    for (const { bytes, receipt, isAbout } of held) {
      if (sameUser || !isAbout) this.reply(bytes, receipt);
    }
  }

  /** Sends all waiting lines except missed ones, because the connection is about to end. */
  hurry(): void {
    this.release(true);
    this.#apart?.release();
  }

  #hold(held: Held[], lines: Held): void {
    held.push(lines);
    this.#heldBytes += lines.bytes.length;
    if (this.#heldBytes > HELD_MAX_BYTES) this.release(true);
  }
}
