// Tokens with which a client stays signed in: 256 random bits, of which the server keeps a digest only.
import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { NetworkPace } from "./network_pace.ts";
import { wait } from "./refusals.ts";

/** 32 bytes in base64url. */
const TOKEN = /^[A-Za-z0-9_-]{43}$/;

/** A token, and what is kept of it. */
export interface Token {
  /** What the client gets. */
  readonly text: string;
  readonly digest: string;
}

/** Makes a token. */
export function newToken(): Token {
  const bytes = crypto.getRandomValues(new Uint8Array(32));
  const text = Buffer.from(bytes).toString("base64url");
  return { text, digest: digest(text) };
}

/** The digest of a token, if it has the form of one. */
export function digestOf(text: string): string | undefined {
  return TOKEN.test(text) ? digest(text) : undefined;
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("base64url");
}

/**
 * Throttles wrong tokens by network. A right token is never refused: nobody guesses 256 random bits, so this only bounds
 * the noise, and a class whose tokens have all ended does not lock out the others behind its address.
 */
export class WrongTokens {
  readonly #pace: NetworkPace;

  /** @param now A clock in milliseconds. */
  constructor(now: () => number) {
    this.#pace = new NetworkPace(now);
  }

  /** Networks that are remembered. */
  get size(): number {
    return this.#pace.size;
  }

  /**
   * Counts a wrong token.
   *
   * @throws {ProtocolError} `throttled` where too many came from the network.
   */
  fail(network: string): void {
    const place = this.#pace.take(network, true);
    if (place.delay > 0) {
      place.giveBack();
      throw wait("throttled", Math.ceil(place.delay / 1000));
    }
    this.#pace.fail(network);
  }
}
