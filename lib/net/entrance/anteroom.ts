// Where connections wait while they are made ready to bring lines: a bounded number, for a bounded time, fair
// between networks.
import { Places } from "../turns/places.ts";

/** How many may wait, and how long. */
export interface AnteroomLimits {
  readonly places: number;
  /** Most places of one network. */
  readonly perNetwork: number;
  /** In milliseconds. */
  readonly within: number;
}

/** Why a connection did not get through: it was too slow, or its network held most when all places were taken. */
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

/** A connection that waits. */
export interface Waiting {
  /** What it counts under. */
  readonly network: string;
  /** Closes it, upon which making it ready fails; called at most once. */
  readonly close: () => void;
}

/** Holds connections while they are made ready. */
export class Anteroom {
  readonly #limits: AnteroomLimits;
  readonly #places: Places;
  readonly #open = new Set<Waiting>();

  constructor(limits: AnteroomLimits) {
    this.#limits = limits;
    this.#places = new Places({ total: limits.places, perNetwork: limits.perNetwork });
  }

  /** Whether the room is too full for connections that will be rejected anyway. */
  get busy(): boolean {
    return this.#places.size * 2 > this.#limits.places;
  }

  /**
   * Holds a connection until `ready` settles.
   *
   * @throws {NotReady} where it was closed because it took too long, or to make room.
   * @throws What `ready` rejects with.
   */
  async hold<T>(waiting: Waiting, ready: Promise<T>): Promise<T> {
    let pushedOut: PushedOut | undefined;
    const pushOut = (reason: PushedOut) => {
      pushedOut = reason;
      if (this.#open.delete(waiting)) waiting.close();
    };
    this.#open.add(waiting);
    const leave = this.#places.take(waiting.network, () => pushOut("crowded"));
    const timer = setTimeout(() => pushOut("timeout"), this.#limits.within);
    try {
      return await ready;
    } catch (error) {
      throw pushedOut === undefined ? error : new NotReady(pushedOut);
    } finally {
      clearTimeout(timer);
      leave();
      this.#open.delete(waiting);
    }
  }

  /** Closes all that wait. */
  clear(): void {
    for (const { close } of this.#open) close();
    this.#open.clear();
  }
}
