// What a connection goes through between its acceptance and its first line: the PROXY header of a trusted
// proxy, then the TLS handshake. Accepting others waits for none of it.
import type { SecureContext } from "node:tls";
import { Anteroom, type AnteroomLimits, NotReady, type PushedOut } from "./anteroom.ts";
import type { ByteStream } from "./connection.ts";
import type { PeerInfo } from "./peer.ts";
import { readProxyHeader } from "./proxied_stream.ts";
import { acceptTls } from "./tls_stream.ts";

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
  readonly limits?: AnteroomLimits;
}

/** A connection of which it is known who is at its other end. */
export interface Arrival {
  readonly stream: ByteStream;
  readonly peer: PeerInfo;
}

const LIMITS: AnteroomLimits = { places: 512, within: 10_000 };

/** The entrance of one listener. */
export class Entrance {
  readonly #options: EntranceOptions;
  readonly #anteroom: Anteroom;

  constructor(options: EntranceOptions) {
    this.#options = options;
    this.#anteroom = new Anteroom(options.limits ?? LIMITS);
  }

  /** Whether there is a handshake. */
  get encrypts(): boolean {
    return this.#options.tls !== undefined;
  }

  /** Whether so many wait that whoever is turned away should not. */
  get busy(): boolean {
    return this.#anteroom.busy;
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
  async identify({ stream, peer }: Arrival): Promise<Arrival | undefined> {
    const { proxies } = this.#options;
    if (!this.#isProxy(peer.address)) return { stream, peer };
    const read = await this.#pass("proxy_header", { stream, peer }, () => readProxyHeader(stream));
    if (read === undefined) return undefined;
    const { source, encrypted } = read.header;
    const secure = encrypted || proxies!.encrypt(peer.address);
    return { stream: read.stream, peer: { ...peer, ...source, secure } };
  }

  /** Shakes hands. @returns `undefined` where that failed; the connection is closed then. */
  async secure({ stream, peer }: Arrival): Promise<Arrival | undefined> {
    const context = this.#options.tls!();
    const secured = await this.#pass("handshake", { stream, peer }, () => {
      return acceptTls(stream, context);
    });
    return secured && { stream: secured, peer: { ...peer, secure: true } };
  }

  /** Closes whoever is on the way in. */
  clear(): void {
    this.#anteroom.clear();
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
      const done = await this.#anteroom.hold(() => closeQuietly(stream), work());
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
