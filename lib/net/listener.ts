// Accepts TCP connections and brings them to the gate, through the entrance where there is one.
import { acceptAll } from "./accept_loop.ts";
import { normalizeAddress } from "./address.ts";
import { type Adopt, createAdopt } from "./adopted_socket.ts";
import type { Arrival } from "./arrival.ts";
import type { Entrance } from "./entrance/entrance.ts";
import type { Gate } from "./gate.ts";
import { findSocketHandles } from "./socket_handles.ts";

/** What a listener needs of the rest. */
export interface ListenerOptions {
  readonly host: string;
  /** Port; 0 for any free one. */
  readonly port: number;
  /** What takes the connections in. Several listeners may share it. */
  readonly gate: Gate;
  /** What connections go through first, if anything. */
  readonly entrance?: Entrance | undefined;
  /** Makes byte streams of the sockets; without this, Deno's internals where they can be used. */
  readonly adopt?: Adopt | undefined;
  /** Numbers connections. */
  readonly nextId: () => number;
  /** Told when accepting failed, as when the process has no file descriptors left; it is tried again. */
  readonly acceptFailed: (error: unknown) => void;
}

// A class joins at once: a client that finds the backlog full has to try again after a second.
const BACKLOG = 4096;

/** A listening socket. */
export class ChatListener {
  readonly #options: ListenerOptions;
  readonly #listener: Deno.TcpListener;
  readonly #adopt: Adopt;
  readonly #accepting: Promise<void>;
  #closed = false;

  /** Opens the socket. @throws What `Deno.listen` throws, such as `AddrInUse`. */
  constructor(options: ListenerOptions) {
    this.#options = options;
    this.#adopt = options.adopt ?? createAdopt(findSocketHandles());
    this.#listener = Deno.listen({
      hostname: options.host,
      port: options.port,
      tcpBacklog: BACKLOG,
    });
    this.#accepting = acceptAll({
      listener: this.#listener,
      take: (conn) => this.#take(conn),
      isClosed: () => this.#closed,
      failed: options.acceptFailed,
    });
  }

  /** The address it listens on, with the port the system chose. */
  get addr(): Deno.NetAddr {
    return this.#listener.addr as Deno.NetAddr;
  }

  /** Accepts no more, and closes connections that are still on their way to the gate. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#listener.close();
    this.#options.entrance?.clear();
    await this.#accepting;
  }

  #take(wire: Deno.TcpConn): void {
    const { gate, nextId, entrance, acceptFailed } = this.#options;
    const { hostname, port } = wire.remoteAddr;
    const peer = { id: nextId(), address: normalizeAddress(hostname), port };
    configure(wire);
    // TLS writes through `node:tls`: an adopted socket would only hold more.
    const arrival = { stream: entrance?.encrypts ? wire : this.#adopt(wire), peer, wire };
    if (!entrance?.detains(peer.address)) return gate.receive(arrival);
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

function configure(wire: Deno.TcpConn): void {
  try {
    wire.setNoDelay(true);
    wire.setKeepAlive(true);
  } catch {
    // The client left before it was looked at; reading will tell.
  }
}
