// Where connections wait that have to be made ready before they bring lines: a bounded number, for a
// bounded time. A flood of those that stall pushes out each other, since whoever is sincere is soon through.

/** How many may wait, and how long. */
export interface AnteroomLimits {
  readonly places: number;
  /** In milliseconds. */
  readonly within: number;
}

/** Why a connection did not get through: it was too slow, or it was the oldest when all places were taken. */
export const PUSHED_OUT = ["timeout", "crowded"] as const;

/** One of {@linkcode PUSHED_OUT}. */
export type PushedOut = typeof PUSHED_OUT[number];

/** A connection was closed while it waited. */
export class NotReady extends Error {
  override readonly name = "NotReady";

  constructor(readonly reason: PushedOut) {
    super(reason === "timeout" ? "it took too long" : "too many others were waiting");
  }
}

interface Guest {
  readonly close: () => void;
  pushedOut: PushedOut | undefined;
}

/** Holds connections while they are made ready. */
export class Anteroom {
  readonly #limits: AnteroomLimits;
  // In the order in which they came.
  readonly #guests = new Set<Guest>();

  constructor(limits: AnteroomLimits) {
    this.#limits = limits;
  }

  /** Whether so many wait that nobody should who will be turned away anyway. */
  get busy(): boolean {
    return this.#guests.size * 2 > this.#limits.places;
  }

  /**
   * Holds a connection until `ready` settles.
   *
   * @param close Closes the connection, upon which `ready` is to reject; called at most once.
   * @throws {NotReady} where it was closed for taking too long, or for others.
   * @throws What `ready` rejects with.
   */
  async hold<T>(close: () => void, ready: Promise<T>): Promise<T> {
    const guest: Guest = { close, pushedOut: undefined };
    if (this.#guests.size >= this.#limits.places) {
      const [oldest] = this.#guests;
      this.#pushOut(oldest!, "crowded");
    }
    this.#guests.add(guest);
    const timer = setTimeout(() => this.#pushOut(guest, "timeout"), this.#limits.within);
    try {
      return await ready;
    } catch (error) {
      throw guest.pushedOut === undefined ? error : new NotReady(guest.pushedOut);
    } finally {
      clearTimeout(timer);
      this.#guests.delete(guest);
    }
  }

  /** Closes all that wait. */
  clear(): void {
    for (const guest of this.#guests) guest.close();
    this.#guests.clear();
  }

  #pushOut(guest: Guest, reason: PushedOut): void {
    this.#guests.delete(guest);
    guest.pushedOut = reason;
    guest.close();
  }
}
