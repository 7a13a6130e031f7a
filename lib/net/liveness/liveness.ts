// Ends the connections of peers that have vanished silently or that no longer read, within two minutes. It sends no
// lines: it uses TCP keep-alive and the kernel's table of connections.
import { setImmediate } from "node:timers";
import type { Connection } from "../connection.ts";
import { createProbe, type Probe } from "./keep_alive.ts";
import type { Later } from "../turns/turnstile.ts";
import { endpointsKey, readStalled } from "./tcp_table.ts";

/** What a watch works with. */
export interface LivenessOptions {
  /** The open connections, each with the socket that carries it. */
  readonly connections: () => Iterable<readonly [Connection, Deno.TcpConn]>;
  /** Called when the kernel's table cannot be read. Called again only after the table was readable in between. */
  readonly unreadable: (error: unknown) => void;
  readonly times?: LivenessTimes;
  readonly probe?: Probe;
  /** Returns the keys of the connections whose peers owe an acknowledgement. */
  readonly stalled?: () => Promise<ReadonlySet<string>>;
  /** A clock in milliseconds that never goes back. */
  readonly now: () => number;
  /** Runs a function after some milliseconds. @returns A function that cancels it. */
  readonly after: (milliseconds: number, run: () => void) => () => void;
  /** Ends a turn of the event loop between two steps; see `Turnstile`. */
  readonly later?: Later;
}

/** The times of a watch, in milliseconds. */
export interface LivenessTimes {
  /** Time between two checks. */
  readonly look: number;
  /** A connection that has received a byte within this time is not checked. */
  readonly silent: number;
  /** Time from the peer's last packet to the kernel's first probe; whole seconds. */
  readonly probe: number;
  /** A peer that owes an acknowledgement in each check for this long has vanished. */
  readonly unacknowledged: number;
  /** A peer that takes nothing of the queued data for this long is a slow consumer. */
  readonly unread: number;
}

// An idle peer gets the first probe after 30 s, then one probe with each check. The kernel gives up after nine probes,
// 102 s in all. If the peer owes an acknowledgement, the watch ends the connection after 68 to 76 s.
const TIMES: LivenessTimes = {
  look: 8_000,
  silent: 20_000,
  probe: 30_000,
  unacknowledged: 60_000,
  unread: 120_000,
};
// Connections to handle in one turn of the event loop.
const SLICE = 200;

/** Starts a watch. @returns A function that stops it. It resolves once the last check is over. */
export function watchLiveness(options: LivenessOptions): () => Promise<void> {
  const { after, times = TIMES } = options;
  const watch = new Watch(options);
  let stopped = false;
  let looking = Promise.resolve();
  let cancel = schedule();
  function schedule(): () => void {
    return after(times.look, () => {
      looking = watch.look(() => stopped).then(() => {
        if (!stopped) cancel = schedule();
      });
    });
  }
  return async () => {
    stopped = true;
    cancel();
    await looking;
  };
}

/** The checks, with the results of the checks before. */
class Watch {
  readonly #options: LivenessOptions;
  readonly #times: LivenessTimes;
  readonly #probe: Probe;
  readonly #stalled: () => Promise<ReadonlySet<string>>;
  /** For each peer that owes an acknowledgement, by key: since when. */
  #owing = new Map<string, number>();
  /** For each connection with queued data: the bytes it has taken, and since when it has taken no more. */
  #reading = new Map<Connection, { readonly taken: number; readonly since: number }>();
  #readable = true;

  constructor(options: LivenessOptions) {
    this.#options = options;
    this.#times = options.times ?? TIMES;
    this.#probe = options.probe ?? createProbe(this.#times.probe / 1000);
    this.#stalled = options.stalled ?? readStalled;
  }

  /** Checks all connections once, in short steps. Never rejects. */
  async look(stopped: () => boolean): Promise<void> {
    await this.#endUnread(stopped);
    const silent: (readonly [Connection, Deno.TcpConn])[] = [];
    const before = this.#options.now() - this.#times.silent;
    for (const pair of this.#options.connections()) if (pair[0].heardAt < before) silent.push(pair);
    await this.#inSlices(silent, stopped, ([, wire]) => this.#probe(wire));
    if (silent.length === 0 || stopped()) return;
    this.#owing = this.#since(await this.#readStalled());
    if (this.#owing.size === 0) return;
    const now = this.#options.now();
    await this.#inSlices(silent, stopped, ([connection, wire]) => {
      if (connection.closed) return;
      const since = this.#owing.get(endpointsKey(wire));
      if (since === undefined || connection.heardAt >= since) return;
      if (now - since >= this.#times.unacknowledged) connection.abort("timeout");
    });
  }

  async #readStalled(): Promise<ReadonlySet<string>> {
    try {
      const stalled = await this.#stalled();
      this.#readable = true;
      return stalled;
    } catch (error) {
      if (this.#readable) this.#options.unreadable(error);
      this.#readable = false;
      return new Set();
    }
  }

  #since(stalled: ReadonlySet<string>): Map<string, number> {
    const now = this.#options.now();
    return new Map([...stalled].map((key) => [key, this.#owing.get(key) ?? now]));
  }

  /** Calls a function for each item, in short steps. */
  async #inSlices<T>(
    items: readonly T[],
    stopped: () => boolean,
    work: (item: T) => void,
  ): Promise<void> {
    const { later = setImmediate } = this.#options;
    for (let at = 0; at < items.length && !stopped(); at += SLICE) {
      if (at > 0) await new Promise<void>((resolve) => later(resolve));
      for (const item of items.slice(at, at + SLICE)) work(item);
    }
  }

  async #endUnread(stopped: () => boolean): Promise<void> {
    const now = this.#options.now();
    const before = this.#reading;
    this.#reading = new Map();
    await this.#inSlices([...this.#options.connections()], stopped, ([connection]) => {
      if (connection.queuedBytes === 0 || connection.closed) return;
      const taken = connection.takenBytes;
      const last = before.get(connection);
      const since = last?.taken === taken ? last.since : now;
      if (now - since >= this.#times.unread) connection.abort("slow_consumer");
      else this.#reading.set(connection, { taken, since });
    });
  }
}
