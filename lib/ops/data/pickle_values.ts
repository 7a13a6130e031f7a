// Reads the pickle opcodes that push one value on the stack: texts, bytes and numbers.
import { exactUtf8 } from "../../protocol/utf8.ts";
import { latin1, quotedBytes, rawUnicode } from "./pickle_text.ts";
import { brokenError, type Pickled } from "./pickled.ts";

/** Reads the bytes after an opcode. Numbers are little-endian and unsigned; a float is big-endian. */
export interface Source {
  number(size: number): number;
  signed(): number;
  float(): number;
  bytes(length: number): Uint8Array;
  line(): Uint8Array;
}

const VALUES: Readonly<Record<number, (source: Source) => Pickled>> = {
  [code("N")]: () => null,
  0x88: () => true,
  0x89: () => false,
  [code("I")]: (source) => decimal(source.line()),
  [code("L")]: (source) => decimal(source.line()),
  [code("F")]: (source) => decimal(source.line()),
  [code("J")]: (source) => source.signed(),
  [code("K")]: (source) => source.number(1),
  [code("M")]: (source) => source.number(2),
  0x8a: (source) => long(source.bytes(source.number(1))),
  0x8b: (source) => long(source.bytes(source.number(4))),
  [code("G")]: (source) => source.float(),
  [code("S")]: (source) => quotedBytes(source.line()) ?? broken(),
  [code("T")]: (source) => source.bytes(source.number(4)),
  [code("U")]: (source) => source.bytes(source.number(1)),
  [code("B")]: (source) => source.bytes(source.number(4)),
  [code("C")]: (source) => source.bytes(source.number(1)),
  0x8e: (source) => source.bytes(source.number(8)),
  0x96: (source) => source.bytes(source.number(8)),
  [code("V")]: (source) => rawUnicode(source.line()),
  [code("X")]: (source) => utf8(source.bytes(source.number(4))),
  0x8c: (source) => utf8(source.bytes(source.number(1))),
  0x8d: (source) => utf8(source.bytes(source.number(8))),
};

/**
 * Reads the value of an opcode.
 *
 * @returns `undefined` if the opcode has no value.
 * @throws {PickleError}
 */
export function readValue(opcode: number, source: Source): Pickled | undefined {
  return VALUES[opcode]?.(source);
}

function broken(): never {
  throw brokenError();
}

function code(char: string): number {
  return char.charCodeAt(0);
}

function utf8(bytes: Uint8Array): Pickled {
  return exactUtf8(bytes) ?? bytes;
}

function decimal(line: Uint8Array): Pickled {
  const text = latin1(line).replace(/L$/, "");
  if (text === "01" || text === "00") return text === "01";
  const value = text === "" ? NaN : Number(text);
  // Python writes `nan` and `inf`, which the import does not need.
  return Number.isNaN(value) ? null : value;
}

function long(bytes: Uint8Array): number {
  const value = bytes.reduceRight((sum, byte) => sum * 256 + byte, 0);
  return (bytes.at(-1) ?? 0) < 0x80 ? value : value - 256 ** bytes.length;
}
