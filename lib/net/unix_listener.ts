// Accepts connections over a Unix socket and passes them to the gate. The mode of the socket controls who may connect.
import { acceptAll } from "./accept_loop.ts";
import type { Gate } from "./gate.ts";

/** The address of all peers of a Unix socket. */
export const LOCAL_ADDRESS = "local";

/** What a Unix listener works with. */
export interface UnixListenerOptions {
  /** Path of the socket. */
  readonly path: string;
  /** The gate for the connections. */
  readonly gate: Gate<Deno.UnixConn>;
  /** Returns the number of the next connection. */
  readonly nextId: () => number;
  /** Called when accepting failed. The listener tries again. */
  readonly acceptFailed: (error: unknown) => void;
}

/** The error if another server answers at the path, or if the file there is not a socket. */
export class SocketTaken extends Error {
  override readonly name = "SocketTaken";
}

/** Only the owner and the group of the socket may connect. */
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
   * Opens the socket. A socket that an earlier server left behind is replaced.
   *
   * @throws {SocketTaken} if another server answers at the path, or if the file there is not a socket.
   * @throws The errors of `Deno.listen`.
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

  /** Stops accepting and removes the socket. */
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

// Creates the socket in a directory that no other user can enter, sets its mode there, and then moves it to its path.
// So other users cannot connect at any moment. (A umask would apply to the whole process.)
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

/** Removes what an interrupted start has left behind. A directory with other files stays. */
function clear(directory: string, inside: string): void {
  for (const path of [inside, directory]) {
    try {
      Deno.removeSync(path);
    } catch {
      // It does not exist, or it is a directory with other files.
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
