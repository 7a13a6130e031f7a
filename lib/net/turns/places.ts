// A bounded number of places, fair between networks: where none is free, the network that holds most gives up
// its oldest.

/** How many places there are. */
export interface PlacesLimits {
  readonly total: number;
  /** Most that one network may hold. */
  readonly perNetwork: number;
}

interface Place {
  readonly holder: Holder;
  readonly since: number;
  readonly evict: () => void;
}

/** A network and what it holds, the oldest first. */
interface Holder {
  readonly network: string;
  readonly places: Set<Place>;
  /** How many of them are stale. */
  stale: number;
}

// A place that was held for longer weighs more: stalled connections give way to a class that connects at once.
const STALE_MS = 2_000;
const STALE_WEIGHT = 4;

/** Owns which network holds how many places. */
export class Places {
  readonly #limits: PlacesLimits;
  readonly #now: () => number;
  readonly #holders = new Map<string, Holder>();
  // In the order in which they were taken. Stale ones are in the counts of their holders instead.
  readonly #fresh = new Set<Place>();
  #size = 0;

  /** @param now A clock in milliseconds that only goes forward. */
  constructor(limits: PlacesLimits, now: () => number = () => performance.now()) {
    this.#limits = limits;
    this.#now = now;
  }

  /** Places taken. */
  get size(): number {
    return this.#size;
  }

  /**
   * Takes a place. Where none is free, another one is given up for it.
   *
   * @param evict Called, at most once, when this place has been given up for another.
   * @returns Gives the place back. May be called more than once.
   */
  take(network: string, evict: () => void): () => void {
    const held = this.#holders.get(network);
    if (held !== undefined && held.places.size >= this.#limits.perNetwork) this.#evictFrom(held);
    else if (this.#size >= this.#limits.total) this.#evictFrom(this.#heaviest());
    // An eviction may have removed the holder.
    const holder = this.#holders.get(network) ?? { network, places: new Set(), stale: 0 };
    this.#holders.set(network, holder);
    const place: Place = { holder, since: this.#now(), evict };
    holder.places.add(place);
    this.#fresh.add(place);
    this.#size++;
    return () => this.#release(place);
  }

  #release(place: Place): void {
    const { holder } = place;
    if (!holder.places.delete(place)) return;
    this.#size--;
    if (!this.#fresh.delete(place)) holder.stale--;
    if (holder.places.size === 0) this.#holders.delete(holder.network);
  }

  #evictFrom(holder: Holder): void {
    const [oldest] = holder.places;
    this.#release(oldest!);
    oldest!.evict();
  }

  #heaviest(): Holder {
    this.#noteStale();
    let heaviest: Holder | undefined;
    for (const holder of this.#holders.values()) {
      if (heaviest === undefined || weight(holder) > weight(heaviest)) heaviest = holder;
    }
    return heaviest!;
  }

  #noteStale(): void {
    const before = this.#now() - STALE_MS;
    for (const place of this.#fresh) {
      if (place.since > before) return;
      this.#fresh.delete(place);
      place.holder.stale++;
    }
  }
}

function weight({ places, stale }: Holder): number {
  return places.size + (STALE_WEIGHT - 1) * stale;
}
