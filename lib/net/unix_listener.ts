// Accepts connections over a Unix socket, whose file mode says who may connect, and brings them to the gate.
import { acceptAll } from "./accept_loop.ts";
import type { Gate } from "./gate.ts";

/** What peers of a Unix socket have in the place of an address. */
export const LOCAL_ADDRESS = "local";

/** What a Unix listener needs of the rest. */
export interface UnixListenerOptions {
  /** Path of the socket. */
  readonly path: string;
  /** What takes the connections in. */
  readonly gate: Gate<Deno.UnixConn>;
  /** Numbers connections. */
  readonly nextId: () => number;
  /** Told when accepting failed; it is tried again. */
  readonly acceptFailed: (error: unknown) => void;
}

/** The path is taken: by a server that answers there, or by something that is no socket. */
export class SocketTaken extends Error {
  override readonly name = "SocketTaken";
}

/** Its owner and its group may connect, nobody else. */
const MODE = 0o660;

/** A listening Unix socket. */
export class UnixListener {
  readonly #options: UnixListenerOptions;
  readonly #listener: Deno.UnixListener;
  readonly #inode: number | undefined;
  readonly #accepting: Promise<void>;
  #closed = false;

  private constructor(
    options: UnixListenerOptions,
    { listener, inode }: { listener: Deno.UnixListener; inode: number | undefined },
  ) {
    this.#options = options;
    this.#listener = listener;
    this.#inode = inode;
    this.#accepting = acceptAll({
      listener,
      take: (stream) => this.#take(stream),
      isClosed: () => this.#closed,
      failed: options.acceptFailed,
    });
  }

  /**
   * Opens the socket. One that a server left behind is replaced; one that answers is not.
   *
   * @throws {SocketTaken}
   * @throws What `Deno.listen` throws.
   */
  static async open(options: UnixListenerOptions): Promise<UnixListener> {
    const { path } = options;
    await refuseTaken(path);
    const listener = listenPrivately(path);
    return new UnixListener(options, { listener, inode: await inodeOf(path) });
  }

  /** The path of the socket. */
  get path(): string {
    return this.#options.path;
  }

  /** Accepts no more, and removes the socket. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#listener.close();
    await this.#accepting;
    const ino = await inodeOf(this.path);
    if (ino !== undefined && ino === this.#inode) await Deno.remove(this.path);
  }

  #take(stream: Deno.UnixConn): void {
    const { gate, nextId } = this.#options;
    gate.receive({ stream, peer: { id: nextId(), address: LOCAL_ADDRESS, port: 0 }, wire: stream });
  }
}

// The socket gets its mode in a directory that nobody else can enter, and comes out of it with one rename:
// there is no moment at which others may connect. (A umask would be the whole process's.)
function listenPrivately(path: string): Deno.UnixListener {
  const directory = `${path}.new`;
  const inside = `${directory}/s`;
  clear(directory, inside);
  Deno.mkdirSync(directory, { mode: 0o700 });
  let listener: Deno.UnixListener | undefined;
  try {
    listener = Deno.listen({ transport: "unix", path: inside });
    Deno.chmodSync(inside, MODE);
    Deno.renameSync(inside, path);
    return listener;
  } catch (error) {
    listener?.close();
    throw error;
  } finally {
    clear(directory, inside);
  }
}

/** Removes what a start that was cut off has left behind; whatever else lies there stays. */
function clear(directory: string, inside: string): void {
  for (const path of [inside, directory]) {
    try {
      Deno.removeSync(path);
    } catch {
      // It is not there.
    }
  }
}

async function refuseTaken(path: string): Promise<void> {
  const file = await Deno.lstat(path).catch(() => undefined);
  if (file === undefined) return;
  if (!file.isSocket) {
    throw new SocketTaken(`${path}: expected a socket or nothing, got another kind of file`);
  }
  const answer = await Deno.connect({ transport: "unix", path }).catch(() => undefined);
  if (answer === undefined) return;
  answer.close();
  throw new SocketTaken(`${path}: another server already listens there`);
}

async function inodeOf(path: string): Promise<number | undefined> {
  const file = await Deno.lstat(path).catch(() => undefined);
  return file?.ino ?? undefined;
}
