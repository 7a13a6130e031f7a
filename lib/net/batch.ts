// Joins waiting data into one write.

/** The bytes to write now, and the parts that must wait. */
export interface Batch {
  readonly batch: Uint8Array;
  readonly rest: Uint8Array[] | undefined;
}

/**
 * Takes as many of the first parts as fit into one write. If the first part alone is too long, it is cut.
 *
 * @param most The maximum size of a batch, in bytes.
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
