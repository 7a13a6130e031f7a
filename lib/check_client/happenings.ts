// What happens on the connections, in order, and waiting for it.
import type { Clock } from "../ops/background.ts";
import type { Request } from "../protocol/request.ts";
import type { Link } from "./wire/link.ts";
import type { SentLine } from "./wire/sent_lines.ts";

/** One thing that happens. */
export type HappeningNow =
  | {
    readonly kind: "opened" | "closed" | "joined" | "written";
    readonly link: Link;
  }
  | {
    readonly kind: "line";
    readonly link: Link;
    readonly line: SentLine;
    /** The request; `undefined` if the server would refuse the line. */
    readonly request: Request | undefined;
  };

/** One thing that happened. `at` is in milliseconds of the clock. */
export type Happening = HappeningNow & { readonly at: number };

/** A line that has arrived. */
export type LineArrived = Extract<Happening, { kind: "line" }>;

/** Ends the run, whatever it waits for. */
export class RunOver extends Error {
  override readonly name = "RunOver";

  /** @param reason Why it ends. */
  constructor(readonly reason: OverReason) {
    super(reason);
  }
}

/** Ends one scene: the client is not connected, so there is nothing to check. */
export class NotReady extends Error {
  override readonly name = "NotReady";
}

/** Why a run ends early. */
export type OverReason = "nobody" | "time" | "flood" | "stopped";

/** Older happenings are forgotten. */
const KEPT_MAX = 2_000;

/** The happenings of one run. */
export class Happenings {
  #list: Happening[] = [];
  #next = 0;
  #wake = () => {};
  #over: RunOver | undefined;
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Adds what has happened. */
  add(happening: Happening): void {
    this.#list.push(happening);
    if (this.#list.length > KEPT_MAX) {
      this.#list.shift();
      this.#next = Math.max(0, this.#next - 1);
    }
    this.#wake();
  }

  /** Ends all waiting, now and later. */
  end(reason: OverReason): void {
    this.#over ??= new RunOver(reason);
    this.#wake();
  }

  /** Throws if the run has ended. */
  throwIfOver(): void {
    if (this.#over !== undefined) throw this.#over;
  }

  /** Forgets what has happened so far. */
  forget(): void {
    this.#list = [];
    this.#next = 0;
  }

  /**
   * Waits for the first happening that `pick` returns a value for. It begins where the wait before has ended.
   *
   * @param stop Tells when to give up, besides the time limit. Returns a function that cancels it.
   * @returns `undefined` after the time limit.
   * @throws {RunOver} if the run has ended.
   */
  async until<T>(
    pick: (happening: Happening) => T | undefined,
    milliseconds: number,
    stop: (run: () => void) => () => void = () => () => {},
  ): Promise<T | undefined> {
    let late = false;
    const giveUp = () => {
      late = true;
      this.#wake();
    };
    const cancels = [this.#clock.after(milliseconds, giveUp), stop(giveUp)];
    try {
      for (;;) {
        this.throwIfOver();
        while (this.#next < this.#list.length) {
          const found = pick(this.#list[this.#next++]!);
          if (found !== undefined) return found;
        }
        if (late) return undefined;
        const { promise, resolve } = Promise.withResolvers<void>();
        this.#wake = resolve;
        await promise;
      }
    } finally {
      for (const cancel of cancels) cancel();
    }
  }
}
