// A pause between two attempts that can be ended early.

/** Waits between attempts. One pause at a time. */
export class Pause {
  #end = () => {};

  /** Resolves after some milliseconds, or when {@linkcode end} is called. */
  begin(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      this.#end = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  /** Ends the pause, if there is one. */
  end(): void {
    this.#end();
  }
}
