// Handles what precedes the first line of a connection: the PROXY header of a trusted proxy, then the TLS handshake.
// The listener accepts other connections meanwhile.
import type { SecureContext } from "node:tls";
import { networkKey } from "../address.ts";
import type { Arrival } from "../arrival.ts";
import { Anteroom, type AnteroomLimits, NotReady, type PushedOut } from "./anteroom.ts";
import type { ByteStream } from "../byte_stream.ts";
import { PacedStream } from "./paced_stream.ts";
import type { PeerInfo } from "../peer.ts";
import { readProxyHeader } from "./proxied_stream.ts";
import { acceptTls } from "./tls_stream.ts";
import { type Later, Turnstile } from "../turns/turnstile.ts";

/** The result of a step. */
export interface Step {
  readonly step: "proxy_header" | "handshake";
  readonly outcome: "ok" | "failed" | PushedOut;
  /** Why the step failed, as text for people. It may contain bytes that the client sent. */
  readonly why: string;
}

/** What an entrance works with. */
export interface EntranceOptions {
  /** The trusted proxies, if any. Each of their connections must begin with a PROXY header. */
  readonly proxies?: {
    /** Whether this is the address of a trusted proxy. */
    readonly has: (address: string) => boolean;
    /** Whether the proxy at this address accepts clients over TLS only. */
    readonly encrypt: (address: string) => boolean;
  };
  /** Returns the certificate and the key. Called for each handshake. Without it, connections are plaintext. */
  readonly tls?: () => SecureContext;
  /** Called after each step. */
  readonly passed: (peer: PeerInfo, step: Step) => void;
  /** Limits for each step. */
  readonly limits?: AnteroomLimits;
  /** See {@linkcode Turnstile}. */
  readonly later?: Later | undefined;
}

// A proxy sends its header at once. All of its clients come from its address, so that address may use all places.
const HEADER_LIMITS: AnteroomLimits = { places: 512, perNetwork: 512, within: 10_000 };
// A handshake holds about 57 KB. 1,000 clients of one network can connect at once, and a flood takes at most 63 MB.
const HANDSHAKE_LIMITS: AnteroomLimits = { places: 1_100, perNetwork: 1_000, within: 10_000 };

/** The entrance of one listener. */
export class Entrance {
  readonly #options: EntranceOptions;
  readonly #rooms: Readonly<Record<Step["step"], Anteroom>>;
  readonly #turnstile: Turnstile;

  constructor(options: EntranceOptions) {
    this.#options = options;
    this.#turnstile = new Turnstile(options.later);
    this.#rooms = {
      proxy_header: new Anteroom(options.limits ?? HEADER_LIMITS),
      handshake: new Anteroom(options.limits ?? HANDSHAKE_LIMITS),
    };
  }

  /** Whether connections begin with a TLS handshake. */
  get encrypts(): boolean {
    return this.#options.tls !== undefined;
  }

  /** Whether too many handshakes wait to add one for a client that will be rejected. */
  get busy(): boolean {
    return this.#rooms.handshake.busy;
  }

  /** Whether a connection from this address must pass a step before its first line. */
  hasSteps(address: string): boolean {
    return this.encrypts || this.#isProxy(address);
  }

  /**
   * Reads the PROXY header if the peer is a trusted proxy, and replaces the proxy's address with the client's.
   *
   * @returns `undefined` if the proxy sent no valid header; the connection is then closed.
   */
  async identify(arrival: Arrival): Promise<Arrival | undefined> {
    const { stream, peer, wire } = arrival;
    const { proxies } = this.#options;
    if (!this.#isProxy(peer.address)) return arrival;
    const read = await this.#pass("proxy_header", arrival, () => readProxyHeader(stream));
    if (read === undefined) return undefined;
    const { source, encrypted } = read.header;
    const secure = encrypted || proxies!.encrypt(peer.address);
    return { stream: read.stream, peer: { ...peer, ...source, secure }, wire };
  }

  /** Does the TLS handshake. @returns `undefined` if it failed; the connection is then closed. */
  async secure(arrival: Arrival): Promise<Arrival | undefined> {
    const { stream, peer, wire } = arrival;
    const network = networkKey(peer.address);
    const secured = await this.#pass("handshake", arrival, async () => {
      const paced = await PacedStream.open(stream, () => this.#turnstile.pass(network));
      const ready = await acceptTls(paced, this.#options.tls!());
      paced.release();
      return ready;
    });
    return secured && { stream: secured, peer: { ...peer, secure: true }, wire };
  }

  /** Closes all connections that are still in a step. */
  clear(): void {
    this.#rooms.proxy_header.clear();
    this.#rooms.handshake.clear();
  }

  #isProxy(address: string): boolean {
    return this.#options.proxies?.has(address) ?? false;
  }

  async #pass<T>(
    step: Step["step"],
    { stream, peer }: Arrival,
    work: () => Promise<T>,
  ): Promise<T | undefined> {
    const { passed } = this.#options;
    try {
      const waiting = { network: networkKey(peer.address), close: () => closeQuietly(stream) };
      const done = await this.#rooms[step].hold(waiting, work());
      passed(peer, { step, outcome: "ok", why: "" });
      return done;
    } catch (error) {
      closeQuietly(stream);
      const outcome = error instanceof NotReady ? error.reason : "failed";
      passed(peer, { step, outcome, why: error instanceof Error ? error.message : String(error) });
      return undefined;
    }
  }
}

function closeQuietly(stream: ByteStream): void {
  try {
    stream.close();
  } catch {
    // The stream is already closed.
  }
}
