// Writes the parts of DER that a simple certificate needs. https://www.itu.int/rec/T-REC-X.690

/** Tags of the types in use. */
const TAG = { boolean: 1, integer: 2, bits: 3, octets: 4, oid: 6, utf8: 12, time: 24 } as const;
const SEQUENCE = 0x30;
const SET = 0x31;
const CONTEXT = 0x80;
const CONSTRUCTED = 0x20;

/** Returns a value: its tag, its length and its contents. */
function value(tag: number, ...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const size = parts.reduce((sum, part) => sum + part.length, 0);
  const length: number[] = [];
  for (let rest = size; rest > 0; rest >>= 8) length.unshift(rest & 255);
  const head = size < 128 ? [tag, size] : [tag, 0x80 | length.length, ...length];
  const bytes = new Uint8Array(head.length + size);
  bytes.set(head);
  let at = head.length;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** Returns a SEQUENCE of values. */
export function sequence(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  return value(SEQUENCE, ...parts);
}

/** Returns a SET of one value. */
export function setOf(part: Uint8Array): Uint8Array {
  return value(SET, part);
}

/** Returns a non-negative INTEGER of big-endian bytes, as short as possible. */
export function integer(bytes: Uint8Array): Uint8Array {
  const first = bytes.findIndex((byte) => byte !== 0);
  const significant = first < 0 ? Uint8Array.of(0) : bytes.subarray(first);
  // If the first bit were 1, the number would be negative.
  return value(TAG.integer, new Uint8Array(significant[0]! >> 7), significant);
}

/** Returns the BOOLEAN true. */
export function yes(): Uint8Array {
  return value(TAG.boolean, Uint8Array.of(255));
}

/** Returns a BIT STRING of whole bytes, or of the first bits of one byte. */
export function bits(bytes: Uint8Array, unused = 0): Uint8Array {
  return value(TAG.bits, Uint8Array.of(unused), bytes);
}

/** Returns an OCTET STRING. */
export function octets(bytes: Uint8Array): Uint8Array {
  return value(TAG.octets, bytes);
}

/** Returns a UTF8String. */
export function utf8(text: string): Uint8Array {
  return value(TAG.utf8, new TextEncoder().encode(text));
}

/** Returns an OBJECT IDENTIFIER, such as `2.5.29.17`. */
export function oid(text: string): Uint8Array {
  const [first = 0, second = 0, ...rest] = text.split(".").map(Number);
  const encoded = [first * 40 + second, ...rest].flatMap((arc) => {
    const groups = [arc & 127];
    for (let left = arc >> 7; left > 0; left >>= 7) groups.unshift(left & 127 | 128);
    return groups;
  });
  return value(TAG.oid, Uint8Array.from(encoded));
}

/** Returns a time to the second. Certificates require UTCTime until 2049, then GeneralizedTime. */
export function time(date: Date): Uint8Array {
  const digits = date.toISOString().replace(/\.\d+/, "").replace(/[-:T]/g, "");
  const utc = date.getUTCFullYear() < 2050;
  return value(utc ? 23 : TAG.time, new TextEncoder().encode(utc ? digits.slice(2) : digits));
}

/** Returns a constructed value with a context-specific tag. */
export function explicit(number: number, ...parts: readonly Uint8Array[]): Uint8Array {
  return value(CONTEXT | CONSTRUCTED | number, ...parts);
}

/** Returns a primitive value with a context-specific tag. */
export function implicit(number: number, bytes: Uint8Array): Uint8Array {
  return value(CONTEXT | number, bytes);
}
