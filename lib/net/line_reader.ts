// Splits the bytes of a connection into lines and serves them, in turn with the lines of other addresses.
import { ProtocolError } from "../protocol/errors.ts";
import { decodeText, LineDecoder } from "../protocol/line_decoder.ts";
import { networkKey } from "./address.ts";
import type { CloseReason, LineConsumer } from "./peer.ts";
import type { Visit } from "./arrival.ts";
import { beginsProxyHeader } from "./entrance/proxy_protocol.ts";
import type { Turns } from "./turns/turns.ts";
import { kindOf } from "./web/first_bytes.ts";

/** The connection that the lines come from. */
export interface LineOwner {
  readonly address: string;
  /** Whether the connection has ended or is ending: no further line is served. */
  readonly closed: boolean;
  abort(reason: CloseReason): void;
  /** Called if the first bytes are not lines, with these bytes. The reader then gets no more bytes. */
  visit(kind: Visit["kind"], first: Uint8Array): void;
}

/** The settings of a reader. */
export interface LineReaderOptions {
  /** Longest line in bytes; 0 for no bound. */
  readonly lineBytes: number;
  /** Shares the event loop between addresses. Without it, this connection never waits. */
  readonly turns?: Pick<Turns, "free" | "run"> | undefined;
  /** Whether the connection can only carry lines, and no request for metrics. */
  readonly bringsLines?: boolean | undefined;
}

const METRICS_REQUEST = "GET_METRICS";
// After lines of this many bytes in a row, other addresses may have their turn.
const SERVED_IN_A_ROW = 4_096;
// A shorter line counts as this many bytes.
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
  /** Whether the connection is known to carry lines. */
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
   * Serves the lines that some bytes complete.
   *
   * @param bytes The bytes of one read. The caller must not change them until all lines are served.
   * @returns A promise if not all lines could be served at once.
   */
  take(bytes: Uint8Array, consumer: LineConsumer): void | Promise<void> {
    if (!this.#isLines && !this.#areLines(bytes)) return;
    const readAt = performance.now();
    this.#decoder.push(bytes);
    return this.inTurn(() => this.#serve(consumer, readAt), readAt);
  }

  /** Whether the bytes may be lines. If they are not, this passes them to the owner. */
  #areLines(bytes: Uint8Array): boolean {
    // Bytes of an incomplete line from earlier reads are still in the decoder.
    const before = this.#decoder.rest;
    const first = before.length === 0 ? bytes : Uint8Array.of(...before, ...bytes);
    const kind = kindOf(first);
    this.#isLines = kind === "lines";
    if (kind === undefined || kind === "lines") return true;
    this.#owner.visit(kind, first.slice());
    return false;
  }

  /** Does the work at once, or when it is the turn of the connection's address. */
  inTurn(work: () => void | Promise<void>, now = performance.now()): void | Promise<void> {
    return this.#turns.free(now) ? work() : this.#turns.run(this.#network, work);
  }

  // Not an async function: most lines are served at once, and a promise for each of them would cost time.
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
    // The entrance has already removed the header of a trusted proxy. Any other client could claim a false address.
    if (beginsProxyHeader(line)) return this.#owner.abort("proxy_header");
    return line === METRICS_REQUEST ? consumer.metrics() : consumer.line(line, readAt);
  }

  // The original metrics exporter sends its request without a newline.
  #serveRest(consumer: LineConsumer): void | Promise<void> {
    if (!this.#heardLine && isMetricsRequest(this.#decoder.rest)) return consumer.metrics();
  }
}

function isMetricsRequest(bytes: Uint8Array): boolean {
  return bytes.length === METRICS_REQUEST.length && decodeText(bytes) === METRICS_REQUEST;
}
