// A client of the admin socket. It sends one JSON object per line and finds the reply to each by its `ref`.
import { LineDecoder } from "../../protocol/line_decoder.ts";
import { type ReplyOf, replyTypeOf } from "../../protocol/replies/families.ts";
import type { RequestLine, RequestType } from "../../protocol/request.ts";

/** A line from the server. */
export type Line = Readonly<Record<string, unknown>>;

/** The error for a request that the server rejected. */
export class Refused extends Error {
  override readonly name = "Refused";

  /**
   * @param code One of the error codes of the protocol.
   * @param reason The reason within the code, if there is one.
   */
  constructor(message: string, readonly code: string, readonly reason?: string) {
    super(message);
  }
}

/** The error for a connection that ended before the reply. */
export class ConnectionLost extends Error {
  override readonly name = "ConnectionLost";
}

// A list of ten thousand connections is several megabytes long.
const LINE_MAX = 256 * 2 ** 20;
const READ_BYTES = 64 * 1024;

interface Waiting {
  readonly resolve: (line: Line) => void;
  readonly reject: (error: Error) => void;
}

/** An open connection to the admin socket. */
export class AdminClient implements Disposable {
  readonly #conn: Deno.Conn;
  readonly #waiting = new Map<string, Waiting>();
  readonly #ended = Promise.withResolvers<void>();
  #closed = false;
  #lastRef = 0;
  /** Called with each line that is not a reply, such as the events of a `tail`. */
  onEvent: (line: Line) => void = () => {};

  private constructor(conn: Deno.Conn) {
    this.#conn = conn;
    this.#readAll();
  }

  /** Connects. @throws What `Deno.connect` throws. */
  static async connect(path: string): Promise<AdminClient> {
    return new AdminClient(await Deno.connect({ transport: "unix", path }));
  }

  /** Resolves when the connection has ended, closed by either side. */
  get ended(): Promise<void> {
    return this.#ended.promise;
  }

  /**
   * Sends a request and waits for its reply.
   *
   * @throws {Refused} with the server's error.
   * @throws {ConnectionLost}
   */
  async ask<T extends RequestType>(request: RequestLine<T>): Promise<ReplyOf<T>> {
    const ref = String(++this.#lastRef);
    const { promise, resolve, reject } = Promise.withResolvers<Line>();
    this.#waiting.set(ref, { resolve, reject });
    this.#write(`${JSON.stringify({ ...request, ref })}\n`).catch(() => this.#end());
    const line = await promise;
    if (isReplyTo(request.type, line)) return line;
    throw new Error(`${replyTypeOf(request.type)}: expected this reply, got ${line["type"]}`);
  }

  /** Closes the connection. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#conn.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  async #write(text: string): Promise<void> {
    let bytes = new TextEncoder().encode(text);
    while (bytes.length > 0) bytes = bytes.subarray(await this.#conn.write(bytes));
  }

  async #readAll(): Promise<void> {
    const decoder = new LineDecoder(LINE_MAX);
    const buffer = new Uint8Array(READ_BYTES);
    try {
      for (;;) {
        const count = await this.#conn.read(buffer);
        if (count === null) break;
        decoder.push(buffer.subarray(0, count));
        for (let line = decoder.next(); line !== undefined; line = decoder.next()) {
          this.#take(JSON.parse(line));
        }
      }
    } catch {
      // The server reset the connection, or it was closed here.
    } finally {
      this.#end();
    }
  }

  #take(line: Line): void {
    const ref = String(line["ref"]);
    const waiting = this.#waiting.get(ref);
    if (waiting === undefined) return this.onEvent(line);
    this.#waiting.delete(ref);
    if (line["type"] !== "error") waiting.resolve(line);
    else waiting.reject(refusedBy(line));
  }

  #end(): void {
    this.close();
    for (const { reject } of this.#waiting.values()) {
      reject(new ConnectionLost("expected a reply, got the end of the connection"));
    }
    this.#waiting.clear();
    this.#ended.resolve();
  }
}

function refusedBy({ message, code, reason }: Line): Refused {
  return new Refused(String(message), String(code), reason as string | undefined);
}

// The server writes each reply as its type declares. A reply of another type belongs to another request.
function isReplyTo<T extends RequestType>(type: T, line: object): line is ReplyOf<T> {
  return "type" in line && line.type === replyTypeOf(type);
}
