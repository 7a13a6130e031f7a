// Makes lines of what a connection reads and has them served, in turn with those of other addresses.
import { ProtocolError } from "../protocol/errors.ts";
import { decodeText, LineDecoder } from "../protocol/line_decoder.ts";
import { networkKey } from "./address.ts";
import type { CloseReason, LineConsumer } from "./peer.ts";
import type { Visit } from "./arrival.ts";
import { beginsProxyHeader } from "./entrance/proxy_protocol.ts";
import type { Turns } from "./turns/turns.ts";
import { kindOf } from "./web/first_bytes.ts";

/** The connection whose lines they are. */
export interface LineOwner {
  readonly address: string;
  /** Whether it has ended or is about to: no further line is served. */
  readonly closed: boolean;
  abort(reason: CloseReason): void;
  /** Takes what the connection brings instead of lines. Nothing more is read for the reader. */
  visit(kind: Visit["kind"], first: Uint8Array): void;
}

/** What a reader is made with. */
export interface LineReaderOptions {
  /** Longest line in bytes; 0 for no bound. */
  readonly lineBytes: number;
  /** Whose turn it is; without them it is always this connection's. */
  readonly turns?: Pick<Turns, "free" | "run"> | undefined;
  /** It brings nothing but lines, and no request for metrics. */
  readonly bringsLines?: boolean | undefined;
}

const METRICS_REQUEST = "GET_METRICS";
// Lines are served in a row until their length comes to this; then others may have their turn.
const SERVED_IN_A_ROW = 4_096;
// What a line counts at least, in bytes.
const LEAST_LINE = 256;

const ALWAYS_FREE: Pick<Turns, "free" | "run"> = {
  free: () => true,
  run: async (_network, work) => await work(),
};

/** The lines of one connection. */
export class LineReader {
  readonly #owner: LineOwner;
  readonly #decoder: LineDecoder;
  readonly #turns: Pick<Turns, "free" | "run">;
  readonly #network: string;
  #heardLine: boolean;
  /** It is known that lines come. */
  #isLines: boolean;

  constructor(
    owner: LineOwner,
    { lineBytes, turns = ALWAYS_FREE, bringsLines = false }: LineReaderOptions,
  ) {
    this.#owner = owner;
    this.#heardLine = bringsLines;
    this.#isLines = bringsLines;
    this.#decoder = new LineDecoder(lineBytes);
    this.#turns = turns;
    this.#network = networkKey(owner.address);
  }

  /**
   * Has the lines served that some bytes complete.
   *
   * @param bytes What was read. They must stay as they are until all lines are served.
   * @returns A promise where that takes longer.
   */
  take(bytes: Uint8Array, consumer: LineConsumer): void | Promise<void> {
    if (!this.#isLines && !this.#areLines(bytes)) return;
    const readAt = performance.now();
    this.#decoder.push(bytes);
    return this.inTurn(() => this.#serve(consumer, readAt), readAt);
  }

  /** Whether what came may be lines; if not, the owner has taken it. */
  #areLines(bytes: Uint8Array): boolean {
    // What was read before is not a line yet, so the decoder holds it.
    const before = this.#decoder.rest;
    const first = before.length === 0 ? bytes : Uint8Array.of(...before, ...bytes);
    const kind = kindOf(first);
    this.#isLines = kind === "lines";
    if (kind === undefined || kind === "lines") return true;
    this.#owner.visit(kind, first.slice());
    return false;
  }

  /** Does something at once, or when it is the address's turn. */
  inTurn(work: () => void | Promise<void>, now = performance.now()): void | Promise<void> {
    return this.#turns.free(now) ? work() : this.#turns.run(this.#network, work);
  }

  // Most lines need no waiting, and a promise each would cost a turn.
  #serve(consumer: LineConsumer, readAt: number): void | Promise<void> {
    let served = 0;
    try {
      while (!this.#owner.closed) {
        if (served > SERVED_IN_A_ROW) {
          if (!this.#turns.free(performance.now())) return this.#serveInTurn(consumer, readAt);
          served = 0;
        }
        const line = this.#decoder.next();
        if (line === undefined) return this.#serveRest(consumer);
        served += Math.max(LEAST_LINE, line.length);
        const pending = this.#serveLine(line, consumer, readAt);
        if (pending !== undefined) return pending.then(() => this.#serveInTurn(consumer, readAt));
      }
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      consumer.overlong(error);
    }
  }

  #serveInTurn(consumer: LineConsumer, readAt: number): void | Promise<void> {
    return this.inTurn(() => this.#serve(consumer, readAt));
  }

  #serveLine(line: string, consumer: LineConsumer, readAt: number): void | Promise<void> {
    if (this.#heardLine) return consumer.line(line, readAt);
    this.#heardLine = true;
    // A trusted proxy's header is gone by now; anybody else would choose an address for itself.
    if (beginsProxyHeader(line)) return this.#owner.abort("proxy_header");
    return line === METRICS_REQUEST ? consumer.metrics() : consumer.line(line, readAt);
  }

  // The original exporter sends its request without a line end.
  #serveRest(consumer: LineConsumer): void | Promise<void> {
    if (!this.#heardLine && isMetricsRequest(this.#decoder.rest)) return consumer.metrics();
  }
}

function isMetricsRequest(bytes: Uint8Array): boolean {
  return bytes.length === METRICS_REQUEST.length && decodeText(bytes) === METRICS_REQUEST;
}
