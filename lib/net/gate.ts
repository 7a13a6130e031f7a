// Takes connections in over any byte stream: TCP, TLS, a Unix socket. Where a ban or a limit forbids that, the client
// is told in one line, and the connection ends.
import { ProtocolError } from "../protocol/errors.ts";
import { encodeLines } from "../protocol/reply.ts";
import { networkKey } from "./address.ts";
import type { Admission, AdmissionLimit } from "./admission.ts";
import type { Arrival, Visit } from "./arrival.ts";
import {
  Connection,
  type ConnectionLimits,
  type ConnectionOptions,
  type Visited,
} from "./connection.ts";
import { sayFarewell } from "./farewell.ts";
import type { LineConsumer, PeerInfo } from "./peer.ts";

/** What a gate needs of the rest. */
export interface GateOptions<Wire = Deno.TcpConn> {
  /** Bounds of each connection. */
  readonly limits: ConnectionLimits;
  /** Shares the event loop between addresses. */
  readonly turns?: ConnectionOptions["turns"];
  /** Slices the writes to many connections. */
  readonly departures?: ConnectionOptions["departures"];
  /** What may keep a connection out. Without it all come in, and none is counted. */
  readonly guard?: Guard;
  /** Takes connections that bring no lines, counted or not: they have left the gate. Without this they end. */
  readonly visited?: ((visit: Visit<Wire>) => void) | undefined;
  /** All connections bring HTTP: none is counted here. */
  readonly bringsHttp?: boolean;
  /** Takes an admitted connection in. */
  readonly open: (connection: Connection) => LineConsumer;
}

/** What may keep a connection out. */
export interface Guard {
  readonly admission: Admission;
  /** The error for an address that is banned. */
  readonly isBanned: (address: string) => ProtocolError | undefined;
  /** The line that tells a client why its connection ends. */
  readonly errorLine: (error: ProtocolError) => string;
  /** Told of each connection that is kept out. */
  readonly refused: (peer: PeerInfo, limit: AdmissionLimit | "banned") => void;
}

// A connection that is kept out gets a line before it ends, unless so many are that it is an attack.
const MAX_FAREWELLS = 128;

/** The connections that came in through one gate. Owns their places in the admission. */
export class Gate<Wire = Deno.TcpConn> {
  readonly #options: GateOptions<Wire>;
  // Each with the socket that carries it.
  readonly #connections = new Map<Connection, Wire>();
  readonly #farewells = new Map<Connection, Wire>();
  #arriving = 0;
  #whenEmpty: () => void = () => {};
  #closed = false;

  constructor(options: GateOptions<Wire>) {
    this.#options = options;
  }

  /** The open connections, each with the socket that carries it. */
  get connections(): ReadonlyMap<Connection, Wire> {
    return this.#connections;
  }

  /** Takes a connection in, or tells it why not. */
  receive(arrival: Arrival<Wire>): void {
    if (this.#closed) return arrival.stream.close();
    const { bringsHttp, visited } = this.#options;
    if (bringsHttp) return visited?.({ arrival, kind: "http", first: new Uint8Array(0) });
    const refusal = this.#refusal(arrival.peer);
    if (refusal === undefined) this.#welcome(arrival);
    else this.#sayFarewell(arrival, refusal);
  }

  /**
   * Takes a connection in once it is ready, as after a handshake. It counts from now on. One that is kept out is made
   * ready too, so that it can be told why.
   *
   * @param ready Makes it ready. `undefined` where that failed and the stream is closed.
   * @param crowded Closes one that is kept out at once: making it ready would take the place of another.
   */
  async receiveOnceReady(
    arrival: Arrival<Wire>,
    { ready, crowded }: { ready: () => Promise<Arrival<Wire> | undefined>; crowded: boolean },
  ): Promise<void> {
    if (this.#closed) return arrival.stream.close();
    const refusal = this.#refusal(arrival.peer);
    if (refusal !== undefined && crowded) return arrival.stream.close();
    const made = await ready();
    // That may take seconds: the address may be banned by now.
    const farewell = refusal ?? (made && this.#ban(arrival.peer));
    if (made !== undefined && farewell === undefined && !this.#closed) return this.#welcome(made);
    if (refusal === undefined) this.#release(arrival.peer);
    if (farewell === undefined || this.#closed) made?.stream.close();
    else if (made !== undefined) this.#sayFarewell(made, farewell);
  }

  /** Has {@linkcode finish} wait for a connection that is still on its way to the gate. */
  async expect(arriving: Promise<void>): Promise<void> {
    this.#arriving++;
    try {
      await arriving;
    } finally {
      this.#arriving--;
      this.#checkEmpty();
    }
  }

  /** Closes each connection that comes from now on. Those that are open go on. */
  close(): void {
    this.#closed = true;
  }

  /**
   * Resolves when every connection has ended.
   *
   * @param within Milliseconds after which those that are left are cut off.
   */
  async finish(within: number): Promise<void> {
    if (this.#isEmpty()) return;
    const cut = setTimeout(() => this.#abortAll(), within);
    await new Promise<void>((resolve) => this.#whenEmpty = resolve);
    clearTimeout(cut);
  }

  /** Counts a connection in, or says why not. */
  #refusal(peer: PeerInfo): ProtocolError | undefined {
    const { guard } = this.#options;
    if (guard === undefined) return undefined;
    const ban = this.#ban(peer);
    if (ban !== undefined) return ban;
    const limit = guard.admission.admit(networkKey(peer.address));
    if (limit === undefined) return undefined;
    guard.refused(peer, limit);
    return FAREWELLS[limit];
  }

  #ban(peer: PeerInfo): ProtocolError | undefined {
    const { guard } = this.#options;
    const ban = guard?.isBanned(peer.address);
    if (ban !== undefined) guard?.refused(peer, "banned");
    return ban;
  }

  #release({ address }: { readonly address: string }): void {
    this.#options.guard?.admission.release(networkKey(address));
  }

  #welcome({ stream, peer, wire, bringsLines }: Arrival<Wire>): void {
    const { limits, turns, departures, open } = this.#options;
    const visited = this.#visited;
    const options = { ...limits, turns, departures, bringsLines, visited };
    const connection = new Connection(stream, peer, options);
    this.#connections.set(connection, wire);
    connection.start(open(connection), this.#ended);
  }

  #sayFarewell({ stream, peer, wire, bringsLines }: Arrival<Wire>, farewell: ProtocolError): void {
    const { limits, guard } = this.#options;
    if (guard === undefined || this.#farewells.size >= MAX_FAREWELLS) return stream.close();
    const visited = this.#visited;
    const connection = new Connection(stream, peer, { ...limits, bringsLines, visited });
    this.#farewells.set(connection, wire);
    sayFarewell(connection, {
      lines: encodeLines(guard.errorLine(farewell)),
      reason: farewell.code === "banned" ? "banned" : "client",
      isHeard: bringsLines === true || this.#options.visited === undefined,
      ended: this.#ended,
    });
  }

  readonly #visited: Visited = (connection, visit) => {
    const wire = this.#connections.get(connection) ?? this.#farewells.get(connection);
    const stream = connection.detach();
    if (wire === undefined || this.#options.visited === undefined) return stream.close();
    const { id, address, port, secure } = connection;
    this.#options.visited({
      ...visit,
      arrival: { stream, peer: { id, address, port, secure }, wire },
    });
  };

  readonly #ended = (connection: Connection): void => {
    if (this.#connections.delete(connection)) this.#release(connection);
    this.#farewells.delete(connection);
    this.#checkEmpty();
  };

  #abortAll(): void {
    for (const connection of this.#connections.keys()) connection.abort("shutdown");
    for (const connection of this.#farewells.keys()) connection.abort("shutdown");
  }

  #isEmpty(): boolean {
    return this.#connections.size + this.#farewells.size + this.#arriving === 0;
  }

  #checkEmpty(): void {
    if (this.#isEmpty()) this.#whenEmpty();
  }
}

const FAREWELLS: Readonly<Record<AdmissionLimit, ProtocolError>> = {
  connections: new ProtocolError("too_many_connections", { reason: "server_full" }),
  connections_per_address: new ProtocolError("too_many_connections", { reason: "address_full" }),
};
