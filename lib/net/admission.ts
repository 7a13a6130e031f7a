// Limits the number of open connections, in total and for each network.

/** The limit that rejected a connection. */
export type AdmissionLimit = "connections" | "connections_per_address";

/** The limits; 0 means no limit. */
export interface AdmissionLimits {
  /** The maximum number of open connections. */
  readonly connections: number;
  /** The maximum number of open connections from one address (IPv6: one /64). */
  readonly connectionsPerAddress: number;
}

/** Counts open connections. Owns the counts: each `count`, and each `admit` that returns `undefined`, needs a `release`. */
export class Admission {
  readonly #limits: AdmissionLimits;
  readonly #byNetwork = new Map<string, number>();
  #total = 0;
  #ended = 0;
  #held = 0;

  constructor(limits: AdmissionLimits) {
    this.#limits = limits;
  }

  /** The maximum number of open connections. */
  get most(): number {
    return this.#limits.connections === 0 ? Infinity : this.#limits.connections;
  }

  /** The number of open connections, without held ones: see {@linkcode hold}. */
  get total(): number {
    return this.#total;
  }

  /** The number of admitted connections that have ended. */
  get ended(): number {
    return this.#ended;
  }

  /** The number of held connections: see {@linkcode hold}. */
  get held(): number {
    return this.#held;
  }

  /**
   * Admits and counts a connection, unless a limit has been reached.
   *
   * @param network The network that the address counts under, as `networkKey` returns it.
   * @returns `undefined` if the connection is admitted, otherwise the limit that has been reached.
   */
  admit(network: string): AdmissionLimit | undefined {
    const { connectionsPerAddress } = this.#limits;
    const here = this.#byNetwork.get(network) ?? 0;
    if (this.#isFull()) return "connections";
    if (connectionsPerAddress > 0 && here >= connectionsPerAddress) {
      return "connections_per_address";
    }
    this.count(network);
    return undefined;
  }

  /** Counts a connection that stays even over a limit. */
  count(network: string): void {
    this.#total++;
    this.#byNetwork.set(network, (this.#byNetwork.get(network) ?? 0) + 1);
  }

  /**
   * Counts a connection that is not the chat's yet, in total only, unless it is one too many.
   *
   * @returns Counts it out, once.
   */
  hold(): (() => void) | undefined {
    if (this.#isFull()) return undefined;
    this.#held++;
    let isHeld = true;
    return () => {
      if (isHeld) this.#held--;
      isHeld = false;
    };
  }

  #isFull(): boolean {
    return this.#total + this.#held >= this.most;
  }

  /** Subtracts a connection that was admitted before. */
  release(network: string): void {
    const here = this.#byNetwork.get(network) ?? 0;
    if (here === 0) return;
    this.#total--;
    this.#ended++;
    if (here === 1) this.#byNetwork.delete(network);
    else this.#byNetwork.set(network, here - 1);
  }
}
