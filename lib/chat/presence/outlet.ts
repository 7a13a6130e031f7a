// The sending half of a session: adds to the output of the turn what the edge is to do for the connection.
import type { ConnectionView, Output } from "../../edge/edge.ts";
import type { CloseReason } from "../../net/peer.ts";
import { encodeLines } from "../../protocol/reply.ts";
import { Receipts } from "./receipts.ts";

/**
 * Returns the output to use instead if the turn is refused, if any.
 *
 * @param output The output that is replaced; `undefined` if there was none.
 */
export type Instead = (error: unknown, output: Output | undefined) => Output | undefined;

/** Options of a delivery. */
export interface DeliveryOptions {
  /** Called when the operating system has taken the lines; never if they are dropped. */
  readonly written?: (() => void) | undefined;
  readonly instead?: Instead;
}

/** Collects the output for the connections of one edge. It leaves when the turn is committed. */
export interface Out {
  /**
   * Adds an output to those of this turn.
   *
   * @param output May be missing if there is output only in case the turn is refused.
   */
  add(output: Output | undefined, instead?: Instead): void;
}

/** The sending half of a session. */
export abstract class Outlet {
  /** The connection, as its edge shows it. */
  readonly peer: ConnectionView;
  /** Where the output for the connection is collected. */
  readonly out: Out;
  #readsOneByOne = false;
  /** Why the connection is closed, or has ended. */
  #closing: CloseReason | undefined;
  /** Set while lines from other users are held back. Contains the user at the beginning. */
  #hold: { readonly user: object | undefined } | undefined;
  #receipts: Receipts | undefined;

  constructor(peer: ConnectionView, out: Out) {
    this.peer = peer;
    this.out = out;
  }

  /** The user of the connection. */
  abstract get user(): object | undefined;

  /** The number of the connection. */
  get id(): number {
    return this.peer.id;
  }

  /** Whether the connection has ended or is being closed. Then nothing that is sent arrives. */
  get closed(): boolean {
    return this.#closing !== undefined || this.peer.closed;
  }

  /** Why it is being closed, or has ended. */
  get closing(): CloseReason | undefined {
    return this.#closing;
  }

  /** Bytes that wait in its outbox. */
  get queuedBytes(): number {
    return this.peer.queuedBytes;
  }

  /** Whether missed lines are written one by one. */
  get readsOneByOne(): boolean {
    return this.#readsOneByOne;
  }

  /**
   * Writes missed lines one by one from now on. Some clients show only the last of several lines that they read at
   * once.
   */
  readOneByOne(): void {
    if (this.#readsOneByOne) return;
    this.#readsOneByOne = true;
    this.out.add({ kind: "apart", to: this.id });
  }

  /**
   * Adds lines that reply to this connection.
   *
   * @param written Called when the operating system has taken them.
   */
  send(bytes: Uint8Array, written?: () => void): void {
    if (bytes.length === 0) return;
    this.out.add({ kind: "reply", to: this.id, bytes, ...this.#receipt(written) });
  }

  /**
   * Adds lines that this connection has missed. If it {@linkcode readsOneByOne}, pass one line at a time.
   *
   * @param written Called when the lines are on their way to the client; never if they are dropped.
   */
  sendMissed(lines: string, written?: () => void): void {
    const bytes = encodeLines(lines);
    this.out.add({ kind: "missed", to: this.id, bytes, ...this.#receipt(written) });
  }

  /** Drops missed lines that wait to be written one by one. The edge reports the dropped ones. */
  forgetMissed(): void {
    if (this.#readsOneByOne) this.out.add({ kind: "forget", to: this.id });
  }

  /** Adds lines that other users caused. */
  deliver(bytes: Uint8Array, { written, instead }: DeliveryOptions = {}): void {
    const audience = [this.id];
    this.out.add(
      written === undefined
        ? { kind: "lines", audience, bytes }
        : { kind: "lines", audience, bytes, ...this.#receipt(written) },
      instead,
    );
  }

  /** Adds lines about the user of the connection. They are dropped if a login changes the user first. */
  deliverAbout(bytes: Uint8Array): void {
    this.out.add({ kind: "about", to: this.id, bytes });
  }

  /**
   * Numbers receipts from a random number on, because the connection was open under another leader: its edge may still
   * report receipts of that one.
   */
  beginReceipts(): void {
    this.#receipts = new Receipts(crypto.getRandomValues(new Uint32Array(1))[0]! * 2 ** 16);
  }

  /** The edge reports that the operating system has taken lines. */
  taken(receipt: number): void {
    this.#receipts?.taken(receipt);
  }

  /** The edge reports that it has dropped lines. */
  dropped(receipts: readonly number[]): void {
    this.#receipts?.drop(receipts);
  }

  /**
   * Holds back lines from other users while `work` runs, so that its reply is the next line. Some clients take the
   * first line after a login for its reply.
   */
  async replyFirst(work: () => Promise<void>): Promise<void> {
    if (this.#hold === undefined) {
      this.#hold = { user: this.user };
      this.out.add({ kind: "hold", to: this.id });
    }
    try {
      await work();
    } finally {
      this.#release();
    }
  }

  /** Sends what was held back, because the connection is closed or has ended. */
  releaseHeld(): void {
    if (this.#hold !== undefined) this.#release();
    if (this.#readsOneByOne) this.out.add({ kind: "hurry", to: this.id });
  }

  /** Closes the connection once everything that was sent to it has been written. */
  close(reason: CloseReason): void {
    if (this.closed) return;
    this.#closing = reason;
    this.out.add({ kind: "close", to: this.id, reason });
  }

  /** The connection has ended. @returns The reason: that of `close` if it was called first. */
  ended(reason: CloseReason): CloseReason {
    return this.#closing ??= reason;
  }

  #release(): void {
    if (this.#hold === undefined) return;
    const sameUser = this.#hold.user === this.user;
    this.#hold = undefined;
    this.out.add({ kind: "release", to: this.id, sameUser });
  }

  #receipt(written: (() => void) | undefined): { receipt?: number } {
    return written === undefined
      ? {}
      : { receipt: (this.#receipts ??= new Receipts()).add(written) };
  }
}
