// Joins what waits to be written into one piece of bytes.

/** What is written now, and what has to wait. */
export interface Batch {
  readonly batch: Uint8Array;
  readonly rest: Uint8Array[] | undefined;
}

/**
 * Takes as many parts from the front as one write may have, or a piece of a longer part.
 *
 * @param most Bytes of the longest batch.
 */
export function takeBatch(parts: Uint8Array[], most: number): Batch {
  let bytes = 0;
  let count = 0;
  while (count < parts.length && bytes + parts[count]!.length <= most) {
    bytes += parts[count++]!.length;
  }
  if (count === parts.length) return { batch: join(parts, bytes), rest: undefined };
  if (count > 0) return { batch: join(parts.slice(0, count), bytes), rest: parts.slice(count) };
  const first = parts[0]!;
  return {
    batch: first.subarray(0, most),
    rest: [first.subarray(most), ...parts.slice(1)],
  };
}

function join(parts: readonly Uint8Array[], bytes: number): Uint8Array {
  if (parts.length === 1) return parts[0]!;
  const joined = new Uint8Array(bytes);
  let offset = 0;
  for (const part of parts) {
    joined.set(part, offset);
    offset += part.length;
  }
  return joined;
}
