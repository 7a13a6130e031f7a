// The way out of a connection: what the core has its edge do for it, put into the output of the turn.
import type { ConnectionView, Output } from "../../edge/edge.ts";
import type { CloseReason } from "../../net/peer.ts";
import { encodeLines } from "../../protocol/reply.ts";
import { Receipts } from "./receipts.ts";

/**
 * What takes the place of an output where its turn is refused, if anything does.
 *
 * @param output The output; `undefined` where there was none.
 */
export type Instead = (error: unknown, output: Output | undefined) => Output | undefined;

/** What a delivery may come with. */
export interface DeliveryOptions {
  /** Told when the operating system has taken the lines; never if they are thrown away. */
  readonly written?: (() => void) | undefined;
  readonly instead?: Instead;
}

/** Where what is for the connections of one edge is put. It leaves when the turn is committed. */
export interface Out {
  /**
   * Adds an output to those of this turn.
   *
   * @param output May be missing where there is something only if the turn is refused.
   */
  add(output: Output | undefined, instead?: Instead): void;
}

/** The sending half of a session. */
export abstract class Outlet {
  /** The connection, as its edge shows it. */
  readonly peer: ConnectionView;
  /** Where what is for the connection is put. */
  readonly out: Out;
  #readsOneByOne = false;
  /** Why it is closed, or has ended. */
  #closing: CloseReason | undefined;
  /** Set while what others cause is held back: the user for which it is. */
  #hold: { readonly user: object | undefined } | undefined;
  #receipts: Receipts | undefined;

  constructor(peer: ConnectionView, out: Out) {
    this.peer = peer;
    this.out = out;
  }

  /** Who the connection speaks for. */
  abstract get user(): object | undefined;

  /** The number of the connection. */
  get id(): number {
    return this.peer.id;
  }

  /** Whether it has ended or is about to: what is sent now reaches nobody. */
  get closed(): boolean {
    return this.#closing !== undefined || this.peer.closed;
  }

  /** Bytes that its outbox holds. */
  get queuedBytes(): number {
    return this.peer.queuedBytes;
  }

  /** Whether missed lines are written one by one. */
  get readsOneByOne(): boolean {
    return this.#readsOneByOne;
  }

  /** From now on, missed lines are written one by one: the client shows only the last line that it reads at once. */
  readOneByOne(): void {
    if (this.#readsOneByOne) return;
    this.#readsOneByOne = true;
    this.out.add({ kind: "apart", to: this.id });
  }

  /** Adds lines that answer this connection. */
  send(bytes: Uint8Array): void {
    if (bytes.length > 0) this.out.add({ kind: "reply", to: this.id, bytes });
  }

  /**
   * Adds lines of others that this connection has missed; one line where it {@linkcode readsOneByOne}.
   *
   * @param written Told when they are on their way to the client; never if they are thrown away.
   */
  sendMissed(lines: string, written?: () => void): void {
    const bytes = encodeLines(lines);
    this.out.add({ kind: "missed", to: this.id, bytes, ...this.#receipt(written) });
  }

  /** Has missed lines forgotten that wait to be written one by one. The edge reports whether there were any. */
  forgetMissed(): void {
    if (this.#readsOneByOne) this.out.add({ kind: "forget", to: this.id });
  }

  /** Adds lines that others caused. */
  deliver(bytes: Uint8Array, { written, instead }: DeliveryOptions = {}): void {
    const lines = { kind: "lines", audience: [this.id], bytes } as const;
    this.out.add({ ...lines, ...this.#receipt(written) }, instead);
  }

  /** Adds lines about the user that it speaks for. They are dropped if a login changes that first. */
  deliverAbout(bytes: Uint8Array): void {
    this.out.add({ kind: "about", to: this.id, bytes });
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
   * Keeps back what others cause while `work` runs, so that its reply is the next line: some clients
   * take whatever comes first for the reply to their login.
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

  /** Sends what was held back: the connection is about to end, or has ended. */
  releaseHeld(): void {
    if (this.#hold !== undefined) this.#release();
    if (this.#readsOneByOne) this.out.add({ kind: "hurry", to: this.id });
  }

  /** Has the connection closed, once it has what was sent to it. */
  close(reason: CloseReason): void {
    if (this.closed) return;
    this.#closing = reason;
    this.out.add({ kind: "close", to: this.id, reason });
  }

  /** The connection has ended. @returns Why: it may have been about to be closed. */
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
