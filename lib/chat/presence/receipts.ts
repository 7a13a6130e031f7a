// Keeps the functions that wait until the operating system has taken lines. The edge reports it by number.

/** The receipts of one connection. */
export class Receipts {
  readonly #waiting = new Map<number, () => void>();
  #last: number;

  /** @param last The number before the first receipt. */
  constructor(last = 0) {
    this.#last = last;
  }

  /** Keeps a function to run when lines are taken. @returns The receipt to pass with the lines. */
  add(taken: () => void): number {
    this.#waiting.set(++this.#last, taken);
    return this.#last;
  }

  /** The lines of a receipt have been taken. */
  taken(receipt: number): void {
    const run = this.#waiting.get(receipt);
    this.#waiting.delete(receipt);
    run?.();
  }

  /** Lines have been dropped. Their functions never run. */
  drop(receipts: readonly number[]): void {
    for (const receipt of receipts) this.#waiting.delete(receipt);
  }
}
