// Puts the events of an edge in order: frames may be missing, come twice, or overtake each other.

/** The events that a leader has received in one session. */
export class Incoming {
  #last = 0;

  /** The position of the last event. All events up to it were received. */
  get last(): number {
    return this.#last;
  }

  /**
   * Takes the events of a frame.
   *
   * @param first The position of the first one.
   * @returns The events that follow the last one. None if an event before them is missing; the edge sends them again.
   */
  take<T>(first: number, events: readonly T[]): readonly T[] {
    const known = this.#last + 1 - first;
    if (known < 0 || known >= events.length) return [];
    this.#last += events.length - known;
    return events.slice(known);
  }
}
