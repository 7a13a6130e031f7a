// Accepts TCP connections, counts them in and out, and turns away those over a limit.
import { ProtocolError } from "../protocol/errors.ts";
import { encodeLines } from "../protocol/reply.ts";
import { acceptAll } from "./accept_loop.ts";
import { networkKey, normalizeAddress } from "./address.ts";
import type { Admission, AdmissionLimit } from "./admission.ts";
import { Connection, type ConnectionLimits, type ConnectionOptions } from "./connection.ts";
import type { Arrival, Entrance } from "./entrance/entrance.ts";
import type { LineConsumer, PeerInfo } from "./peer.ts";

/** What a listener needs of the rest. */
export interface ListenerOptions {
  readonly host: string;
  /** Port; 0 for any free one. */
  readonly port: number;
  readonly limits: ConnectionLimits;
  /** Shares the event loop between addresses. */
  readonly turns?: ConnectionOptions["turns"];
  /** Slices the writes to many connections. */
  readonly departures?: ConnectionOptions["departures"];
  readonly admission: Admission;
  /** What connections go through first, if anything. */
  readonly entrance?: Entrance | undefined;
  /** Numbers connections. */
  readonly nextId: () => number;
  /** What is answered to an address that is banned, if it is. */
  readonly isBanned: (address: string) => ProtocolError | undefined;
  /** The line that tells a connection why it is turned away. */
  readonly errorLine: (error: ProtocolError) => string;
  /** Takes an admitted connection in. */
  readonly open: (connection: Connection) => LineConsumer;
  /** Told of a connection that was turned away. */
  readonly refused: (peer: PeerInfo, limit: AdmissionLimit | "banned") => void;
  /** Told when accepting failed, as when the process has no file descriptors left; it is tried again. */
  readonly acceptFailed: (error: unknown) => void;
}

// A class joins at once: whoever finds the backlog full has to try again after a second.
const BACKLOG = 4096;
// Turned-away connections get a line before they end, unless so many do at once that it is an attack.
const MAX_FAREWELLS = 128;

/** A listening socket and the connections it accepted. */
export class ChatListener {
  readonly #options: ListenerOptions;
  readonly #listener: Deno.TcpListener;
  // Each with the socket that carries it.
  readonly #connections = new Map<Connection, Deno.TcpConn>();
  readonly #farewells = new Set<Connection>();
  #arriving = 0;
  #whenEmpty: () => void = () => {};
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
    });
  }

  /** The open connections, each with the socket that carries it. */
  get connections(): ReadonlyMap<Connection, Deno.TcpConn> {
    return this.#connections;
  }

  /** The address it listens on, with the port the system chose. */
  get addr(): Deno.NetAddr {
    return this.#listener.addr as Deno.NetAddr;
  }

  /** Accepts no more. Open connections go on. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#listener.close();
    this.#options.entrance?.clear();
    await this.#accepting;
  }

  /**
   * Resolves when every accepted connection has ended.
   *
   * @param within Milliseconds after which those that are left are cut off.
   */
  async finish(within: number): Promise<void> {
    if (this.#isEmpty()) return;
    const cut = setTimeout(() => this.#abortAll(), within);
    await new Promise<void>((resolve) => this.#whenEmpty = resolve);
    clearTimeout(cut);
  }

  #abortAll(): void {
    for (const connection of this.#connections.keys()) connection.abort("shutdown");
    for (const connection of this.#farewells) connection.abort("shutdown");
  }

  #take(stream: Deno.TcpConn): void {
    const { nextId, entrance } = this.#options;
    const { hostname, port } = stream.remoteAddr;
    const peer = { id: nextId(), address: normalizeAddress(hostname), port };
    const arrival = { stream, peer, wire: stream };
    configure(stream);
    if (!entrance?.detains(arrival.peer.address)) return this.#receive(arrival);
    this.#arriving++;
    this.#bringIn(arrival, entrance).catch(this.#options.acceptFailed).finally(() => {
      this.#arriving--;
      this.#checkEmpty();
    });
  }

  async #bringIn(accepted: Arrival, entrance: Entrance): Promise<void> {
    const arrival = await entrance.identify(accepted);
    if (arrival === undefined) return;
    if (this.#closed) return arrival.stream.close();
    if (!entrance.encrypts) return this.#receive(arrival);
    // It counts while hands are shaken, and whoever is turned away learns why, unless there is a crowd.
    const refusal = this.#refusal(arrival.peer);
    if (refusal !== undefined && entrance.busy) return arrival.stream.close();
    const secured = await entrance.secure(arrival);
    // That may take seconds: the address may be banned by now.
    const farewell = refusal ?? (secured && this.#banned(arrival.peer));
    const welcome = secured !== undefined && farewell === undefined && !this.#closed;
    if (welcome) return this.#welcome(secured);
    if (refusal === undefined) this.#options.admission.release(networkKey(arrival.peer.address));
    if (farewell === undefined || this.#closed) secured?.stream.close();
    else if (secured !== undefined) this.#sayFarewell(secured, farewell);
  }

  #receive(arrival: Arrival): void {
    const refusal = this.#refusal(arrival.peer);
    if (refusal === undefined) this.#welcome(arrival);
    else this.#sayFarewell(arrival, refusal);
  }

  #welcome({ stream, peer, wire }: Arrival): void {
    const { limits, turns, departures } = this.#options;
    const connection = new Connection(stream, peer, { ...limits, turns, departures });
    this.#connections.set(connection, wire);
    connection.start(this.#options.open(connection), this.#ended);
  }

  /** Counts a connection in, or says why not. */
  #refusal(peer: PeerInfo): ProtocolError | undefined {
    const ban = this.#banned(peer);
    if (ban !== undefined) return ban;
    const { admission, refused } = this.#options;
    const limit = admission.admit(networkKey(peer.address));
    if (limit === undefined) return undefined;
    refused(peer, limit);
    return FAREWELLS[limit];
  }

  #banned(peer: PeerInfo): ProtocolError | undefined {
    const ban = this.#options.isBanned(peer.address);
    if (ban !== undefined) this.#options.refused(peer, "banned");
    return ban;
  }

  readonly #ended = (connection: Connection): void => {
    if (this.#connections.delete(connection)) {
      this.#options.admission.release(networkKey(connection.address));
    }
    this.#farewells.delete(connection);
    this.#checkEmpty();
  };

  #isEmpty(): boolean {
    return this.#connections.size + this.#farewells.size + this.#arriving === 0;
  }

  #checkEmpty(): void {
    if (this.#isEmpty()) this.#whenEmpty();
  }

  #sayFarewell({ stream, peer }: Arrival, farewell: ProtocolError): void {
    if (this.#farewells.size >= MAX_FAREWELLS) {
      stream.close();
      return;
    }
    const connection = new Connection(stream, peer, this.#options.limits);
    connection.send(encodeLines(this.#options.errorLine(farewell)));
    connection.close("client");
    this.#farewells.add(connection);
    connection.start(DEAF, this.#ended);
  }
}

const FAREWELLS: Readonly<Record<AdmissionLimit, ProtocolError>> = {
  connections: new ProtocolError("too_many_connections", { reason: "server_full" }),
  connections_per_address: new ProtocolError("too_many_connections", { reason: "address_full" }),
};

const DEAF: LineConsumer = { line() {}, overlong() {}, metrics() {}, ended() {} };

function configure(stream: Deno.TcpConn): void {
  try {
    stream.setNoDelay(true);
    stream.setKeepAlive(true);
  } catch {
    // The client left before it was looked at; reading will tell.
  }
}
