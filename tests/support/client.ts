// A client for tests that sends and receives lines over TCP. It waits for events, never for time.
import assert from "node:assert/strict";

/** A parsed line. */
export type Line = Record<string, unknown>;

/** A received line, without its end. */
export interface Arrived {
  readonly text: string;
  /** Whether the read that received it received nothing else. */
  readonly isAlone: boolean;
}

const DEADLINE_MS = 30_000;

/** One connection. It also keeps all received bytes. */
export class Client {
  readonly #conn: Deno.Conn;
  readonly #decoder: TextDecoder;
  readonly #received: Uint8Array[] = [];
  #text = "";
  #lines: Arrived[] = [];
  #ended = false;
  #wake: () => void = () => {};
  readonly #reading: Promise<void>;

  // The server sends ASCII, but the programs that tests run send UTF-8.
  private constructor(conn: Deno.Conn, charset: "latin1" | "utf-8" = "latin1") {
    this.#conn = conn;
    this.#decoder = new TextDecoder(charset);
    this.#reading = this.#readAll();
  }

  static async connect(port: number, hostname = "127.0.0.1"): Promise<Client> {
    return new Client(await Deno.connect({ hostname, port }));
  }

  /** Takes over a connection that a test has accepted: the client is the program that it tests. */
  static over(conn: Deno.Conn): Client {
    return new Client(conn, "utf-8");
  }

  /**
   * Connects over TLS.
   *
   * @param trusted The only certificate to trust, as PEM.
   * @param header Bytes to send unencrypted before the handshake, like a proxy.
   */
  static async tls(port: number, trusted: string, header?: Uint8Array): Promise<Client> {
    const conn = await Deno.connect({ hostname: "127.0.0.1", port });
    if (header !== undefined) await conn.write(header);
    const secured = await Deno.startTls(conn, { hostname: "127.0.0.1", caCerts: [trusted] });
    try {
      await secured.handshake();
    } catch (error) {
      secured.close();
      throw error;
    }
    return new Client(secured);
  }

  /** Connects to an admin socket. */
  static async operator(path: string): Promise<Client> {
    return new Client(await Deno.connect({ transport: "unix", path }));
  }

  /** Connects and joins as a guest. */
  static async guest(port: number, name: string): Promise<Client> {
    const client = await Client.connect(port);
    try {
      await client.send({ type: "message", from: name, content: "" });
      await client.sync();
      return client;
    } catch (error) {
      await client[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** All bytes received so far. */
  get bytes(): Uint8Array {
    return new Uint8Array(this.#received.flatMap((part) => [...part]));
  }

  /** Whether the server has closed the connection, as far as it has been read. */
  get ended(): boolean {
    return this.#ended;
  }

  /** Sends an object as a line; sends a text or bytes unchanged. */
  async send(what: Line | string | Uint8Array): Promise<void> {
    let bytes = typeof what === "string"
      ? new TextEncoder().encode(what)
      : what instanceof Uint8Array
      ? what
      : new TextEncoder().encode(`${JSON.stringify(what)}\n`);
    while (bytes.length > 0) bytes = bytes.subarray(await this.#conn.write(bytes));
  }

  /** Returns the next line without its end. Fails if the connection ends or no line arrives. */
  async text(): Promise<string> {
    return (await this.arrived()).text;
  }

  /** Returns the next line like {@linkcode text}, with details of its arrival. */
  async arrived(): Promise<Arrived> {
    await this.#until(() => this.#lines.length > 0 || this.#ended);
    const line = this.#lines.shift();
    assert.ok(line !== undefined, "the server closed the connection before the next line");
    return line;
  }

  /** Returns the next line, parsed. */
  async line(): Promise<Line> {
    return JSON.parse(await this.text());
  }

  /** Sends a request and returns the next line. */
  async ask(request: Line): Promise<Line> {
    await this.send(request);
    return await this.line();
  }

  /** Returns the next line that `wanted` accepts, and drops the lines before it. */
  async find(wanted: (line: Line) => boolean): Promise<Line> {
    for (;;) {
      const line = await this.line();
      if (wanted(line)) return line;
    }
  }

  /** Sends a ping and returns the lines that arrive before its reply. */
  async sync(): Promise<Line[]> {
    const ref = crypto.randomUUID();
    await this.send({ type: "ping", ref });
    const before: Line[] = [];
    for (;;) {
      const line = await this.line();
      if (line["type"] === "pong" && line["ref"] === ref) return before;
      before.push(line);
    }
  }

  /** Whether a received line is waiting. */
  get hasLines(): boolean {
    return this.#lines.length > 0;
  }

  /** Waits until the server closes the connection. */
  async ending(): Promise<void> {
    await this.#until(() => this.#ended);
  }

  /** Waits until the server closes the connection. Returns the remaining lines. */
  async end(): Promise<Line[]> {
    await this.ending();
    return this.#lines.splice(0).map(({ text }) => JSON.parse(text));
  }

  /** Closes the sending half. */
  async closeWrite(): Promise<void> {
    await this.#conn.closeWrite();
  }

  /** Closes the connection. */
  async close(): Promise<void> {
    try {
      this.#conn.close();
    } catch {
      // It is closed already.
    }
    await this.#reading;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #readAll(): Promise<void> {
    const buffer = new Uint8Array(65_536);
    try {
      for (;;) {
        const count = await this.#conn.read(buffer);
        if (count === null) break;
        this.#received.push(buffer.slice(0, count));
        const isWhole = this.#text === "";
        this.#text += this.#decoder.decode(buffer.subarray(0, count), { stream: true });
        const lines = this.#text.split("\n");
        this.#text = lines.pop()!;
        const isAlone = isWhole && lines.length === 1 && this.#text === "";
        this.#lines.push(...lines.map((text) => ({ text, isAlone })));
        this.#wake();
      }
    } catch {
      // The server has reset the connection, or it was closed here.
    } finally {
      this.#ended = true;
      this.#wake();
    }
  }

  async #until(met: () => boolean): Promise<void> {
    if (met()) return;
    // Made here, so that its stack names the line of the test that waits.
    const error = new Error(`nothing came within ${DEADLINE_MS / 1000} s`);
    const late = Promise.withResolvers<never>();
    const timer = setTimeout(() => late.reject(error), DEADLINE_MS);
    try {
      while (!met()) {
        const { promise, resolve } = Promise.withResolvers<void>();
        this.#wake = resolve;
        await Promise.race([promise, late.promise]);
      }
    } finally {
      clearTimeout(timer);
    }
  }
}
