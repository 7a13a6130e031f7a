// Tests of the console's keyboard: keys are decoded the same however the bytes are split into reads.
import assert from "node:assert/strict";
import fc from "fast-check";
import { ESCAPE_DELAY_MS, type Key, KeyDecoder, KeyReader } from "../../../lib/cli/console/keys.ts";

const PIECES = [
  "\x1b[A",
  "\x1b[5~",
  "\x1bOB",
  "\x1b[1;5C",
  "\x1b[[A",
  "\x1b[<0;1;1M",
  "é",
  "😀",
  "q",
  "\r",
  "\x7f",
];

function keysOf(...reads: string[]): Key[] {
  const decoder = new KeyDecoder();
  return [...reads.flatMap((text) => decoder.feed(text)), ...decoder.flush()];
}

/** Returns a reader with a fake clock. */
function reader() {
  const keys: string[] = [];
  let waiting: { action: () => void; ms: number } | undefined;
  const read = new KeyReader(({ name }) => keys.push(name), (action, ms) => {
    waiting = { action, ms };
    return () => waiting = undefined;
  });
  const pass = () => {
    const due = waiting;
    waiting = undefined;
    due?.action();
    return due?.ms;
  };
  return { keys, read, pass };
}

Deno.test("unknown keys are dropped, whatever the terminal sends", () => {
  assert.deepEqual(keysOf("\x1b[A\x1b[1;5C\x1bOBx\x1b"), [
    { name: "up" },
    { name: "down" },
    { name: "character", character: "x" },
    { name: "escape" },
  ]);
  assert.deepEqual(keysOf("é😀\x01"), [
    { name: "character", character: "é" },
    { name: "character", character: "😀" },
  ]);
});

Deno.test("mice, function keys and answers of the terminal type nothing", () => {
  const sent = [
    "\x1b[<0;10;20M",
    "\x1b[12;40R",
    "\x1b[?1;2c",
    "\x1b[>0;276;0c",
    "\x1b[97;5u",
    "\x1b[2$y",
    "\x1b[I",
    "\x1b[[A",
    "\x1bOP",
    "\x9b",
  ];
  for (const text of sent) assert.deepEqual(keysOf(text, "q"), keysOf("q"), JSON.stringify(text));
});

Deno.test("no sequence that ECMA-48 allows types anything, however it is split into reads", () => {
  const bytes = (from: string, to: string) =>
    fc.integer({ min: from.charCodeAt(0), max: to.charCodeAt(0) })
      .map((code) => String.fromCharCode(code));
  const sequence = fc.tuple(
    fc.string({ unit: bytes("0", "?"), maxLength: 20 }),
    fc.string({ unit: bytes(" ", "/"), maxLength: 3 }),
    bytes("@", "~"),
    // Two brackets begin a function key of the Linux console, which is longer.
  ).map((parts) => `\x1b[${parts.join("")}`).filter((text) => text !== "\x1b[[");
  fc.assert(fc.property(sequence, fc.nat(20), (text, cut) => {
    const keys = keysOf(text.slice(0, cut + 2), text.slice(cut + 2), "q");
    assert.deepEqual(keys.filter(({ name }) => name === "character"), keysOf("q"));
  }));
});

Deno.test("a key that arrives in several reads is one key", () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...PIECES)), fc.array(fc.nat(60)), (pieces, cuts) => {
      const characters = [...pieces.join("")];
      const places = [...new Set([0, ...cuts, characters.length])].sort((a, b) => a - b);
      const reads = places.map((from, at) => characters.slice(from, places[at + 1]).join(""));
      assert.deepEqual(keysOf(...reads), keysOf(...pieces));
    }),
  );
});

Deno.test("Alt with a key is neither Escape nor that key, and Escape twice is Escape twice", () => {
  assert.deepEqual(keysOf("\x1bk"), []);
  assert.deepEqual(keysOf("\x1b", "k"), []);
  assert.deepEqual(keysOf("\x1b\x1b").map(({ name }) => name), ["escape", "escape"]);
  assert.deepEqual(keysOf("\x1b\x03").map(({ name }) => name), ["escape", "interrupt"]);
});

Deno.test("an endless sequence is dropped", () => {
  const decoder = new KeyDecoder();
  assert.deepEqual(decoder.feed("\x1b[" + "1".repeat(100)), []);
  assert.equal(decoder.isWaiting, false);
  assert.deepEqual(decoder.feed("q"), [{ name: "character", character: "q" }]);
});

Deno.test("Escape acts when nothing has followed for a moment", () => {
  const { keys, read, pass } = reader();
  read.feed("\x1b");
  assert.deepEqual(keys, []);
  assert.equal(pass(), ESCAPE_DELAY_MS);
  assert.deepEqual(keys, ["escape"]);
});

Deno.test("an arrow key whose rest arrives in time does not act as Escape", () => {
  const { keys, read, pass } = reader();
  read.feed("\x1b");
  read.feed("[");
  read.feed("A");
  assert.equal(pass(), undefined, "nothing waits");
  assert.deepEqual(keys, ["up"]);
  read.feed("\x1b[");
  pass();
  assert.deepEqual(keys, ["up"], "the beginning of a key that never came is none");
  read.feed("\x1b");
  read.close();
  assert.equal(pass(), undefined);
});
