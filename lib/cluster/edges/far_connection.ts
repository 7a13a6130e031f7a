// What an edge keeps of one of its connections while the core is in another process: the events that are not done,
// and what a new leader must know.
import type { ConnectionView, OpenOptions } from "../../edge/edge.ts";
import { networkKey } from "../../net/address.ts";
import {
  decodeEvent,
  type Described,
  encodeEvent,
  type LastingEvent,
  type Reading,
} from "./events.ts";

/** An event that is not done. */
interface Undone {
  readonly number: number;
  readonly bytes: Uint8Array;
  /** Bytes of its room in the inflow. */
  readonly room: number;
}

/** A line that was taken back. */
export interface TakenBack {
  readonly text: string;
  readonly readAt: number;
  /** The event that it was. */
  readonly bytes: Uint8Array;
  /** The room that it had in the inflow. */
  readonly room: number;
}

// A connection with this many events that are not done, or bytes of them, is not read.
const AHEAD_EVENTS = 64;
const AHEAD_BYTES = 64 * 1024;

/** A connection of an edge. */
export class FarConnection {
  readonly view: ConnectionView;
  /** The network that its address counts under. */
  readonly network: string;
  readonly options: OpenOptions;
  #undone: Undone[] = [];
  #last = 0;
  #done = 0;
  #room = 0;
  #whenRead: (() => void) | undefined;
  #reported: Reading;
  /** What a new leader needs to go on with its session. The log brings it. */
  state = new Uint8Array(0);
  /** The session of the link in which it was told to the leader; 0 if no leader can know it. */
  toldIn = 0;
  /** Whether it is closed. It is kept until its events are done. */
  isClosed = false;
  /** Whether no further leader is told of it: see `FarCore.forsake`. */
  isForsaken = false;

  constructor(view: ConnectionView, options: OpenOptions) {
    this.view = view;
    this.network = networkKey(view.address);
    this.options = options;
    this.#reported = readingOf(view);
  }

  /** The number of its last event that is done. */
  get done(): number {
    return this.#done;
  }

  /** Its events that are not done, oldest first. */
  get undone(): readonly Undone[] {
    return this.#undone;
  }

  /** Adds an event. @param room Bytes of its room in the inflow. @returns The event as bytes. */
  add(event: LastingEvent, room = 0): Uint8Array {
    const number = ++this.#last;
    // A copy, because the writer has reserved more.
    const bytes = encodeEvent({ connection: this.view.id, number, ...event }).slice();
    this.#undone.push({ number, bytes, room });
    this.#room += room;
    return bytes;
  }

  /** @returns A promise if no further line should be read before some are done. */
  pause(): Promise<void> | undefined {
    if (!this.#isAhead) return undefined;
    return new Promise((resolve) => this.#whenRead = resolve);
  }

  /** The events up to a number are done. @returns The room that they had. */
  finish(upTo: number): number {
    let room = 0;
    while (this.#undone.length > 0 && this.#undone[0]!.number <= upTo) {
      room += this.#undone.shift()!.room;
    }
    this.#room -= room;
    this.#done = Math.max(this.#done, upTo);
    if (!this.#isAhead) this.resume();
    return room;
  }

  /**
   * Takes back lines that are not done. A client that has ended is not answered any more, so its lines stay.
   *
   * @param isFree Whether no leader can have an event.
   * @returns The lines, oldest first.
   */
  takeBack(isFree: (event: Uint8Array) => boolean): TakenBack[] {
    const taken: TakenBack[] = [];
    const kept = this.#undone.filter(({ bytes, room }) => {
      const event = decodeEvent(bytes);
      if (event.kind !== "line" || !isFree(bytes)) return true;
      taken.push({ text: event.text, readAt: event.readAt, bytes, room });
      return false;
    });
    if (kept.some(({ bytes }) => decodeEvent(bytes).kind === "ended")) return [];
    this.#undone = kept;
    for (const { room } of taken) this.#room -= room;
    return taken;
  }

  /** Reads further lines, whatever is not done. */
  resume(): void {
    this.#whenRead?.();
    this.#whenRead = undefined;
  }

  /** Whether a leader is not told of it in a session of the link, because it is being closed. */
  isUntold(session: number): boolean {
    return this.isForsaken && this.toldIn !== session;
  }

  /** The connection as a leader that does not know it needs to see it. */
  describe(): Described {
    const { address, port, secure = false } = this.view;
    const { bringsLines = false, operator } = this.options;
    this.#reported = readingOf(this.view);
    return { address, port, secure, bringsLines, operator, ...this.#reported };
  }

  /** What changes while it is open, as of now. */
  read(): Reading {
    return this.#reported = readingOf(this.view);
  }

  /** Like {@linkcode read}, if it has changed since it was last reported. */
  readChanges(): Reading | undefined {
    const { queuedBytes, takenBytes, heardAt } = this.#reported;
    const { view } = this;
    const isSame = queuedBytes === view.queuedBytes && takenBytes === view.takenBytes &&
      heardAt === view.heardAt;
    return isSame ? undefined : this.read();
  }

  get #isAhead(): boolean {
    return this.#undone.length >= AHEAD_EVENTS || this.#room >= AHEAD_BYTES;
  }
}

function readingOf({ queuedBytes, takenBytes, heardAt }: ConnectionView): Reading {
  return { queuedBytes, takenBytes, heardAt };
}
