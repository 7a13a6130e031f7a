// Who may connect: counts the open connections, in total and for each network.

/** Which limit turned a connection away. */
export type AdmissionLimit = "connections" | "connections_per_address";

/** The bounds; 0 means none. */
export interface AdmissionLimits {
  /** Open connections in total. */
  readonly connections: number;
  /** Open connections from one address (IPv6: one /64). */
  readonly connectionsPerAddress: number;
}

/** Counts open connections. Owns the counts: each `admit` that returns `undefined` needs a `release`. */
export class Admission {
  readonly #limits: AdmissionLimits;
  readonly #byNetwork = new Map<string, number>();
  #total = 0;
  #held = 0;

  constructor(limits: AdmissionLimits) {
    this.#limits = limits;
  }

  /** Most open connections. */
  get most(): number {
    return this.#limits.connections === 0 ? Infinity : this.#limits.connections;
  }

  /** Open connections, but for those that are only held. */
  get total(): number {
    return this.#total;
  }

  /** Connections that are held: see {@linkcode hold}. */
  get held(): number {
    return this.#held;
  }

  /**
   * Counts a connection in, unless it is one too many.
   *
   * @param network The key the address counts under.
   * @returns `undefined` if it is admitted, else the limit that is reached.
   */
  admit(network: string): AdmissionLimit | undefined {
    const { connectionsPerAddress } = this.#limits;
    const here = this.#byNetwork.get(network) ?? 0;
    if (this.#isFull()) return "connections";
    if (connectionsPerAddress > 0 && here >= connectionsPerAddress) {
      return "connections_per_address";
    }
    this.#total++;
    this.#byNetwork.set(network, here + 1);
    return undefined;
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

  /** Counts a connection out. */
  release(network: string): void {
    const here = this.#byNetwork.get(network) ?? 0;
    if (here === 0) return;
    this.#total--;
    if (here === 1) this.#byNetwork.delete(network);
    else this.#byNetwork.set(network, here - 1);
  }
}
