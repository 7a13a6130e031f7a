// A client of the bench that connects from any address in 127.0.0.0/8. Deno's own connections cannot choose one.
import { Buffer } from "node:buffer";
import { connect, type Socket } from "node:net";

/** The address and port to connect to, and the address to connect from. */
export interface CallOptions {
  readonly port: number;
  /** The client's address, any in 127.0.0.0/8. */
  readonly from: string;
  /** The server's address. The default is this machine. */
  readonly host?: string;
}

/** A parsed line from the server. */
export type Reply = Readonly<Record<string, unknown>>;

interface Waiter {
  readonly wanted: (line: string) => boolean;
  readonly resolve: (line: string | undefined) => void;
}

const DEADLINE_MS = 90_000;
const CONNECT_MS = 10_000;
const NEWLINE = "\n";

/** A connection. It reads everything that arrives, and counts it. */
export class Caller {
  lines = 0;
  bytes = 0;
  /** The number of errors received, by code. */
  readonly refusals = new Map<string, number>();
  /** Whether the connection has ended other than by {@linkcode close}. */
  cut = false;
  /** Resolves when the connection has ended. */
  readonly ended: Promise<void>;
  readonly #socket: Socket;
  readonly #waiters = new Set<Waiter>();
  #closed = false;
  #tail = "";

  constructor(socket: Socket) {
    this.#socket = socket;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.ended = promise;
    socket.on("data", (chunk: Uint8Array) => this.#read(chunk));
    socket.on("error", () => {});
    socket.on("end", () => socket.destroy());
    socket.on("close", () => {
      this.cut = !this.#closed;
      this.#closed = true;
      for (const waiter of this.#waiters) waiter.resolve(undefined);
      resolve();
    });
  }

  /** Connects. @throws If the server does not accept, or the connection fails. */
  static async connect({ port, from, host = "127.0.0.1" }: CallOptions): Promise<Caller> {
    const socket = connect({ host, port, localAddress: from });
    socket.setNoDelay(true);
    await opened(socket);
    return new Caller(socket);
  }

  /** Whether nothing more can be sent. */
  get closed(): boolean {
    return this.#closed;
  }

  /** Bytes that the server has not taken yet. */
  get waiting(): number {
    return this.#socket.writableLength;
  }

  /** Sends an object as a line, or a text unchanged. */
  send(what: Reply | string): void {
    if (this.#closed) return;
    this.#socket.write(typeof what === "string" ? what : `${JSON.stringify(what)}\n`);
  }

  /**
   * Sends a request with a `ref`. Returns its reply, or `undefined` if the connection ends or time runs out first.
   */
  async ask(request: Reply, withinMs = DEADLINE_MS): Promise<Reply | undefined> {
    const ref = crypto.randomUUID();
    const answer = this.wait((line) => line.includes(`"ref":"${ref}"`), withinMs);
    this.send({ ...request, ref });
    return parse(await answer);
  }

  /** Sends a request as the oldest clients do. Returns the next line of its type, or the next error. */
  async askOld(request: Reply, withinMs = DEADLINE_MS): Promise<Reply | undefined> {
    const answer = this.wait(
      (line) => line.startsWith(`{"type":"${request["type"]}"`) || isError(line),
      withinMs,
    );
    this.send(request);
    return parse(await answer);
  }

  /** Returns the next line that `wanted` accepts, or `undefined` if the connection ends or time runs out first. */
  wait(wanted: Waiter["wanted"], withinMs = DEADLINE_MS): Promise<string | undefined> {
    if (this.#closed) return Promise.resolve(undefined);
    return new Promise((done) => {
      const waiter: Waiter = {
        wanted,
        resolve: (line) => {
          clearTimeout(timer);
          this.#waiters.delete(waiter);
          done(line);
        },
      };
      const timer = setTimeout(() => waiter.resolve(undefined), withinMs);
      this.#waiters.add(waiter);
    });
  }

  /** Resolves when the server has served everything that was sent before, or when time runs out. */
  async settle(withinMs = DEADLINE_MS): Promise<void> {
    await this.ask({ type: "ping" }, withinMs);
  }

  /** Stops reading, so that what the server sends stays on its side. */
  stopReading(): void {
    this.#socket.pause();
  }

  /** Reads again. */
  readOn(): void {
    this.#socket.resume();
  }

  /** Closes the connection at once. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#socket.destroy();
  }

  #read(chunk: Uint8Array): void {
    this.bytes += chunk.length;
    const lines = (this.#tail + Buffer.from(chunk).toString("latin1")).split(NEWLINE);
    this.#tail = lines.pop()!;
    this.lines += lines.length;
    for (const line of lines) this.#take(line);
  }

  #take(line: string): void {
    if (isError(line)) {
      const code = /"code":"(\w+)"/.exec(line)?.[1] ?? "unknown";
      this.refusals.set(code, (this.refusals.get(code) ?? 0) + 1);
    }
    for (const waiter of this.#waiters) {
      if (waiter.wanted(line)) waiter.resolve(line);
    }
  }
}

/** Resolves when a socket is connected. @throws If the connection fails. */
export async function opened(socket: Socket): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const timer = setTimeout(() => reject(new Error("nobody accepted the connection")), CONNECT_MS);
  socket.once("connect", resolve);
  socket.once("error", reject);
  try {
    await promise;
  } catch (error) {
    socket.on("error", () => {});
    socket.destroy();
    throw error;
  } finally {
    clearTimeout(timer);
    socket.removeListener("error", reject);
  }
}

/** Returns the number of errors that some callers received, by code. */
export function refusalsOf(callers: readonly Caller[]): Record<string, number> {
  const sum: Record<string, number> = {};
  for (const { refusals } of callers) {
    for (const [code, count] of refusals) sum[code] = (sum[code] ?? 0) + count;
  }
  return sum;
}

function isError(line: string): boolean {
  return line.startsWith('{"type":"error"');
}

function parse(line: string | undefined): Reply | undefined {
  return line === undefined ? undefined : JSON.parse(line);
}
