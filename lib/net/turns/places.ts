// Shares a limited number of places fairly between networks. If no place is free, the network that holds the most
// gives up its oldest place.

/** The limits of places. */
export interface PlacesLimits {
  /** Number of places. */
  readonly total: number;
  /** Most places that one network may hold. */
  readonly perNetwork: number;
}

interface Place {
  readonly holder: Holder;
  readonly since: number;
  readonly evict: () => void;
}

/** A network and its places, the oldest first. */
interface Holder {
  readonly network: string;
  readonly places: Set<Place>;
  /** Number of its places that are stale. */
  stale: number;
}

// A place that is held for longer than this is stale and weighs more. So stalled connections lose their places to a
// class that connects at once.
const STALE_MS = 2_000;
const STALE_WEIGHT = 4;

/** The places and the networks that hold them. */
export class Places {
  readonly #limits: PlacesLimits;
  readonly #now: () => number;
  readonly #holders = new Map<string, Holder>();
  // The places that are not stale, in the order in which they were taken. Holders count their stale places.
  readonly #fresh = new Set<Place>();
  #size = 0;

  /** @param now A clock in milliseconds that never goes back. */
  constructor(limits: PlacesLimits, now: () => number = () => performance.now()) {
    this.#limits = limits;
    this.#now = now;
  }

  /** Number of places that are taken. */
  get size(): number {
    return this.#size;
  }

  /**
   * Takes a place for a network. If no place is free, another place is given up for it.
   *
   * @param evict Called when this place is given up for another; at most once.
   * @returns A function that gives the place back. It may be called more than once.
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
