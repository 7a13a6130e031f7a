// The messages between an edge and the leader. Both directions may lose messages, repeat them, and change their
// order: see `outgoing` and `incoming`.
import { ByteReader, ByteWriter } from "../bytes.ts";

/** What both directions name: who talks to whom. */
export interface Link {
  /** The name of the edge. Each run of a node has its own. */
  readonly edge: string;
  /** The run of the leader. */
  readonly leader: string;
  /** Counts the attempts of the edge to talk to a leader, from 1. Each begins with all connections of the edge. */
  readonly session: number;
}

/** Events of an edge in order. A frame without events shows that the edge is alive. */
export interface Frame extends Link {
  /** When it was sent, on the clock of the edge. */
  readonly sentAt: number;
  /** The node of the edge needs no batch up to this sequence any more, whatever happens to it. */
  readonly stored: number;
  /** The position of the first event. The events of a session have the positions 1, 2, 3, … */
  readonly first: number;
  readonly events: readonly Uint8Array[];
}

/** The answer of the leader. */
export interface Acknowledgement extends Link {
  /** The leader has all events up to this position. */
  readonly upTo: number;
}

const FORMAT = 1;

/** Returns a frame as bytes. */
export function encodeFrame(frame: Frame): Uint8Array {
  const to = new ByteWriter();
  writeLink(to, frame);
  to.uint(Math.round(frame.sentAt * 1000));
  to.uint(frame.stored);
  to.uint(frame.first);
  to.list(frame.events, (event) => to.blob(event));
  return to.done();
}

/** Reads a frame. @throws {MalformedBytes} */
export function decodeFrame(bytes: Uint8Array): Frame {
  const from = new ByteReader(bytes, "frame");
  const frame = {
    ...readLink(from),
    sentAt: from.uint() / 1000,
    stored: from.uint(),
    first: from.uint(),
    events: from.list(() => from.blob()),
  };
  from.end();
  return frame;
}

/** Returns an acknowledgement as bytes. */
export function encodeAcknowledgement(acknowledgement: Acknowledgement): Uint8Array {
  const to = new ByteWriter();
  writeLink(to, acknowledgement);
  to.uint(acknowledgement.upTo);
  return to.done();
}

/** Reads an acknowledgement. @throws {MalformedBytes} */
export function decodeAcknowledgement(bytes: Uint8Array): Acknowledgement {
  const from = new ByteReader(bytes, "acknowledgement");
  const acknowledgement = { ...readLink(from), upTo: from.uint() };
  from.end();
  return acknowledgement;
}

function writeLink(to: ByteWriter, { edge, leader, session }: Link): void {
  to.byte(FORMAT);
  to.text(edge);
  to.text(leader);
  to.uint(session);
}

function readLink(from: ByteReader): Link {
  const format = from.byte();
  if (format !== FORMAT) from.fail(`expected format ${FORMAT}, got ${format}`);
  return { edge: from.text(), leader: from.text(), session: from.uint() };
}
