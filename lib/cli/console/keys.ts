// Decodes the keys of a terminal in raw mode. `node:readline` could do this, but it types the rest of each
// sequence that it does not know, so the position of a mouse would run commands.

/** A key: its name, or the character that it types. */
export type Key =
  | { readonly name: KeyName }
  | { readonly name: "character"; readonly character: string };

/** The keys that type no character. */
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
  | "redraw"
  | "tab";

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
  ["\t", "tab"],
]);

// The sequence of a key or a mouse: CSI or SS3, parameters, final byte. The Linux console sends F1 as \x1b[[A.
// deno-lint-ignore no-control-regex -- that is what keys send
const SEQUENCE = /^\x1b(?:\[(?:\[[ -~]|(?!\[)[0-?]*[ -/]*[@-~])|O[ -~])/;
// The beginning of a sequence. The rest may come with the next read.
// deno-lint-ignore no-control-regex -- that is what keys send
const UNFINISHED = /^\x1b(?:\[(?:\[|[0-?]*[ -/]*)|O)?$/;
// Alt with a key. It is ignored, so that it does not act as Escape followed by the key.
// deno-lint-ignore no-control-regex -- that is what keys send
const WITH_ALT = /^\x1b[^\x1b\p{Cc}]/u;
// deno-lint-ignore no-control-regex -- it types nothing
const CONTROL = /^[\0-\x1f\x7f-\x9f]/;
/** No key sends a longer sequence. A longer one is dropped. */
const SEQUENCE_MAX = 32;

/** Decodes the bytes of a terminal, however they are split into reads. */
export class KeyDecoder {
  #pending = "";

  /** Whether the beginning of a sequence waits for its rest. It may also be the Escape key alone. */
  get isWaiting(): boolean {
    return this.#pending !== "";
  }

  /** Decodes the text of one read. Unknown sequences are dropped. */
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

  /** Ends the wait for more: a waiting escape character is the Escape key. */
  flush(): Key[] {
    const isEscape = this.#pending === "\x1b";
    this.#pending = "";
    return isEscape ? [{ name: "escape" }] : [];
  }
}

/** How long to wait for the rest of a sequence. A slow network may split a key in two. */
export const ESCAPE_DELAY_MS = 100;

/** Runs an action later. Returns a function that cancels it. Tests pass their own. */
export type Later = (action: () => void, ms: number) => () => void;

/** Runs an action later, with a timer of this process. */
export function later(action: () => void, ms: number): () => void {
  const timer = setTimeout(action, ms);
  return () => clearTimeout(timer);
}

/** Passes on the keys of a terminal. It passes on Escape when nothing has followed for a moment. */
export class KeyReader {
  readonly #decoder = new KeyDecoder();
  readonly #onKey: (key: Key) => void;
  readonly #later: Later;
  #cancel: () => void = () => {};

  constructor(onKey: (key: Key) => void, wait: Later = later) {
    this.#onKey = onKey;
    this.#later = wait;
  }

  /** Decodes the text of one read. */
  feed(text: string): void {
    this.#cancel();
    this.#decoder.feed(text).forEach(this.#onKey);
    if (!this.#decoder.isWaiting) return;
    this.#cancel = this.#later(() => this.#decoder.flush().forEach(this.#onKey), ESCAPE_DELAY_MS);
  }

  /** Cancels the wait. */
  close(): void {
    this.#cancel();
  }
}
