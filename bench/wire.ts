// A connection of the load generator: joins, sends, and counts the lines that arrive.

import { FrameCounter, framesOf, upgrade } from "./frames.ts";

const NEWLINE = 0x0a;
const encoder = new TextEncoder();

/** A protocol that the generator supports. */
export interface Dialect {
  /** Returns the lines with which a connection joins. */
  join(name: string): string;
  /** Returns a message to everyone with `payload`. */
  broadcast(payload: string): string;
  /** Returns a private message. */
  direct(to: string, payload: string): string;
  /** A request that is answered, and a text that its answer contains. */
  readonly probe: { readonly request: string; readonly answer: string };
  /** Returns the answer to a line with which the server asks for one, such as a ping. */
  reply(line: string): string | undefined;
  /** Whether lines are frames of a WebSocket. */
  readonly isFramed?: boolean;
}

/** The protocol of this server. */
export const CLASSCORD: Dialect = {
  join: (name) => `${JSON.stringify({ type: "message", from: name, content: "" })}\n`,
  broadcast: (payload) => `${JSON.stringify({ type: "message", content: payload })}\n`,
  direct: (to, payload) =>
    `${JSON.stringify({ type: "message", subtype: "private", to, content: payload })}\n`,
  probe: { request: '{"type":"ping","ref":"probe"}\n', answer: '"ref":"probe"' },
  reply: () => undefined,
};

/** What the page speaks: the same over a WebSocket. */
export const PAGE: Dialect = { ...CLASSCORD, isFramed: true };

/** IRC, for the other server. */
export const IRC: Dialect = {
  join: (name) => `NICK ${name}\r\nUSER ${name} 0 * :${name}\r\nJOIN #bench\r\n`,
  broadcast: (payload) => `PRIVMSG #bench :${payload}\r\n`,
  direct: (to, payload) => `PRIVMSG ${to} :${payload}\r\n`,
  probe: { request: "PING :probe\r\n", answer: "PONG" },
  reply: (line) => line.startsWith("PING") ? line.replace("PING", "PONG") : undefined,
};

/** A connection of the load generator. */
export class Wire {
  /** Lines received since the start, or since {@linkcode watch}. */
  lines = 0;
  /** Bytes received. */
  bytes = 0;
  readonly #conn: Deno.TcpConn;
  #onRead: (chunk: Uint8Array, lines: number) => void = () => {};
  #pause: () => Promise<void> | undefined = () => undefined;
  readonly ended: Promise<void>;

  private constructor(conn: Deno.TcpConn, readonly dialect: Dialect) {
    this.#conn = conn;
    this.ended = this.#readAll();
  }

  static async connect(port: number, dialect: Dialect): Promise<Wire> {
    const conn = await Deno.connect({ hostname: "127.0.0.1", port });
    conn.setNoDelay(true);
    if (dialect.isFramed === true) await upgrade(conn);
    return new Wire(conn, dialect);
  }

  async send(text: string): Promise<void> {
    let bytes = this.dialect.isFramed === true ? framesOf(text) : encoder.encode(text);
    while (bytes.length > 0) bytes = bytes.subarray(await this.#conn.write(bytes));
  }

  /** Sends a probe. Resolves when it is answered: then everything sent before has been served. */
  async settle(): Promise<void> {
    const answered = Promise.withResolvers<void>();
    let tail = "";
    const before = this.#onRead;
    this.#onRead = (chunk, lines) => {
      tail = tail.slice(-200) + new TextDecoder("latin1").decode(chunk);
      const asked = /^PING.*$/m.exec(tail)?.[0];
      const reply = asked === undefined ? undefined : this.dialect.reply(asked);
      if (reply !== undefined) {
        tail = "";
        this.send(`${reply}\n`);
      }
      if (tail.includes(this.dialect.probe.answer)) answered.resolve();
      before(chunk, lines);
    };
    await this.send(this.dialect.probe.request);
    await answered.promise;
    this.#onRead = before;
  }

  /** Counts from now on and reports each read. Between reads it waits for what `pause` returns. */
  watch(
    onRead: (chunk: Uint8Array, lines: number) => void,
    pause: () => Promise<void> | undefined = () => undefined,
  ): void {
    this.lines = 0;
    this.bytes = 0;
    this.#onRead = onRead;
    this.#pause = pause;
  }

  close(): void {
    this.#conn.close();
  }

  async #readAll(): Promise<void> {
    const buffer = new Uint8Array(128 * 1024);
    const frames = this.dialect.isFramed === true ? new FrameCounter() : undefined;
    for (;;) {
      const count = await this.#conn.read(buffer).catch(() => null);
      if (count === null) return;
      const chunk = buffer.subarray(0, count);
      const lines = frames?.count(chunk) ?? countLines(chunk);
      this.lines += lines;
      this.bytes += count;
      this.#onRead(chunk, lines);
      const pausing = this.#pause();
      if (pausing !== undefined) await pausing;
    }
  }
}

function countLines(chunk: Uint8Array): number {
  let lines = 0;
  for (let at = chunk.indexOf(NEWLINE); at !== -1; at = chunk.indexOf(NEWLINE, at + 1)) lines++;
  return lines;
}

// ngIRCd's accept queue has ten places. The eleventh connection would try again after a second.
const AT_ONCE = 8;

/** Opens connections to the ports in turn, a few at a time, and joins them all. */
export async function joinAll(
  ports: readonly number[],
  dialect: Dialect,
  names: string[],
): Promise<Wire[]> {
  const wires: Wire[] = [];
  for (let at = 0; at < names.length; at += AT_ONCE) {
    const some = await Promise.all(
      names.slice(at, at + AT_ONCE).map(async (name, i) => {
        const wire = await Wire.connect(ports[(at + i) % ports.length]!, dialect);
        await wire.send(dialect.join(name));
        await wire.settle();
        return wire;
      }),
    );
    wires.push(...some);
  }
  await Promise.all(wires.map((wire) => wire.settle()));
  return wires;
}
