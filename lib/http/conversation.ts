// Serves one HTTP connection: reads requests, replies to each, and closes in order. Each part has a time limit.
import { Buffer } from "node:buffer";
import type { ByteStream } from "../net/byte_stream.ts";
import { BODILESS, REASONS } from "./statuses.ts";
import { HEAD_MAX_BYTES, headEnd, HttpError, type HttpRequest, parseHead } from "./head.ts";

/** A reply to a request. */
export interface HttpReply {
  readonly status: number;
  readonly body: string | Uint8Array;
  /** The headers, except `content-length`, `date` and `connection`, which the conversation adds. */
  readonly headers: Readonly<Record<string, string>>;
  /**
   * Called once a reply with status 101 is written. It takes over the stream.
   *
   * @param rest The bytes that were read after the request.
   */
  readonly upgrade?: (stream: ByteStream, rest: Uint8Array) => void;
}

/** Time limits of a connection, in milliseconds. */
export interface HttpTimes {
  /** From the first byte of a request, or from the connection, to the end of its head. */
  readonly head: number;
  /** From a reply to the first byte of the next request. */
  readonly idle: number;
  /** For the client to receive a reply. */
  readonly reply: number;
  /** For the client to close its half after the last reply. */
  readonly linger: number;
}

/** Options of a conversation. */
export interface ConversationOptions {
  readonly answer: (request: HttpRequest) => HttpReply | Promise<HttpReply>;
  readonly refuse: (error: HttpError) => HttpReply;
  /** Called with errors that `answer` throws. The client gets a 500. */
  readonly failed: (error: unknown) => void;
  readonly times: HttpTimes;
  /** The maximum number of requests on one connection. */
  readonly requestsMax?: number;
  /** The bytes that were already read from the stream. */
  readonly first?: Uint8Array;
}

const REQUESTS_MAX = 100;
const SMALL_READ = 1024;
/** The maximum number of bytes that are read and ignored behind the last request. */
const LINGER_MAX_BYTES = 64 * SMALL_READ;

/** One HTTP connection. */
export class HttpConversation {
  readonly #stream: ByteStream;
  readonly #options: ConversationOptions;
  readonly #encoder = new TextEncoder();
  #buffer = new Uint8Array(SMALL_READ);
  #filled = 0;
  #answering = false;
  #stopping = false;
  #isGiven = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(stream: ByteStream, options: ConversationOptions) {
    this.#stream = stream;
    this.#options = options;
    const { first } = options;
    if (first === undefined) return;
    this.#buffer = new Uint8Array(Math.max(SMALL_READ, first.length));
    this.#buffer.set(first);
    this.#filled = first.length;
  }

  /** Serves requests until the connection ends. Closes the stream, unless an upgrade has taken it. Never rejects. */
  async run(): Promise<void> {
    await this.#toTheEnd(() => this.#serve());
  }

  /** Sends some bytes instead of serving requests, and closes the connection. Never rejects. */
  async turnAway(bytes: Uint8Array): Promise<void> {
    await this.#toTheEnd(async () => {
      this.#within(this.#options.times.reply);
      await this.#write(bytes);
      await this.#linger();
    });
  }

  async #toTheEnd(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch {
      // The client has left, or exceeded a time limit.
    } finally {
      clearTimeout(this.#timer);
      this.abort();
    }
  }

  /** Closes the connection after the reply in progress, or immediately if there is none. */
  stop(): void {
    this.#stopping = true;
    if (!this.#answering) this.abort();
  }

  /** Closes the connection immediately. */
  abort(): void {
    if (this.#isGiven) return;
    try {
      this.#stream.close();
    } catch {
      // It is closed already.
    }
  }

  async #serve(): Promise<void> {
    const { times } = this.#options;
    this.#within(times.head);
    for (let count = 1; !this.#stopping; count++) {
      const request = await this.#readRequest(count === 1 || this.#filled > 0);
      if (request === undefined) return;
      this.#answering = true;
      this.#within(times.reply);
      const reply = await this.#replyTo(request);
      const last = request instanceof HttpError || !request.keepAlive || this.#stopping ||
        count === (this.#options.requestsMax ?? REQUESTS_MAX);
      const bodiless = !(request instanceof HttpError) && request.method === "HEAD";
      await this.#write(this.#encode(reply, { last, bodiless }));
      this.#answering = false;
      if (reply.upgrade !== undefined) return this.#give(reply.upgrade);
      if (last) return await this.#linger();
      this.#within(this.#filled === 0 ? times.idle : times.head);
    }
  }

  /**
   * Reads the next request. Returns an error if it is not valid.
   *
   * @param begun Whether the time limit for the head is running. If not, it starts with the first byte.
   * @returns `undefined` at the end of the stream.
   */
  async #readRequest(begun: boolean): Promise<HttpRequest | HttpError | undefined> {
    let seen = 0;
    for (;;) {
      // RFC 9112 asks servers to skip empty lines before a request.
      this.#drop(leadingEmptyLines(this.#buffer.subarray(0, this.#filled)));
      const end = headEnd(this.#buffer.subarray(0, this.#filled), Math.max(0, seen - 3));
      if (end !== undefined) return this.#takeHead(end);
      if (this.#filled === HEAD_MAX_BYTES) {
        return new HttpError(431, `Expected a head of at most ${HEAD_MAX_BYTES} bytes.`);
      }
      seen = this.#filled;
      if (this.#filled === this.#buffer.length) this.#grow();
      const count = await this.#stream.read(this.#buffer.subarray(this.#filled));
      if (count === null) return undefined;
      if (!begun) this.#within(this.#options.times.head);
      begun = true;
      this.#filled += count;
    }
  }

  #takeHead(end: number): HttpRequest | HttpError {
    try {
      return parseHead(this.#buffer.subarray(0, end));
    } catch (error) {
      if (error instanceof HttpError) return error;
      throw error;
    } finally {
      this.#drop(end);
    }
  }

  async #replyTo(request: HttpRequest | HttpError): Promise<HttpReply> {
    const { answer, refuse, failed } = this.#options;
    if (request instanceof HttpError) return refuse(request);
    try {
      return await answer(request);
    } catch (error) {
      failed(error);
      return refuse(new HttpError(500, "The server failed to answer."));
    }
  }

  #give(upgrade: NonNullable<HttpReply["upgrade"]>): void {
    this.#isGiven = true;
    upgrade(this.#stream, this.#buffer.slice(0, this.#filled));
  }

  #encode(
    { status, body, headers }: HttpReply,
    { last, bodiless }: { last: boolean; bodiless: boolean },
  ): Uint8Array {
    const bytes = typeof body === "string" ? this.#encoder.encode(body) : body;
    const end = last ? "close" : "keep-alive";
    const fields = {
      date: new Date().toUTCString(),
      ...headers,
      ...(BODILESS.has(status) ? {} : { "content-length": bytes.length }),
      connection: status === 101 ? "Upgrade" : "upgrade" in headers ? `${end}, Upgrade` : end,
    };
    const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}\r\n`).join("");
    const head = this.#encoder.encode(
      `HTTP/1.1 ${status} ${REASONS[status] ?? ""}\r\n${lines}\r\n`,
    );
    return bodiless ? head : Buffer.concat([head, bytes]);
  }

  async #write(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length;) at += await this.#stream.write(bytes.subarray(at));
  }

  // Closing with unread input would reset the connection, and the client would lose the reply.
  async #linger(): Promise<void> {
    this.#within(this.#options.times.linger);
    await this.#stream.closeWrite();
    const ignored = new Uint8Array(SMALL_READ);
    for (let left = LINGER_MAX_BYTES; left > 0;) {
      const count = await this.#stream.read(ignored);
      if (count === null) return;
      left -= count;
    }
  }

  #within(milliseconds: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.abort(), milliseconds);
  }

  #drop(count: number): void {
    if (count === 0) return;
    this.#buffer.copyWithin(0, count, this.#filled);
    this.#filled -= count;
  }

  #grow(): void {
    const larger = new Uint8Array(HEAD_MAX_BYTES);
    larger.set(this.#buffer);
    this.#buffer = larger;
  }
}

function leadingEmptyLines(bytes: Uint8Array): number {
  let at = 0;
  while (bytes[at] === 10 || bytes[at] === 13 && bytes[at + 1] === 10) {
    at += bytes[at] === 10 ? 1 : 2;
  }
  return at;
}
