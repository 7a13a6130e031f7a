// Holds connections until they are ready to send lines. The number of connections and the time are limited, and the
// places are shared fairly between networks.
import { Places } from "../turns/places.ts";

/** How many connections may wait, and for how long. */
export interface AnteroomLimits {
  /** Most connections that may wait. */
  readonly places: number;
  /** Most connections of one network that may wait. */
  readonly perNetwork: number;
  /** Most time that a connection may wait, in milliseconds. */
  readonly within: number;
}

/** Why a waiting connection was closed: it took too long, or all places were taken and its network held the most. */
export const PUSHED_OUT = ["timeout", "crowded"] as const;

/** One of {@linkcode PUSHED_OUT}. */
export type PushedOut = typeof PUSHED_OUT[number];

/** The error for a connection that was closed while it waited. */
export class NotReady extends Error {
  override readonly name = "NotReady";

  constructor(readonly reason: PushedOut) {
    super(reason === "timeout" ? "it took too long" : "too many others were waiting");
  }
}

/** A connection that waits. */
export interface Waiting {
  /** The network that the connection counts under. */
  readonly network: string;
  /** Closes the connection, so that making it ready fails. Called at most once. */
  readonly close: () => void;
}

/** The connections that are being made ready. */
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
   * @throws {NotReady} if the connection was closed because it took too long, or to free a place.
   * @throws The error that `ready` rejects with.
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

  /** Closes all waiting connections. */
  clear(): void {
    for (const { close } of this.#open) close();
    this.#open.clear();
  }
}
