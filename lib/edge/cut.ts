// Removes parts from encoded lines by copying, not by encoding again. When a thousand connections join at once,
// each must not receive its own line.

/** A range of bytes. */
export interface Place {
  readonly start: number;
  readonly end: number;
}

/** Returns a copy of `bytes` without `places`, which are sorted and do not overlap. */
export function cutLines(bytes: Uint8Array, places: readonly Place[]): Uint8Array {
  if (places.length === 0) return bytes;
  const cut = places.reduce((sum, { start, end }) => sum + end - start, 0);
  const rest = new Uint8Array(bytes.length - cut);
  let from = 0;
  let to = 0;
  for (const { start, end } of [...places, { start: bytes.length, end: 0 }]) {
    rest.set(bytes.subarray(from, start), to);
    to += start - from;
    from = end;
  }
  return rest;
}
