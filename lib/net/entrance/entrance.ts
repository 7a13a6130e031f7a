// What a connection goes through between its acceptance and its first line: the PROXY header of a trusted
// proxy, then the TLS handshake. Accepting others waits for none of it.
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

/** How a step went. */
export interface Step {
  readonly step: "proxy_header" | "handshake";
  readonly outcome: "ok" | "failed" | PushedOut;
  /** Why it failed, for people; may hold what the other end sent. */
  readonly why: string;
}

/** What the entrance of a listener is made of. */
export interface EntranceOptions {
  /** The proxies, if there are any: each of their connections begins with a PROXY header. */
  readonly proxies?: {
    /** Whether a proxy is at this address. */
    readonly has: (address: string) => boolean;
    /** Whether clients come to the proxy at this address over TLS only. */
    readonly encrypt: (address: string) => boolean;
  };
  /** What handshakes need, at the time of each of them. Without it there are none. */
  readonly tls?: () => SecureContext;
  /** Told of each step. */
  readonly passed: (peer: PeerInfo, step: Step) => void;
  /** Bounds of each of the steps. */
  readonly limits?: AnteroomLimits;
  /** See {@linkcode Turnstile}. */
  readonly later?: Later | undefined;
}

// A proxy sends its header at once, and all of its clients come from its address: there is no share.
const HEADER_LIMITS: AnteroomLimits = { places: 512, perNetwork: 512, within: 10_000 };
// A handshake holds about 57 KB: 1,000 clients at once get through, and a flood takes 63 MB.
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

  /** Whether there is a handshake. */
  get encrypts(): boolean {
    return this.#options.tls !== undefined;
  }

  /** Whether too many handshakes wait for one with a client that will be rejected. */
  get busy(): boolean {
    return this.#rooms.handshake.busy;
  }

  /** Whether a connection from this address has anything to go through. */
  detains(address: string): boolean {
    return this.encrypts || this.#isProxy(address);
  }

  /**
   * Finds out who is at the other end, where a proxy has to say so.
   *
   * @param peer Who it is as far as the socket knows.
   * @returns `undefined` where the proxy did not; the connection is closed then.
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

  /** Does the handshake. @returns `undefined` if it failed; the connection is closed then. */
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

  /** Closes the connections that are not admitted yet. */
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
    // It is closed already.
  }
}
