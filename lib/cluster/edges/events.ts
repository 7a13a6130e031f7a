// What an edge reports to a leader in another process, as binary messages: the calls of `Core`, and changes of what
// the leader sees of a connection.
import { EDGE_ACTIONS, type EdgeAct } from "../../edge/edge.ts";
import { CLOSE_REASONS, type CloseReason } from "../../net/peer.ts";
import { ERROR_CODES } from "../../protocol/error_codes.ts";
import { ProtocolError } from "../../protocol/errors.ts";
import { ByteReader, ByteWriter } from "../bytes.ts";

/** What changes while a connection is open. Times are on the clock of its edge. */
export interface Reading {
  readonly queuedBytes: number;
  readonly takenBytes: number;
  readonly heardAt: number;
}

/** A connection as its edge describes it, when it was opened or when a new leader must know it. */
export interface Described extends Reading {
  readonly address: string;
  readonly port: number;
  readonly secure: boolean;
  readonly bringsLines: boolean;
  readonly operator: string | undefined;
}

/** An event that takes effect once: the log says when it has, and until then its edge keeps it. */
export type LastingEvent =
  | { readonly kind: "opened"; readonly view: Described }
  | { readonly kind: "line"; readonly text: string; readonly readAt: number }
  | { readonly kind: "overlong"; readonly error: ProtocolError }
  | { readonly kind: "metrics" }
  | { readonly kind: "acted"; readonly act: EdgeAct }
  | { readonly kind: "ended"; readonly reason: CloseReason }
  | { readonly kind: "closed" };

/** An event that matters only to the leader that receives it. */
export type PassingEvent =
  /** A connection that was opened under an earlier leader, with the number of its last event that took effect. */
  | {
    readonly kind: "known";
    readonly view: Described;
    readonly done: number;
    readonly state: Uint8Array;
  }
  | { readonly kind: "taken"; readonly receipt: number; readonly reading: Reading }
  | { readonly kind: "forgotten"; readonly receipts: readonly number[] }
  | { readonly kind: "reading"; readonly reading: Reading }
  /** The edge has told all connections that earlier leaders knew. It belongs to no connection: its number is 0. */
  | { readonly kind: "complete" };

/** An event of one connection. */
export type EdgeEvent =
  & { readonly connection: number }
  & (
    /** `number` counts the lasting events of the connection from 1. */
    (LastingEvent & { readonly number: number }) | PassingEvent
  );

const KINDS = [
  "opened",
  "line",
  "overlong",
  "metrics",
  "ended",
  "closed",
  "known",
  "taken",
  "forgotten",
  "reading",
  "complete",
  "acted",
] as const satisfies readonly EdgeEvent["kind"][];

/** Returns an event as bytes. */
export function encodeEvent(event: EdgeEvent): Uint8Array {
  const to = new ByteWriter();
  to.byte(KINDS.indexOf(event.kind));
  to.uint(event.connection);
  if ("number" in event) to.uint(event.number);
  switch (event.kind) {
    case "opened":
      writeDescribed(to, event.view);
      break;
    case "line":
      writeTime(to, event.readAt);
      to.text(event.text);
      break;
    case "overlong": {
      const { code, reason, places } = event.error;
      to.text(JSON.stringify({ code, reason, places }));
      break;
    }
    case "acted": {
      const { action, target = "", reason = "" } = event.act;
      to.byte(EDGE_ACTIONS.indexOf(action));
      to.text(target);
      to.text(reason);
      break;
    }
    case "ended":
      to.byte(CLOSE_REASONS.indexOf(event.reason));
      break;
    case "known":
      writeDescribed(to, event.view);
      to.uint(event.done);
      to.blob(event.state);
      break;
    case "taken":
      to.uint(event.receipt);
      writeReading(to, event.reading);
      break;
    case "forgotten":
      to.list(event.receipts, (receipt) => to.uint(receipt));
      break;
    case "reading":
      writeReading(to, event.reading);
  }
  return to.done();
}

/** Reads an event. @throws {MalformedBytes} */
export function decodeEvent(bytes: Uint8Array): EdgeEvent {
  const from = new ByteReader(bytes, "event");
  const kind = KINDS[from.byte()] ?? from.fail("its kind is unknown");
  const connection = from.uint();
  const event = { connection, ...readRest(kind, from) } as EdgeEvent;
  from.end();
  return event;
}

function readRest(kind: EdgeEvent["kind"], from: ByteReader): object {
  switch (kind) {
    case "opened":
      return { kind, number: from.uint(), view: readDescribed(from) };
    case "line":
      return { kind, number: from.uint(), readAt: readTime(from), text: from.text() };
    case "overlong":
      return { kind, number: from.uint(), error: readError(from) };
    case "metrics":
    case "closed":
      return { kind, number: from.uint() };
    case "acted":
      return { kind, number: from.uint(), act: readAct(from) };
    case "ended":
      return { kind, number: from.uint(), reason: readReason(from) };
    case "known":
      return { kind, view: readDescribed(from), done: from.uint(), state: from.blob() };
    case "taken":
      return { kind, receipt: from.uint(), reading: readReading(from) };
    case "forgotten":
      return { kind, receipts: from.list(() => from.uint()) };
    case "reading":
      return { kind, reading: readReading(from) };
    case "complete":
      return { kind };
  }
}

// Times travel as whole microseconds.
function writeTime(to: ByteWriter, milliseconds: number): void {
  to.uint(Math.round(milliseconds * 1000));
}

function readTime(from: ByteReader): number {
  return from.uint() / 1000;
}

function writeReading(to: ByteWriter, { queuedBytes, takenBytes, heardAt }: Reading): void {
  to.uint(queuedBytes);
  to.uint(takenBytes);
  writeTime(to, heardAt);
}

function readReading(from: ByteReader): Reading {
  return { queuedBytes: from.uint(), takenBytes: from.uint(), heardAt: readTime(from) };
}

const SECURE = 1;
const BRINGS_LINES = 2;
const OPERATOR = 4;

/** Writes the description of a connection. */
export function writeDescribed(to: ByteWriter, view: Described): void {
  const { secure, bringsLines, operator } = view;
  to.byte(
    (secure ? SECURE : 0) + (bringsLines ? BRINGS_LINES : 0) +
      (operator === undefined ? 0 : OPERATOR),
  );
  to.text(view.address);
  to.uint(view.port);
  to.text(operator ?? "");
  writeReading(to, view);
}

/** Reads the description of a connection. @throws {MalformedBytes} */
export function readDescribed(from: ByteReader): Described {
  const flags = from.byte();
  const [address, port, operator] = [from.text(), from.uint(), from.text()];
  return {
    address,
    port,
    secure: (flags & SECURE) > 0,
    bringsLines: (flags & BRINGS_LINES) > 0,
    operator: (flags & OPERATOR) > 0 ? operator : undefined,
    ...readReading(from),
  };
}

function readAct(from: ByteReader): EdgeAct {
  const action = EDGE_ACTIONS[from.byte()] ?? from.fail("the action of an operator is unknown");
  const [target, reason] = [from.text(), from.text()];
  return { action, ...target !== "" && { target }, ...reason !== "" && { reason } };
}

function readReason(from: ByteReader): CloseReason {
  return CLOSE_REASONS[from.byte()] ?? from.fail("the reason of an end is unknown");
}

function readError(from: ByteReader): ProtocolError {
  const text = from.text();
  let parsed;
  try {
    parsed = JSON.parse(text);
  } catch {
    return from.fail("an error is not JSON");
  }
  const { code, reason, places = {} } = parsed ?? {};
  if (!ERROR_CODES.includes(code)) from.fail("the code of an error is unknown");
  return new ProtocolError(code, { ...reason !== undefined && { reason }, places });
}
