// Serves one HTTP connection: reads requests, replies to each, and closes in order. Each part has a time limit.
import type { ByteStream } from "../net/byte_stream.ts";
import { HEAD_MAX_BYTES, headEnd, HttpError, type HttpRequest, parseHead } from "./head.ts";

/** A reply to a request. */
export interface HttpReply {
  readonly status: number;
  readonly body: string;
  /** Without `content-length` and `date`, which are added. */
  readonly headers: Readonly<Record<string, string>>;
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
}

const REQUESTS_MAX = 100;
const SMALL_READ = 1024;

/** One HTTP connection. */
export class HttpConversation {
  readonly #stream: ByteStream;
  readonly #options: ConversationOptions;
  readonly #encoder = new TextEncoder();
  #buffer = new Uint8Array(SMALL_READ);
  #filled = 0;
  #answering = false;
  #stopping = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(stream: ByteStream, options: ConversationOptions) {
    this.#stream = stream;
    this.#options = options;
  }

  /** Serves requests until the end, and closes the stream. Never rejects. */
  async run(): Promise<void> {
    try {
      await this.#serve();
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
        count === REQUESTS_MAX;
      const bodiless = !(request instanceof HttpError) && request.method === "HEAD";
      await this.#write(this.#encode(reply, { last, bodiless }));
      this.#answering = false;
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

  #encode(
    { status, body, headers }: HttpReply,
    { last, bodiless }: { last: boolean; bodiless: boolean },
  ): Uint8Array {
    const bytes = this.#encoder.encode(body);
    const fields = {
      date: new Date().toUTCString(),
      ...headers,
      "content-length": bytes.length,
      connection: last ? "close" : "keep-alive",
    };
    const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}\r\n`).join("");
    const head = this.#encoder.encode(
      `HTTP/1.1 ${status} ${REASONS[status] ?? ""}\r\n${lines}\r\n`,
    );
    if (bodiless) return head;
    const reply = new Uint8Array(head.length + bytes.length);
    reply.set(head);
    reply.set(bytes, head.length);
    return reply;
  }

  async #write(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length;) at += await this.#stream.write(bytes.subarray(at));
  }

  // Closing with unread input would reset the connection, and the client would lose the reply.
  async #linger(): Promise<void> {
    this.#within(this.#options.times.linger);
    await this.#stream.closeWrite();
    const ignored = new Uint8Array(SMALL_READ);
    while (await this.#stream.read(ignored) !== null);
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

const REASONS: Readonly<Record<number, string>> = {
  200: "OK",
  400: "Bad Request",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  413: "Content Too Large",
  431: "Request Header Fields Too Large",
  500: "Internal Server Error",
  503: "Service Unavailable",
  505: "HTTP Version Not Supported",
};

function leadingEmptyLines(bytes: Uint8Array): number {
  let at = 0;
  while (bytes[at] === 10 || bytes[at] === 13 && bytes[at + 1] === 10) {
    at += bytes[at] === 10 ? 1 : 2;
  }
  return at;
}
