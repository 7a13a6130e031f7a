// Bytes without some of their places. Copied, not encoded again: of a thousand that join at once, each is
// left out of its own line.

/** A stretch of bytes. */
export interface Place {
  readonly start: number;
  readonly end: number;
}

/** A copy of `bytes` without `places`, which are in order and do not overlap. */
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
