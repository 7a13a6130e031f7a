// The keys of a terminal in raw mode: bytes in, names of keys and characters out.

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

// A sequence of a key: CSI or SS3, its parameters, its final byte.
// deno-lint-ignore no-control-regex -- that is what keys send
const SEQUENCE = /^\x1b(?:\[[0-9;?]*[ -/]*[@-~]|O[@-~])/;

/**
 * Takes what one read of a terminal brought apart. Sequences of keys that mean nothing here are left out;
 * an escape that begins none is the Escape key.
 */
export function parseKeys(text: string): Key[] {
  const keys: Key[] = [];
  for (let rest = text; rest !== "";) {
    const sequence = SEQUENCE.exec(rest)?.[0];
    const taken = sequence ?? String.fromCodePoint(rest.codePointAt(0)!);
    rest = rest.slice(taken.length);
    const name = SEQUENCES.get(taken) ?? CONTROLS.get(taken);
    if (name !== undefined) keys.push({ name });
    else if (sequence === undefined && taken >= " ") {
      keys.push({ name: "character", character: taken });
    }
  }
  return keys;
}
