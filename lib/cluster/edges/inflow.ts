// Bounds the bytes of lines that an edge has sent to the leader and that are not done. Beyond the bound, connections
// are not read. Networks share it so that one of them never fills it.

/** The bound, in bytes. */
export const INFLOW_BYTES = 8 * 2 ** 20;

/** Bytes that a line takes besides its text. */
export const LINE_OVERHEAD = 128;

// Each return of bytes looks at this many networks, so that it takes the same time for ten thousand of them.
const LOOKS = 8;

interface Waiting {
  readonly bytes: number;
  readonly resolve: (hasRoom: boolean) => void;
}

/**
 * The bytes on their way. A network may have as many as stay free, so there is always room for another network: one
 * that floods has at most half, two have a third each.
 */
export class Inflow {
  readonly #most: number;
  #used = 0;
  readonly #byNetwork = new Map<string, number>();
  // The networks that wait, in the order of their turns.
  readonly #waiting = new Map<string, Waiting[]>();

  /** @param most The bound in bytes. */
  constructor(most = INFLOW_BYTES) {
    this.#most = most;
  }

  /** Bytes on their way. */
  get used(): number {
    return this.#used;
  }

  /** The largest number of bytes to take at once. */
  get largest(): number {
    return Math.floor(this.#most / 2);
  }

  /**
   * Takes room for some bytes.
   *
   * @returns A promise if they must wait. It resolves to whether they have room: see {@linkcode turnAway}.
   */
  take(network: string, bytes: number): Promise<boolean> | undefined {
    const queue = this.#waiting.get(network);
    if (queue === undefined && this.#fits(network, bytes)) {
      this.#add(network, bytes);
      return undefined;
    }
    return new Promise((resolve) => {
      if (queue === undefined) this.#waiting.set(network, [{ bytes, resolve }]);
      else queue.push({ bytes, resolve });
    });
  }

  /** Nothing waits for room any more, because it is served elsewhere. */
  turnAway(): void {
    const waiting = [...this.#waiting.values()].flat();
    this.#waiting.clear();
    for (const { resolve } of waiting) resolve(false);
  }

  /** Gives back the room of bytes that are done. */
  give(network: string, bytes: number): void {
    this.#add(network, -bytes);
    for (let looks = 0; looks < LOOKS && this.#waiting.size > 0; looks++) {
      if (!this.#serveNext()) return;
    }
  }

  /** @returns Whether the network after it may have its turn. */
  #serveNext(): boolean {
    const [network, queue] = this.#waiting.entries().next().value!;
    const { bytes, resolve } = queue[0]!;
    const fits = this.#fits(network, bytes);
    // Others would take the room that this network waits for.
    if (!fits && !this.#byNetwork.has(network)) return false;
    this.#waiting.delete(network);
    if (fits) {
      queue.shift();
      this.#add(network, bytes);
      resolve(true);
    }
    if (queue.length > 0) this.#waiting.set(network, queue);
    return true;
  }

  #fits(network: string, bytes: number): boolean {
    return this.#held(network) + bytes <= this.#most - this.#used - bytes;
  }

  #held(network: string): number {
    return this.#byNetwork.get(network) ?? 0;
  }

  #add(network: string, bytes: number): void {
    this.#used += bytes;
    const held = this.#held(network) + bytes;
    if (held === 0) this.#byNetwork.delete(network);
    else this.#byNetwork.set(network, held);
  }
}
