// The state of one session as a batch has it: where its connection is, how its edge has described it, and what the chat
// knows of it.
import { ByteReader, ByteWriter } from "../bytes.ts";
import { type Described, readDescribed, writeDescribed } from "./events.ts";

/** The state of a session, with its connection. */
export interface DescribedState {
  /** The name of the edge. */
  readonly edge: string;
  readonly view: Described;
  /** The state that the chat has given, as JSON. */
  readonly state: string;
}

/** Returns a state as bytes. They are never empty: an empty state means that the session has ended. */
export function encodeState({ edge, view, state }: DescribedState): Uint8Array {
  const to = new ByteWriter();
  to.text(edge);
  writeDescribed(to, view);
  to.text(state);
  return to.done().slice();
}

/** Reads a state. @throws {MalformedBytes} */
export function decodeState(bytes: Uint8Array): DescribedState {
  const from = new ByteReader(bytes, "session state");
  const read = { edge: from.text(), view: readDescribed(from), state: from.text() };
  from.end();
  return read;
}
