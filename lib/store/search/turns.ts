// A bounded queue in which networks take turns. A network with many items delays only itself.

/** The maximum number of waiting items. */
export interface TurnLimits {
  readonly total: number;
  /** Per network. */
  readonly each: number;
}

/** Waiting items, by their network. */
export class Turns<T> {
  readonly #limits: TurnLimits;
  // The first key is next. After its turn, it moves to the end.
  readonly #waiting = new Map<string, T[]>();
  #size = 0;

  constructor(limits: TurnLimits) {
    this.#limits = limits;
  }

  /** The number of waiting items. */
  get size(): number {
    return this.#size;
  }

  /** Adds an item. @returns Whether there was room. */
  add(from: string, item: T): boolean {
    const own = this.#waiting.get(from);
    if (this.#size >= this.#limits.total || (own?.length ?? 0) >= this.#limits.each) return false;
    if (own === undefined) this.#waiting.set(from, [item]);
    else own.push(item);
    this.#size++;
    return true;
  }

  /** Removes and returns the oldest item of the network whose turn it is. */
  next(): T | undefined {
    const [first] = this.#waiting;
    if (first === undefined) return undefined;
    const [from, items] = first;
    const item = items.shift();
    this.#waiting.delete(from);
    if (items.length > 0) this.#waiting.set(from, items);
    this.#size--;
    return item;
  }

  /** Removes and returns all items. */
  clear(): T[] {
    const all = [...this.#waiting.values()].flat();
    this.#waiting.clear();
    this.#size = 0;
    return all;
  }
}
