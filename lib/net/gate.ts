// Admits or rejects connections over any byte stream: TCP, TLS, a Unix socket. If a ban or a limit forbids a
// connection, the gate sends the client an error line and closes the connection.
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

/** What a gate works with. */
export interface GateOptions<Wire = Deno.TcpConn> {
  /** Bounds of each connection. */
  readonly limits: ConnectionLimits;
  /** Shares the event loop between addresses. */
  readonly turns?: ConnectionOptions["turns"];
  /** Spreads writes to many connections over several turns. */
  readonly departures?: ConnectionOptions["departures"];
  /** The bans and limits. Without it, the gate admits all connections and counts none. */
  readonly guard?: Guard;
  /** Called for each connection whose first bytes are not lines. It has left the gate. Without this, it is closed. */
  readonly visited?: ((visit: Visit<Wire>) => void) | undefined;
  /** Whether all connections use HTTP. The gate then passes them on and counts none. */
  readonly bringsHttp?: boolean;
  /** Opens an admitted connection. @returns What receives its lines. */
  readonly open: (connection: Connection) => LineConsumer;
}

/** The bans and limits of a gate. */
export interface Guard {
  readonly admission: Admission;
  /** Returns the error for all connections, or `undefined` while connections are admitted. */
  readonly refusesAll?: (() => ProtocolError | undefined) | undefined;
  /** Returns the error for a banned address, or `undefined` if the address is not banned. */
  readonly isBanned: (address: string) => ProtocolError | undefined;
  /** Returns the line that tells a client why its connection is rejected. */
  readonly errorLine: (error: ProtocolError) => string;
  /** Called for each rejected connection. */
  readonly refused: (peer: PeerInfo, limit: AdmissionLimit | "banned") => void;
}

// Most rejected connections that receive an error line at the same time. More of them are probably an attack, so the
// gate closes these at once.
const MAX_FAREWELLS = 128;

/** Admits connections and keeps those that are open. It owns their places in the admission. */
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

  /** Admits a connection, or tells its client why it is rejected. */
  receive(arrival: Arrival<Wire>): void {
    if (this.#closed) return arrival.stream.close();
    const { bringsHttp, visited } = this.#options;
    if (bringsHttp) return visited?.({ arrival, kind: "http", first: new Uint8Array(0) });
    const refusal = this.#refusal(arrival.peer);
    if (refusal === undefined) this.#welcome(arrival);
    else this.#sayFarewell(arrival, refusal);
  }

  /**
   * Admits a connection that must first be made ready, for example by a TLS handshake. The connection counts from
   * now on. A rejected connection is made ready as well, so that its client can be told why.
   *
   * @param options.ready Makes the connection ready. It returns `undefined` if that failed and the stream is closed.
   * @param options.crowded Whether to close a rejected connection at once: making it ready would take the place of
   * another connection.
   */
  async receiveOnceReady(
    arrival: Arrival<Wire>,
    { ready, crowded }: { ready: () => Promise<Arrival<Wire> | undefined>; crowded: boolean },
  ): Promise<void> {
    if (this.#closed) return arrival.stream.close();
    const refusal = this.#refusal(arrival.peer);
    if (refusal !== undefined && crowded) return arrival.stream.close();
    const made = await ready();
    // `ready` may take seconds. The address may have been banned meanwhile.
    const farewell = refusal ?? (made && this.#ban(arrival.peer));
    if (made !== undefined && farewell === undefined && !this.#closed) return this.#welcome(made);
    if (refusal === undefined) this.#release(arrival.peer);
    if (farewell === undefined || this.#closed) made?.stream.close();
    else if (made !== undefined) this.#sayFarewell(made, farewell);
  }

  /** Makes {@linkcode finish} wait for a connection that has not yet reached the gate. */
  async expect(arriving: Promise<void>): Promise<void> {
    this.#arriving++;
    try {
      await arriving;
    } finally {
      this.#arriving--;
      this.#checkEmpty();
    }
  }

  /** Closes all connections that arrive from now on. Open connections stay open. */
  close(): void {
    this.#closed = true;
  }

  /**
   * Resolves when every connection has ended.
   *
   * @param within Milliseconds after which the gate aborts the remaining connections.
   */
  async finish(within: number): Promise<void> {
    if (this.#isEmpty()) return;
    const cut = setTimeout(() => this.#abortAll(), within);
    await new Promise<void>((resolve) => this.#whenEmpty = resolve);
    clearTimeout(cut);
  }

  /** Counts a connection as admitted, or returns the error for a rejected one. */
  #refusal(peer: PeerInfo): ProtocolError | undefined {
    const { guard } = this.#options;
    if (guard === undefined) return undefined;
    const refusal = guard.refusesAll?.() ?? this.#ban(peer);
    if (refusal !== undefined) return refusal;
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
