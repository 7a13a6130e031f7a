// Accepts TCP connections and passes them to the gate, through the entrance if the listener has one.
import { acceptAll } from "./accept_loop.ts";
import { normalizeAddress } from "./address.ts";
import type { Arrival } from "./arrival.ts";
import type { Entrance } from "./entrance/entrance.ts";
import type { Gate } from "./gate.ts";
import type { AcceptPace } from "./turns/accept_pace.ts";

/** What a listener works with. */
export interface ListenerOptions {
  readonly host: string;
  /** Port; 0 for any free port. */
  readonly port: number;
  /** The gate for the connections. Several listeners may share it. */
  readonly gate: Gate;
  /** Handles PROXY headers and TLS, if this listener has either. */
  readonly entrance?: Entrance | undefined;
  /** Decides when the next connection is accepted. Without it, at once. */
  readonly pace?: AcceptPace | undefined;
  /** Returns the number of the next connection. */
  readonly nextId: () => number;
  /** Called when accepting failed, for example without a free file descriptor. The listener tries again. */
  readonly acceptFailed: (error: unknown) => void;
}

// A whole class connects at once. A client that finds the backlog full must wait a second before it tries again.
const BACKLOG = 4096;

/** A listening socket. */
export class ChatListener {
  readonly #options: ListenerOptions;
  readonly #listener: Deno.TcpListener;
  readonly #accepting: Promise<void>;
  #closed = false;

  /** Opens the socket. @throws What `Deno.listen` throws, such as `AddrInUse`. */
  constructor(options: ListenerOptions) {
    this.#options = options;
    this.#listener = Deno.listen({
      hostname: options.host,
      port: options.port,
      tcpBacklog: BACKLOG,
    });
    this.#accepting = acceptAll({
      listener: this.#listener,
      take: (stream) => this.#take(stream),
      isClosed: () => this.#closed,
      failed: options.acceptFailed,
      pace: options.pace,
    });
  }

  /** The address that the socket listens on, with the port that the system chose. */
  get addr(): Deno.NetAddr {
    return this.#listener.addr as Deno.NetAddr;
  }

  /** Stops accepting, and closes the connections that have not yet reached the gate. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#listener.close();
    this.#options.entrance?.clear();
    await this.#accepting;
  }

  #take(stream: Deno.TcpConn): void {
    const { gate, nextId, entrance, acceptFailed } = this.#options;
    const { hostname, port } = stream.remoteAddr;
    const peer = { id: nextId(), address: normalizeAddress(hostname), port };
    const arrival = { stream, peer, wire: stream };
    configure(stream);
    if (!entrance?.hasSteps(peer.address)) return gate.receive(arrival);
    gate.expect(bringIn(arrival, { entrance, gate })).catch(acceptFailed);
  }
}

async function bringIn(
  accepted: Arrival,
  { entrance, gate }: { entrance: Entrance; gate: Gate },
): Promise<void> {
  const arrival = await entrance.identify(accepted);
  if (arrival === undefined) return;
  if (!entrance.encrypts) return gate.receive(arrival);
  await gate.receiveOnceReady(arrival, {
    ready: () => entrance.secure(arrival),
    crowded: entrance.busy,
  });
}

function configure(stream: Deno.TcpConn): void {
  try {
    stream.setNoDelay(true);
    stream.setKeepAlive(true);
  } catch {
    // The client has already left. The first read reports this.
  }
}
