// The events that an edge sends to a leader, in order. They are kept until the leader has them, and sent again if the
// answer does not come. Later events wait for the answer, so an edge that reaches no leader knows that they never left.

/** Bytes of events after which a frame is full, so that the leader takes it in a few milliseconds. */
const FRAME_BYTES = 32 * 1024;

/** Sends some events. @param first The position of the first one. */
export type SendEvents = (first: number, events: readonly Uint8Array[]) => void;

/** The events of one session. */
export class Outgoing {
  readonly #send: SendEvents;
  /** The position of the first event that is kept. */
  #first = 1;
  #events: Uint8Array[] = [];
  /** How many of the events were sent. */
  #sent = 0;
  /** How many of them were ever sent. The leader may have these, even if they are sent again. */
  #left = 0;
  #bytes = 0;
  /** Whether to send more when the leader has what was sent. */
  #sendsMore = false;
  /** What {@linkcode tick} saw last. */
  #before = { first: 1, sent: 0 };

  constructor(send: SendEvents) {
    this.#send = send;
  }

  /** Bytes that are kept. */
  get bytes(): number {
    return this.#bytes;
  }

  /** The events that were never sent. */
  get unsent(): readonly Uint8Array[] {
    return this.#events.slice(this.#left);
  }

  /** Drops events that were never sent. */
  drop(events: ReadonlySet<Uint8Array>): void {
    const kept = this.unsent.filter((event) => !events.has(event));
    for (const { length } of this.#events.splice(this.#left, Infinity, ...kept)) {
      this.#bytes -= length;
    }
    for (const { length } of kept) this.#bytes += length;
  }

  /** Adds an event. {@linkcode flush} sends it. */
  add(event: Uint8Array): void {
    this.#events.push(event);
    this.#bytes += event.length;
  }

  /** Sends the events that were not sent yet. */
  flush(): void {
    this.#left = this.#events.length;
    this.#sendUpTo(this.#left);
  }

  #sendUpTo(end: number): void {
    while (this.#sent < end) {
      const begin = this.#sent;
      let bytes = 0;
      while (this.#sent < end && (bytes === 0 || bytes < FRAME_BYTES)) {
        bytes += this.#events[this.#sent++]!.length;
      }
      this.#send(this.#first + begin, this.#events.slice(begin, this.#sent));
    }
  }

  /**
   * Sends the events that were not sent yet as soon as the leader has those that were. So a lone event leaves at once,
   * and many leave in few frames.
   */
  flushWhenAnswered(): void {
    this.#sendsMore = this.#sent > 0;
    if (!this.#sendsMore) this.flush();
  }

  /** The leader has all events up to a position. */
  acknowledged(upTo: number): void {
    const count = Math.min(upTo + 1 - this.#first, this.#sent);
    if (count <= 0) return;
    for (const { length } of this.#events.splice(0, count)) this.#bytes -= length;
    this.#first += count;
    this.#sent -= count;
    this.#left -= count;
    if (!this.#sendsMore || this.#sent > 0) return;
    this.#sendsMore = false;
    this.flush();
  }

  /**
   * Called in regular intervals. Sends what was sent again if the leader has acknowledged nothing since the last call,
   * and an empty frame if there is nothing to send.
   */
  tick(): void {
    const { first, sent } = this.#before;
    if (sent > 0 && first === this.#first) this.#sent = 0;
    this.#sendUpTo(this.#left);
    if (this.#events.length === 0) this.#send(this.#first, []);
    else this.flushWhenAnswered();
    this.#before = { first: this.#first, sent: this.#sent };
  }
}
