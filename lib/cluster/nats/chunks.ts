// Splits batches into messages that a NATS server accepts, and joins them. A batch counts only if all of its
// messages follow each other in the log.
import { BATCH_BYTES_MAX } from "../batch_codec.ts";
import { ByteReader, ByteWriter, concatBytes, MalformedBytes } from "../bytes.ts";

/** One message of the log. */
export interface Chunk {
  /** Identifies the batch. */
  readonly id: string;
  /** The number of the chunk, from 0. */
  readonly index: number;
  /** How many chunks the batch has. */
  readonly count: number;
  readonly bytes: Uint8Array;
}

/** Space for the head of a chunk and the headers of its message. */
const MARGIN = 4_096;

/**
 * Splits a batch.
 *
 * @param id Identifies the batch. At most 1000 characters.
 * @param maxPayload The largest message that the server accepts, in bytes.
 * @returns The payloads of the messages.
 */
export function splitBatch(id: string, batch: Uint8Array, maxPayload: number): Uint8Array[] {
  const size = maxPayload - MARGIN;
  if (size <= 0) throw new RangeError(`expected a payload of more than ${MARGIN} bytes`);
  const count = Math.max(1, Math.ceil(batch.length / size));
  return Array.from({ length: count }, (_, index) => {
    const to = new ByteWriter();
    to.text(id);
    to.uint(index);
    to.uint(count);
    to.blob(batch.subarray(index * size, (index + 1) * size));
    return to.done();
  });
}

/** Reads the payload of a message. @throws {MalformedBytes} */
export function readChunk(payload: Uint8Array): Chunk {
  const from = new ByteReader(payload, "chunk");
  const chunk = { id: from.text(), index: from.uint(), count: from.uint(), bytes: from.blob() };
  from.end();
  if (chunk.index >= chunk.count) from.fail("its number is too large");
  return chunk;
}

/** Joins the chunks of the log in order. */
export class ChunkJoiner {
  #chunks: Chunk[] = [];
  #bytes = 0;

  /**
   * Adds the next chunk of the log.
   *
   * @returns The batch that it completes. The beginning of a batch whose rest is missing is dropped: its leader has
   * died, or another has taken over.
   * @throws {MalformedBytes} If the batch is larger than any leader appends.
   */
  add(chunk: Chunk): Uint8Array | undefined {
    const first = this.#chunks[0];
    const continues = first !== undefined && chunk.id === first.id &&
      chunk.count === first.count && chunk.index === this.#chunks.length;
    if (!continues) this.#clear();
    if (!continues && chunk.index !== 0) return undefined;
    this.#chunks.push(chunk);
    this.#bytes += chunk.bytes.length;
    if (this.#bytes > BATCH_BYTES_MAX) {
      throw new MalformedBytes(`Cannot read batch: it has more than ${BATCH_BYTES_MAX} bytes.`);
    }
    return this.#chunks.length === chunk.count ? this.#join() : undefined;
  }

  #join(): Uint8Array {
    const parts = this.#chunks.map(({ bytes }) => bytes);
    this.#clear();
    return parts.length === 1 ? parts[0]! : concatBytes(parts);
  }

  #clear(): void {
    this.#chunks = [];
    this.#bytes = 0;
  }
}
