// A browser for tests, at the level of bytes: HTTP requests, and a WebSocket whose frames the test creates itself.
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import type { Line } from "./client.ts";

const DEADLINE_MS = 30_000;
const KEY = "dGhlIHNhbXBsZSBub25jZQ==";

/** An HTTP reply. */
export interface Reply {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Uint8Array;
}

/** A connection that writes bytes and waits for the expected ones. */
export class Wire implements Disposable {
  readonly #conn: Deno.Conn;
  #bytes = new Uint8Array(0);

  private constructor(conn: Deno.Conn) {
    this.#conn = conn;
  }

  /** Connects and sends some data at once. */
  static async connect(port: number, first: string | Uint8Array = ""): Promise<Wire> {
    return await Wire.over(await Deno.connect({ hostname: "127.0.0.1", port }), first);
  }

  /** Connects over TLS. @param trusted The only trusted certificate, as PEM. */
  static async tls(port: number, trusted: string): Promise<Wire> {
    return await Wire.over(
      await Deno.connectTls({ hostname: "127.0.0.1", port, caCerts: [trusted] }),
    );
  }

  /** Uses an open connection. */
  static async over(conn: Deno.Conn, first: string | Uint8Array = ""): Promise<Wire> {
    const wire = new Wire(conn);
    await wire.write(first);
    return wire;
  }

  /** Sends a text or bytes. */
  async write(what: string | Uint8Array): Promise<void> {
    let bytes = typeof what === "string" ? new TextEncoder().encode(what) : what;
    while (bytes.length > 0) bytes = bytes.subarray(await this.#conn.write(bytes));
  }

  /** Closes the sending half. */
  async closeWrite(): Promise<void> {
    await this.#conn.closeWrite();
  }

  /** Reads some bytes. @throws {AssertionError} If the connection ends before. */
  async take(count: number): Promise<Uint8Array> {
    while (this.#bytes.length < count) assert.ok(await this.#more(), "the end came too early");
    const taken = this.#bytes.slice(0, count);
    this.#bytes = this.#bytes.slice(count);
    return taken;
  }

  /** Reads a text up to and including a mark. */
  async takeUntil(mark: string): Promise<string> {
    for (;;) {
      const at = Buffer.from(this.#bytes).indexOf(mark);
      if (at >= 0) return new TextDecoder("latin1").decode(await this.take(at + mark.length));
      assert.ok(await this.#more(), `the end came before ${JSON.stringify(mark)}`);
    }
  }

  /** Reads until the server closes or resets the connection. */
  async end(): Promise<string> {
    try {
      while (await this.#more());
    } catch (error) {
      if (error instanceof Deno.errors.TimedOut) throw error;
    }
    return new TextDecoder("latin1").decode(this.#bytes);
  }

  /** Reads a reply. @param bodiless Whether it answers a HEAD request. */
  async reply(bodiless = false): Promise<Reply> {
    const [first = "", ...lines] = (await this.takeUntil("\r\n\r\n")).trim().split("\r\n");
    const headers = new Map(lines.map((line) => {
      const colon = line.indexOf(":");
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
    }));
    const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(first)?.[1]);
    const length = bodiless ? 0 : Number(headers.get("content-length") ?? 0);
    return { status, headers, body: await this.take(length) };
  }

  [Symbol.dispose](): void {
    try {
      this.#conn.close();
    } catch {
      // The connection is already closed.
    }
  }

  async #more(): Promise<boolean> {
    const buffer = new Uint8Array(65_536);
    const late = Promise.withResolvers<never>();
    const timer = setTimeout(
      () => late.reject(new Deno.errors.TimedOut(`nothing came within ${DEADLINE_MS / 1000} s`)),
      DEADLINE_MS,
    );
    try {
      const count = await Promise.race([this.#conn.read(buffer), late.promise]);
      if (count === null) return false;
      this.#bytes = new Uint8Array([...this.#bytes, ...buffer.subarray(0, count)]);
      return true;
    } finally {
      clearTimeout(timer);
    }
  }
}

/** Returns the head of a request. Headers with an empty value are left out. */
export function head(path = "/", headers: Record<string, string> = {}, method = "GET"): string {
  const fields = Object.entries({ Host: "a", ...headers }).filter(([, value]) => value !== "");
  const lines = fields.map(([name, value]) => `${name}: ${value}\r\n`).join("");
  return `${method} ${path} HTTP/1.1\r\n${lines}\r\n`;
}

/** Returns the head of a WebSocket handshake. */
export function socketHead(headers: Record<string, string> = {}, path = "/ws"): string {
  return head(path, {
    Connection: "keep-alive, Upgrade",
    Upgrade: "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": KEY,
    ...headers,
  });
}

/** Requests a file over a new connection. */
export async function get(port: number, path = "/", headers: Record<string, string> = {}) {
  using wire = await Wire.connect(port, head(path, headers));
  return await wire.reply();
}

/** Returns a frame of a client, which is masked. */
export function frame(
  opcode: number,
  payload: string | Uint8Array = "",
  { final = true, mask = [1, 2, 3, 250] }: { final?: boolean; mask?: readonly number[] } = {},
): Uint8Array {
  const bytes = typeof payload === "string" ? new TextEncoder().encode(payload) : payload;
  const { length } = bytes;
  const size = length < 126
    ? [length]
    : length < 65_536
    ? [126, length >> 8, length & 255]
    : [127, ...Array.from({ length: 8 }, (_, i) => Math.floor(length / 256 ** (7 - i)) & 255)];
  const masked = bytes.map((byte, i) => byte ^ mask[i % 4]!);
  size[0]! |= 0x80;
  return Uint8Array.of((final ? 0x80 : 0) | opcode, ...size, ...mask, ...masked);
}

/** A frame that the server sent. */
export interface Came {
  readonly opcode: number;
  readonly payload: Uint8Array;
}

/** A WebSocket after its handshake. */
export class Socket implements Disposable {
  readonly wire: Wire;

  private constructor(wire: Wire) {
    this.wire = wire;
  }

  /** Connects to the server and does the handshake. */
  static async connect(port: number, headers: Record<string, string> = {}): Promise<Socket> {
    return await Socket.over(await Wire.connect(port), headers);
  }

  /** Does the handshake over an open connection. */
  static async over(wire: Wire, headers: Record<string, string> = {}): Promise<Socket> {
    await wire.write(socketHead(headers));
    const reply = await wire.reply();
    assert.equal(reply.status, 101);
    assert.equal(reply.headers.get("sec-websocket-accept"), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    return new Socket(wire);
  }

  /** Connects and joins as a guest. */
  static async guest(port: number, name: string): Promise<Socket> {
    const socket = await Socket.connect(port);
    await socket.send({ type: "message", from: name, content: "", ref: "join" });
    await socket.find((line) => line["ref"] === "join");
    return socket;
  }

  /** Sends an object as JSON in one frame. */
  async send(line: Line): Promise<void> {
    await this.wire.write(frame(1, JSON.stringify(line)));
  }

  /** Reads the next frame, which must be final and not masked. Answers pings. */
  async frame(): Promise<Came> {
    for (;;) {
      const came = await this.#frame();
      if (came.opcode !== 9) return came;
      await this.wire.write(frame(10, came.payload));
    }
  }

  /** Reads the next line. */
  async line(): Promise<Line> {
    const { opcode, payload } = await this.frame();
    const text = new TextDecoder().decode(payload);
    assert.equal(opcode, 1, `frame of kind ${opcode}: ${text}`);
    assert.doesNotMatch(text, /\n/);
    return JSON.parse(text);
  }

  /** Reads lines until one matches. */
  async find(wanted: (line: Line) => boolean): Promise<Line> {
    for (;;) {
      const line = await this.line();
      if (wanted(line)) return line;
    }
  }

  /** Sends a request and returns the next line. */
  async ask(line: Line): Promise<Line> {
    await this.send(line);
    return await this.line();
  }

  /** Reads the next frame, which must be a close frame. @returns Its code, if it has one. */
  async closeCode(): Promise<number | undefined> {
    const { opcode, payload } = await this.frame();
    assert.equal(opcode, 8, `frame of kind ${opcode}: ${new TextDecoder().decode(payload)}`);
    return payload.length === 0 ? undefined : payload[0]! << 8 | payload[1]!;
  }

  [Symbol.dispose](): void {
    this.wire[Symbol.dispose]();
  }

  async #frame(): Promise<Came> {
    const [first, second] = await this.wire.take(2);
    assert.equal(first! & 0xf0, 0x80);
    assert.equal(second! & 0x80, 0);
    const extended = second === 126 ? 2 : second === 127 ? 8 : 0;
    const length = extended === 0
      ? second!
      : (await this.wire.take(extended)).reduce((sum, byte) => sum * 256 + byte, 0);
    return { opcode: first! & 0x0f, payload: await this.wire.take(length) };
  }
}
