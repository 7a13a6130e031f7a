// A relay between a page and its server. A test can cut its connections, refuse new ones, and drop data.

/** What happens to the data in one direction. */
export type Way = "open" | "swallowed";

/** Passes connections on to a server. */
export class Relay implements AsyncDisposable {
  readonly port: number;
  /** The port of the server. */
  target: number;
  /** Which new connections are accepted. `pages`: all except WebSockets. */
  accepts: "all" | "pages" | "none" = "all";
  /** What happens to data for the server (`up`) and for the page (`down`). */
  up: Way = "open";
  down: Way = "open";
  /** A header field to add to the first request of every connection, as a proxy does. */
  field = "";
  /** The number of bytes dropped so far. */
  swallowed = 0;
  readonly #listener: Deno.Listener;
  readonly #open = new Set<Deno.Conn>();
  readonly #running: Promise<unknown>[] = [];
  #wake = () => {};
  #passed = () => {};

  constructor(target: number) {
    this.target = target;
    this.#listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    this.port = (this.#listener.addr as Deno.NetAddr).port;
    this.#running.push(this.#accept());
  }

  /** Breaks all connections. */
  cut(): void {
    for (const conn of this.#open) closeQuietly(conn);
    this.#open.clear();
  }

  /** Breaks all connections, and accepts none until {@linkcode restore}. */
  disconnect(): void {
    this.accepts = "none";
    this.cut();
  }

  /** Accepts connections again and drops no more data. */
  restore(): void {
    this.accepts = "all";
    this.up = this.down = "open";
  }

  /** Waits until the next WebSocket is passed on to the server. */
  passing(): Promise<void> {
    return new Promise((resolve) => this.#passed = resolve);
  }

  /** Waits until some data was dropped. */
  async swallowing(): Promise<void> {
    while (this.swallowed === 0) await new Promise<void>((resolve) => this.#wake = resolve);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    this.cut();
    await Promise.all(this.#running);
  }

  async #accept(): Promise<void> {
    try {
      for await (const conn of this.#listener) this.#running.push(this.#serve(conn));
    } catch {
      // The listener was closed.
    }
  }

  async #serve(page: Deno.Conn): Promise<void> {
    this.#open.add(page);
    try {
      const buffer = new Uint8Array(65_536);
      const count = await page.read(buffer);
      const first = buffer.slice(0, count ?? 0);
      const isSocket = new TextDecoder().decode(first).startsWith("GET /ws");
      const isRefused = this.accepts === "none" || isSocket && this.accepts === "pages";
      if (count === null || isRefused) return;
      const server = await Deno.connect({ hostname: "127.0.0.1", port: this.target });
      this.#open.add(server);
      await writeAll(server, this.#withField(first));
      if (isSocket) this.#passed();
      await Promise.all([this.#pass(page, server, "up"), this.#pass(server, page, "down")]);
    } catch {
      // The connection was cut, or the server is not available.
    } finally {
      closeQuietly(page);
      this.#open.delete(page);
    }
  }

  #withField(first: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
    if (this.field === "") return first;
    // Latin-1 maps each byte to one character, so nothing else changes.
    const head = new TextDecoder("latin1").decode(first).replace("\r\n", `\r\n${this.field}\r\n`);
    return Uint8Array.from(head, (character) => character.charCodeAt(0));
  }

  async #pass(from: Deno.Conn, to: Deno.Conn, way: "up" | "down"): Promise<void> {
    const buffer = new Uint8Array(65_536);
    try {
      for (;;) {
        const count = await from.read(buffer);
        if (count === null) break;
        if (this[way] === "open") await writeAll(to, buffer.subarray(0, count));
        else {
          this.swallowed += count;
          this.#wake();
        }
      }
    } catch {
      // The connection was cut.
    } finally {
      for (const conn of [from, to]) {
        closeQuietly(conn);
        this.#open.delete(conn);
      }
    }
  }
}

async function writeAll(conn: Deno.Conn, bytes: Uint8Array): Promise<void> {
  for (let rest = bytes; rest.length > 0;) rest = rest.subarray(await conn.write(rest));
}

function closeQuietly(conn: Deno.Conn): void {
  try {
    conn.close();
  } catch {
    // The connection is already closed.
  }
}
