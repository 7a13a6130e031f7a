// The keys of a terminal in raw mode: text in, names of keys and characters out. `node:readline` would do this too, but
// it types the rest of each sequence that it does not know: the position of a mouse would run commands.

/** A key: its name, or the character it types. */
export type Key =
  | { readonly name: KeyName }
  | { readonly name: "character"; readonly character: string };

/** The keys that are no characters. */
export type KeyName =
  | "up"
  | "down"
  | "pageUp"
  | "pageDown"
  | "home"
  | "end"
  | "enter"
  | "escape"
  | "backspace"
  | "eraseLine"
  | "interrupt"
  | "redraw";

const SEQUENCES: ReadonlyMap<string, KeyName> = new Map([
  ["\x1b[A", "up"],
  ["\x1b[B", "down"],
  ["\x1bOA", "up"],
  ["\x1bOB", "down"],
  ["\x1b[5~", "pageUp"],
  ["\x1b[6~", "pageDown"],
  ["\x1b[H", "home"],
  ["\x1b[F", "end"],
  ["\x1bOH", "home"],
  ["\x1bOF", "end"],
  ["\x1b[1~", "home"],
  ["\x1b[4~", "end"],
]);

const CONTROLS: ReadonlyMap<string, KeyName> = new Map([
  ["\r", "enter"],
  ["\n", "enter"],
  ["\x1b", "escape"],
  ["\x7f", "backspace"],
  ["\b", "backspace"],
  ["\x15", "eraseLine"],
  ["\x03", "interrupt"],
  ["\x04", "interrupt"],
  ["\x0c", "redraw"],
]);

// A sequence of a key or of a mouse: CSI or SS3, its parameters, its final byte. The Linux console sends F1 as \x1b[[A.
// deno-lint-ignore no-control-regex -- that is what keys send
const SEQUENCE = /^\x1b(?:\[(?:\[[ -~]|(?!\[)[0-?]*[ -/]*[@-~])|O[ -~])/;
// The beginning of one, of which the rest may come with the next read.
// deno-lint-ignore no-control-regex -- that is what keys send
const UNFINISHED = /^\x1b(?:\[(?:\[|[0-?]*[ -/]*)|O)?$/;
// Alt and a key, which means nothing here: it must not act as Escape and that key.
// deno-lint-ignore no-control-regex -- that is what keys send
const WITH_ALT = /^\x1b[^\x1b\p{Cc}]/u;
// deno-lint-ignore no-control-regex -- it types nothing
const CONTROL = /^[\0-\x1f\x7f-\x9f]/;
/** No key sends more; what is longer is given up. */
const SEQUENCE_MAX = 32;

/** Takes apart what a terminal sends, however it is cut into reads. */
export class KeyDecoder {
  #pending = "";

  /** Whether the beginning of a sequence waits for its rest. It may be the Escape key alone. */
  get isWaiting(): boolean {
    return this.#pending !== "";
  }

  /** Takes what one read brought. Sequences that mean nothing here are left out. */
  feed(text: string): Key[] {
    const keys: Key[] = [];
    let rest = this.#pending + text;
    this.#pending = "";
    while (rest !== "") {
      if (UNFINISHED.test(rest)) {
        if (rest.length <= SEQUENCE_MAX) this.#pending = rest;
        break;
      }
      const sequence = SEQUENCE.exec(rest)?.[0] ?? WITH_ALT.exec(rest)?.[0];
      const taken = sequence ?? String.fromCodePoint(rest.codePointAt(0)!);
      rest = rest.slice(taken.length);
      const name = SEQUENCES.get(taken) ?? CONTROLS.get(taken);
      if (name !== undefined) keys.push({ name });
      else if (sequence === undefined && !CONTROL.test(taken)) {
        keys.push({ name: "character", character: taken });
      }
    }
    return keys;
  }

  /** Nothing more comes: an escape that waits is the Escape key. */
  flush(): Key[] {
    const isEscape = this.#pending === "\x1b";
    this.#pending = "";
    return isEscape ? [{ name: "escape" }] : [];
  }
}

/** How long the rest of a sequence may take. A slow network cuts a key in two. */
export const ESCAPE_DELAY_MS = 100;

/** Runs an action later; returns what prevents it. Tests pass their own. */
export type Later = (action: () => void, ms: number) => () => void;

/** Waits with a timer of this process. */
export function later(action: () => void, ms: number): () => void {
  const timer = setTimeout(action, ms);
  return () => clearTimeout(timer);
}

/** Hands on the keys of a terminal; the Escape key alone once nothing has followed for a moment. */
export class KeyReader {
  readonly #decoder = new KeyDecoder();
  readonly #onKey: (key: Key) => void;
  readonly #later: Later;
  #cancel: () => void = () => {};

  constructor(onKey: (key: Key) => void, wait: Later = later) {
    this.#onKey = onKey;
    this.#later = wait;
  }

  /** Takes what one read brought. */
  feed(text: string): void {
    this.#cancel();
    this.#decoder.feed(text).forEach(this.#onKey);
    if (!this.#decoder.isWaiting) return;
    this.#cancel = this.#later(() => this.#decoder.flush().forEach(this.#onKey), ESCAPE_DELAY_MS);
  }

  /** Ends the wait. */
  close(): void {
    this.#cancel();
  }
}
