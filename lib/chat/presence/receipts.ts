// What waits for the edge's report that the operating system has taken lines, by the number of the report.

/** The receipts of one connection. */
export class Receipts {
  readonly #waiting = new Map<number, () => void>();
  #last = 0;

  /** Keeps something that is to run when lines are taken. @returns The receipt to give the lines. */
  add(taken: () => void): number {
    this.#waiting.set(++this.#last, taken);
    return this.#last;
  }

  /** The lines of a receipt were taken. */
  taken(receipt: number): void {
    const run = this.#waiting.get(receipt);
    this.#waiting.delete(receipt);
    run?.();
  }

  /** Lines were dropped. */
  drop(receipts: readonly number[]): void {
    for (const receipt of receipts) this.#waiting.delete(receipt);
  }
}
