// A connection of a test that hands over each line as it arrives, and keeps all that it has received.
import type { Line } from "../client.ts";

/** A connection. */
export class Wire {
  readonly #connection: Deno.Conn;
  #text = "";
  #isEnded = false;
  #isClosing = false;
  /** Resolves when the connection has ended. */
  readonly ended: Promise<void>;

  private constructor(connection: Deno.Conn, received: (line: Line) => void) {
    this.#connection = connection;
    this.ended = this.#readAll(received);
  }

  /** @param received Called with each line. */
  static async connect(port: number, received: (line: Line) => void): Promise<Wire> {
    return new Wire(await Deno.connect({ hostname: "127.0.0.1", port }), received);
  }

  /** All that was received. */
  get text(): string {
    return this.#text;
  }

  /** Whether the connection has ended, and not by {@linkcode close}. */
  get isLost(): boolean {
    return this.#isEnded && !this.#isClosing;
  }

  /** Sends an object as a line. It may be lost if the connection ends. */
  async send(line: Line): Promise<void> {
    let bytes = new TextEncoder().encode(`${JSON.stringify(line)}\n`);
    try {
      while (bytes.length > 0) bytes = bytes.subarray(await this.#connection.write(bytes));
    } catch {
      // The connection has ended.
    }
  }

  /** Closes the connection. */
  async close(): Promise<void> {
    this.#isClosing = true;
    try {
      this.#connection.close();
    } catch {
      // It is closed already.
    }
    await this.ended;
  }

  async #readAll(received: (line: Line) => void): Promise<void> {
    const decoder = new TextDecoder();
    const buffer = new Uint8Array(65_536);
    let rest = "";
    for (;;) {
      const count = await this.#connection.read(buffer).catch(() => null);
      if (count === null) break;
      const text = decoder.decode(buffer.subarray(0, count), { stream: true });
      this.#text += text;
      const lines = (rest + text).split("\n");
      rest = lines.pop()!;
      for (const line of lines) received(JSON.parse(line));
    }
    this.#isEnded = true;
    if (!this.#isClosing) this.#connection.close();
  }
}
