// Reads a Python pickle of plain values, protocols 0 to 5, without guessing or changing any text. A pickle is a
// program; this reader can only create texts, bytes, numbers, lists and dictionaries.
import { latin1 } from "./pickle_text.ts";
import { readValue, type Source } from "./pickle_values.ts";
import { brokenError, type Pickled, type PickledMap, PickleError } from "./pickled.ts";

/** Reads the value of a pickle. @throws {PickleError} */
export function unpickle(bytes: Uint8Array): Pickled {
  return new Unpickler(bytes).run();
}

const NEWLINE = 0x0a;

class Unpickler {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #memo = new Map<number, Pickled>();
  readonly #outer: Pickled[][] = [];
  readonly #source: Source = {
    number: (size) => this.#number(size),
    signed: () => this.#number(4) | 0,
    float: () => this.#view.getFloat64(this.#skip(8)),
    bytes: (length) => this.#bytes.subarray(this.#skip(length), this.#at),
    line: () => this.#line(),
  };
  #at = 0;
  #stack: Pickled[] = [];

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  run(): Pickled {
    for (;;) {
      const code = this.#number(1);
      if (code === 0x2e) return this.#pop();
      const done = this.#value(code) || this.#memory(code) || this.#container(code);
      if (!done) throw PROGRAM_CODES.has(code) ? programError() : brokenError();
    }
  }

  /** Runs an opcode that pushes one value on the stack. */
  #value(code: number): boolean {
    const value = readValue(code, this.#source);
    if (value === undefined) return false;
    this.#stack.push(value);
    return true;
  }

  /** Runs an opcode that stores or recalls values, or has no effect. */
  #memory(code: number): boolean {
    const char = String.fromCharCode(code);
    if (code === 0x80) {
      if (this.#number(1) > 5) throw brokenError();
    } else if (code === 0x95) this.#skip(8);
    else if (code === 0x94) this.#memo.set(this.#memo.size, this.#top());
    else if (char === "p") this.#memo.set(this.#index(), this.#top());
    else if (char === "q") this.#memo.set(this.#number(1), this.#top());
    else if (char === "r") this.#memo.set(this.#number(4), this.#top());
    else if (char === "g") this.#recall(this.#index());
    else if (char === "h") this.#recall(this.#number(1));
    else if (char === "j") this.#recall(this.#number(4));
    else if (char === "0") this.#pop();
    else if (char === "1") this.#closeMark();
    else if (char === "2") this.#stack.push(this.#top());
    else return false;
    return true;
  }

  /** Runs an opcode that builds lists or dictionaries. Tuples and sets become lists. */
  #container(code: number): boolean {
    const char = String.fromCharCode(code);
    if (char === "(") {
      this.#outer.push(this.#stack);
      this.#stack = [];
    } else if (char === "]" || char === ")" || code === 0x8f) this.#stack.push([]);
    else if (char === "}") this.#stack.push(new Map());
    else if (char === "l" || char === "t" || code === 0x91) {
      // Close the mark first, because that changes the current stack.
      const items = this.#closeMark();
      this.#stack.push(items);
    } else if (char === "d") {
      const items = this.#closeMark();
      this.#stack.push(fill(new Map(), items));
    } else if (char === "a") append(this.#pop(), this.#top());
    else if (char === "e" || code === 0x90) {
      for (const value of this.#closeMark()) append(value, this.#top());
    } else if (char === "s") {
      const [value, key] = [this.#pop(), this.#pop()];
      fill(this.#top(), [key, value]);
    } else if (char === "u") {
      const items = this.#closeMark();
      fill(this.#top(), items);
    } else if (code >= 0x85 && code <= 0x87) {
      const size = code - 0x84;
      if (this.#stack.length < size) throw brokenError();
      this.#stack.push(this.#stack.splice(-size));
    } else return false;
    return true;
  }

  #pop(): Pickled {
    const value = this.#stack.pop();
    if (value === undefined) throw brokenError();
    return value;
  }

  #top(): Pickled {
    const value = this.#stack.at(-1);
    if (value === undefined) throw brokenError();
    return value;
  }

  #closeMark(): Pickled[] {
    const items = this.#stack;
    const outer = this.#outer.pop();
    if (outer === undefined) throw brokenError();
    this.#stack = outer;
    return items;
  }

  #recall(index: number): void {
    const value = this.#memo.get(index);
    if (value === undefined) throw brokenError();
    this.#stack.push(value);
  }

  #index(): number {
    const text = latin1(this.#line());
    if (!/^\d{1,9}$/.test(text)) throw brokenError();
    return Number(text);
  }

  #number(size: number): number {
    const from = this.#skip(size);
    let value = 0;
    for (let i = size - 1; i >= 0; i--) value = value * 256 + this.#bytes[from + i]!;
    return value;
  }

  #line(): Uint8Array {
    const end = this.#bytes.indexOf(NEWLINE, this.#at);
    if (end < 0) throw brokenError();
    const line = this.#bytes.subarray(this.#at, end);
    this.#at = end + 1;
    return line;
  }

  #skip(length: number): number {
    const from = this.#at;
    if (!(length <= this.#bytes.length - from)) throw brokenError();
    this.#at = from + length;
    return from;
  }
}

/** Opcodes that name or call Python code: GLOBAL, REDUCE, BUILD, INST, OBJ, NEWOBJ, EXT, PERSID, … */
const PROGRAM_CODES: ReadonlySet<number> = new Set([
  ...[..."cRbioPQ"].map((char) => char.charCodeAt(0)),
  ...[0x81, 0x82, 0x83, 0x84, 0x92, 0x93, 0x97, 0x98],
]);

function programError(): PickleError {
  return new PickleError(
    "expected plain values, got a reference to Python code: this file could run a program.",
  );
}

function append(value: Pickled, list: Pickled): void {
  if (!Array.isArray(list)) throw brokenError();
  list.push(value);
}

function fill(map: Pickled, items: readonly Pickled[]): PickledMap {
  if (!(map instanceof Map) || items.length % 2 !== 0) throw brokenError();
  for (let i = 0; i < items.length; i += 2) map.set(items[i]!, items[i + 1]!);
  return map;
}
