// The way of lines to a connection that needs one of its own: lines of others wait for a reply, or missed lines are
// written apart.
import { ApartWriter, type ApartWriterParts } from "./apart_writer.ts";

// A login waits for its turn to be hashed; a busy room must not fill the memory meanwhile. What is held is
// shared by all who hear it. Once it is sent, the outbox counts it.
const HELD_MAX_BYTES = 4 * 2 ** 20;

/** Lines that wait for a reply to go out first. */
interface Held {
  readonly bytes: Uint8Array;
  readonly receipt: number | undefined;
  /** They are about the user of the connection. */
  readonly isAbout: boolean;
}

/** The detour of one connection. */
export class Detour {
  readonly #parts: ApartWriterParts;
  #held: Held[] | undefined;
  #heldBytes = 0;
  #apart: ApartWriter | undefined;

  constructor(parts: ApartWriterParts) {
    this.#parts = parts;
  }

  /** Whether lines could as well go straight to the outbox. */
  get isOver(): boolean {
    return this.#held === undefined && this.#apart === undefined;
  }

  /** Queues lines that answer the connection. */
  reply(bytes: Uint8Array, receipt?: number): void {
    if (this.#apart === undefined) this.#parts.send(bytes, receipt);
    else this.#apart.put(bytes, receipt);
  }

  /** Queues lines that others caused. */
  lines(bytes: Uint8Array, receipt?: number): void {
    if (this.#held === undefined) this.reply(bytes, receipt);
    else this.#hold(this.#held, { bytes, receipt, isAbout: false });
  }

  /** Queues lines about the user of the connection. */
  about(bytes: Uint8Array): void {
    if (this.#held === undefined) this.#parts.send(bytes);
    else this.#hold(this.#held, { bytes, receipt: undefined, isAbout: true });
  }

  /** Queues lines that the connection has missed; one line where they are written apart. */
  missed(bytes: Uint8Array, receipt?: number): void {
    if (this.#apart === undefined) this.#parts.send(bytes, receipt);
    else this.#apart.putAlone(bytes, receipt);
  }

  /** Forgets missed lines that wait. @returns Their receipts; `undefined` where there were no lines. */
  forget(): number[] | undefined {
    return this.#apart?.forgetAlone();
  }

  /** From now on missed lines are written apart. */
  apart(): void {
    this.#apart ??= new ApartWriter(this.#parts);
  }

  /** From now on what others cause waits. */
  hold(): void {
    this.#held ??= [];
  }

  /** Sends what was held. @param sameUser Whether the connection still speaks for the same user. */
  release(sameUser: boolean): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    this.#heldBytes = 0;
    for (const { bytes, receipt, isAbout } of held) {
      if (sameUser || !isAbout) this.reply(bytes, receipt);
    }
  }

  /** Sends what waits, but for missed lines: the connection is about to end. */
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
