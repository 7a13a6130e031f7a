// Controls the position of the log, as the only code that does. The position is relative to a message, not in pixels.

/** What the position is relative to: the end, or a message and the distance of its top from the top of the log. */
export type Anchor =
  | { readonly at: "end" }
  | { readonly at: "message"; readonly id: number; readonly offset: number };

/** The callbacks of the log. */
export interface Watcher {
  /** Called when the user is near an end of the loaded messages. */
  readonly edge: (side: "older" | "newer") => void;
  /** Called with the greatest id on the screen. */
  readonly onScreen: (id: number | undefined) => void;
  /** Called with whether the last line of the log is on the screen. */
  readonly atEnd: (atEnd: boolean) => void;
}

/** The distance from the end within which the log follows new messages, in pixels. */
const END = 32;

/** Keeps the position of a log while its content and size change. */
export class LogScroll {
  readonly #box: HTMLElement;
  readonly #watcher: Watcher;
  readonly #sizes: ResizeObserver;
  #anchor: Anchor = { at: "end" };
  // The position set by this object. A scroll event at this position is not caused by the user.
  #own = -1;
  #frame = 0;

  /** Whether the newest messages are loaded. The log follows its end only then. */
  reachesPresent = true;

  constructor(box: HTMLElement, content: HTMLElement, watcher: Watcher) {
    this.#box = box;
    this.#watcher = watcher;
    this.#sizes = new ResizeObserver(() => this.restore());
    this.#sizes.observe(box);
    this.#sizes.observe(content);
    box.addEventListener("scroll", this.#scrolled, { passive: true });
  }

  get anchor(): Anchor {
    return this.#anchor;
  }

  close(): void {
    this.#sizes.disconnect();
    this.#box.removeEventListener("scroll", this.#scrolled);
    cancelAnimationFrame(this.#frame);
  }

  /** Replaces the anchor, and moves the log to it. */
  hold(anchor: Anchor): void {
    this.#anchor = anchor;
    this.restore();
  }

  /** Shows a message, or the next one after it, at a fraction of the log's height. */
  show(id: number, part = 0.3): void {
    this.hold({ at: "message", id, offset: Math.round(this.#box.clientHeight * part) });
  }

  /** Moves the log to its anchor. Must be called after every change of the content. */
  restore(): void {
    const box = this.#box;
    if (this.#anchor.at === "end") box.scrollTop = box.scrollHeight;
    else {
      const element = this.find(this.#anchor.id);
      if (element !== undefined) {
        const off = this.#topOf(element) - this.#anchor.offset;
        if (Math.abs(off) >= 0.5) box.scrollTop += off;
        // The log ends too early for the message to reach its place. Use the end as the anchor.
        const missing = this.#topOf(element) - this.#anchor.offset;
        if (missing > 1 && this.reachesPresent) this.#anchor = { at: "end" };
      }
    }
    this.#own = box.scrollTop;
    this.#reportSoon();
  }

  /** Returns the message with an id, or the next one after it. */
  find(id: number): HTMLElement | undefined {
    const exact = this.#box.querySelector<HTMLElement>(`[data-id="${id}"]`);
    if (exact !== null) return exact;
    const all = [...this.#box.querySelectorAll<HTMLElement>("[data-id]")];
    return all.find(({ dataset }) => Number(dataset.id) >= id) ?? all.at(-1);
  }

  readonly #scrolled = () => {
    if (Math.abs(this.#box.scrollTop - this.#own) < 1) return;
    this.#own = -1;
    this.#remember();
    this.#reportSoon();
  };

  #remember(): void {
    if (this.reachesPresent && this.#toEnd() <= END) {
      this.#anchor = { at: "end" };
      return;
    }
    const first = this.#visible().find((element) =>
      this.#topOf(element) + element.offsetHeight > 4
    );
    if (first === undefined) return;
    this.#anchor = { at: "message", id: Number(first.dataset.id), offset: this.#topOf(first) };
  }

  #toEnd(): number {
    return this.#box.scrollHeight - this.#box.scrollTop - this.#box.clientHeight;
  }

  #topOf(element: HTMLElement): number {
    return element.getBoundingClientRect().top - this.#box.getBoundingClientRect().top;
  }

  /** Returns the messages of all blocks that are at least partly on the screen. */
  #visible(): HTMLElement[] {
    const height = this.#box.clientHeight;
    const blocks = [...this.#box.querySelectorAll<HTMLElement>(".block")].filter((block) => {
      const top = this.#topOf(block);
      return top < height && top + block.offsetHeight > 0;
    });
    return blocks.flatMap((block) => [...block.querySelectorAll<HTMLElement>("[data-id]")]);
  }

  #reportSoon(): void {
    if (this.#frame !== 0) return;
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0;
      this.#report();
    });
  }

  #report(): void {
    const { scrollTop, clientHeight } = this.#box;
    if (clientHeight === 0) return;
    const toEnd = this.#toEnd();
    this.#watcher.atEnd(this.reachesPresent && toEnd <= END);
    // Request the next messages before the user reaches the end of the loaded ones.
    if (scrollTop < clientHeight * 2) this.#watcher.edge("older");
    if (toEnd < clientHeight * 2) this.#watcher.edge("newer");
    const shown = this.#visible().filter((element) => {
      const top = this.#topOf(element);
      return top < clientHeight - 16 && top + element.offsetHeight > 0;
    });
    const last = shown.at(-1);
    this.#watcher.onScreen(last === undefined ? undefined : Number(last.dataset.id));
  }
}
