// A bounded queue in which addresses take turns: one that asks much waits for itself, not others for it.

/** How many may wait. */
export interface TurnLimits {
  readonly total: number;
  /** For one address. */
  readonly each: number;
}

/** Items that wait, by the address they came from. */
export class Turns<T> {
  readonly #limits: TurnLimits;
  // The first key is next. One that has had its turn goes behind the others.
  readonly #waiting = new Map<string, T[]>();
  #size = 0;

  constructor(limits: TurnLimits) {
    this.#limits = limits;
  }

  /** How many wait. */
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

  /** Takes out the oldest item of the address whose turn it is. */
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

  /** Takes out everything. */
  clear(): T[] {
    const all = [...this.#waiting.values()].flat();
    this.#waiting.clear();
    this.#size = 0;
    return all;
  }
}
