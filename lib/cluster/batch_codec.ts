// Batches as bytes.
import type { Output } from "../edge/edge.ts";
import type { Batch } from "./batch.ts";
import { ByteReader, ByteWriter } from "./bytes.ts";
import { OutputReader, OutputWriter } from "./output_codec.ts";

/** Version of the format. Nodes of different versions of the program read each other's batches if it is the same. */
const FORMAT = 1;

/** Maximum size of a batch, in bytes. */
export const BATCH_BYTES_MAX = 64 * 2 ** 20;

/** The batch is larger than {@linkcode BATCH_BYTES_MAX}. */
export class BatchTooLarge extends Error {
  override readonly name = "BatchTooLarge";
}

/** Returns a batch as bytes. @throws {BatchTooLarge} */
export function encodeBatch(batch: Batch): Uint8Array {
  const to = new ByteWriter();
  to.byte(FORMAT);
  to.byte(batch.lead === undefined ? 0 : 1);
  if (batch.lead !== undefined) {
    to.text(batch.lead.node);
    to.text(batch.lead.run);
  }
  to.text(batch.run);
  to.uint(batch.turn);
  to.uint(batch.at);
  checkSize(to.length + batch.changeset.length);
  to.blob(batch.changeset);
  const outputs = new OutputWriter(to);
  to.list(batch.outputs, ([edge, output]) => {
    to.text(edge);
    to.list(output, (each) => outputs.write(each));
    checkSize(to.length);
  });
  to.list(batch.done, ([connection, upTo]) => {
    to.uint(connection);
    to.uint(upTo);
  });
  to.list(batch.lost ?? [], ([edge, session]) => {
    to.text(edge);
    to.uint(session);
  });
  for (const states of [batch.states, batch.absent ?? []]) {
    to.list(states, ([number, state]) => {
      to.uint(number);
      to.blob(state);
    });
  }
  to.list(batch.guesses ?? [], (guess) => to.text(guess));
  checkSize(to.length);
  return to.done();
}

function checkSize(bytes: number): void {
  if (bytes <= BATCH_BYTES_MAX) return;
  throw new BatchTooLarge(`expected a batch of at most ${BATCH_BYTES_MAX} bytes, got ${bytes}`);
}

/** Reads a batch. Its arrays are views of `bytes`. @throws {MalformedBytes} */
export function decodeBatch(bytes: Uint8Array): Batch {
  const from = new ByteReader(bytes, "batch");
  if (bytes.length > BATCH_BYTES_MAX) from.fail(`it has more than ${BATCH_BYTES_MAX} bytes`);
  const format = from.byte();
  if (format !== FORMAT) from.fail(`expected format ${FORMAT}, got ${format}`);
  const leads = from.byte();
  if (leads > 1) from.fail("a flag is not 0 or 1");
  const lead = leads === 1 ? { node: from.text(), run: from.text() } : undefined;
  const head = { run: from.text(), turn: from.uint(), at: from.uint(), changeset: from.blob() };
  const outputs = new OutputReader(from);
  const rest = {
    outputs: from.list((): [string, Output[]] => [from.text(), from.list(() => outputs.read())]),
    done: from.list((): [number, number] => [from.uint(), from.uint()]),
  };
  const lost = from.list((): [string, number] => [from.text(), from.uint()]);
  const states = () => from.list((): [number, Uint8Array] => [from.uint(), from.blob()]);
  const sessions = states();
  const absent = states();
  const guesses = from.list(() => from.text());
  const batch: Batch = {
    ...lead !== undefined && { lead },
    ...head,
    ...rest,
    ...lost.length > 0 && { lost },
    states: sessions,
    ...absent.length > 0 && { absent },
    ...guesses.length > 0 && { guesses },
  };
  from.end();
  return batch;
}
