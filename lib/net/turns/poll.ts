// Runs a function as soon as the event loop has polled its sockets, without a timer.
//
// While one immediate follows another, Deno polls its sockets in every 61st round only. A timer makes Deno poll, but
// fires a millisecond or two late. A byte over a connection of the process to itself makes Deno poll within 20 µs.

const ONE = new Uint8Array(1);

/** A connection of the process to itself. */
export class Poll implements Disposable {
  readonly #ends: readonly Deno.TcpConn[];
  readonly #into = new Uint8Array(8);
  #due: (() => void)[] = [];
  #closed: boolean;

  private constructor(ends: readonly Deno.TcpConn[]) {
    this.#ends = ends;
    this.#closed = ends.length === 0;
  }

  /** Opens the connection. If the loopback interface cannot be used, the poll works with timers. */
  static async open(): Promise<Poll> {
    return new Poll(await connectToSelf().catch(() => []));
  }

  /** Runs a function after the event loop has handled timers, accepts and reads. */
  readonly after = (run: () => void): void => {
    this.#due.push(run);
    if (this.#due.length > 1) return;
    if (this.#closed) this.#afterTimer();
    else this.#echo(this.#ends).then(this.#runDue, this.#failed);
  };

  /** Closes the connection. The functions that wait for a poll run now, so that no timer outlives it. */
  [Symbol.dispose](): void {
    this.#close();
    this.#runDue();
  }

  #close(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const end of this.#ends) end.close();
  }

  // No byte is left from the echo before, so this read completes only after Deno has polled the sockets.
  async #echo([near, far]: readonly Deno.TcpConn[]): Promise<void> {
    const reading = far!.read(this.#into);
    await near!.write(ONE);
    await reading;
  }

  readonly #failed = (): void => {
    this.#close();
    if (this.#due.length > 0) this.#afterTimer();
  };

  #afterTimer(): void {
    setTimeout(this.#runDue, 0);
  }

  readonly #runDue = (): void => {
    const due = this.#due;
    this.#due = [];
    for (const run of due) run();
  };
}

async function connectToSelf(): Promise<Deno.TcpConn[]> {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr as Deno.NetAddr;
  const [near, far] = await Promise.all([
    Deno.connect({ hostname: "127.0.0.1", port }),
    listener.accept(),
  ]);
  near.setNoDelay(true);
  if (far.remoteAddr.port === near.localAddr.port) return [near, far];
  // Another program connected to the listener first.
  near.close();
  far.close();
  throw new Error("another program connected");
}
