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

  constructor(limits: AdmissionLimits) {
    this.#limits = limits;
  }

  /** Most open connections. */
  get most(): number {
    return this.#limits.connections === 0 ? Infinity : this.#limits.connections;
  }

  /** Open connections. */
  get total(): number {
    return this.#total;
  }

  /**
   * Counts a connection in, unless it is one too many.
   *
   * @param network The key the address counts under.
   * @returns `undefined` if it is admitted, else the limit that is reached.
   */
  admit(network: string): AdmissionLimit | undefined {
    const { connections, connectionsPerAddress } = this.#limits;
    const here = this.#byNetwork.get(network) ?? 0;
    if (connections > 0 && this.#total >= connections) return "connections";
    if (connectionsPerAddress > 0 && here >= connectionsPerAddress) {
      return "connections_per_address";
    }
    this.#total++;
    this.#byNetwork.set(network, here + 1);
    return undefined;
  }

  /**
   * Counts a connection in total only, unless it is one too many.
   *
   * @returns Counts it out, once.
   */
  hold(): (() => void) | undefined {
    const { connections } = this.#limits;
    if (connections > 0 && this.#total >= connections) return undefined;
    this.#total++;
    let isHeld = true;
    return () => {
      if (isHeld) this.#total--;
      isHeld = false;
    };
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
