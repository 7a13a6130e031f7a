// Tokens with which a client stays signed in. A token has 256 random bits, and the server keeps only its digest.
import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { NetworkPace } from "./network_pace.ts";
import { wait } from "./refusals.ts";

/** 32 bytes in base64url. */
const TOKEN = /^[A-Za-z0-9_-]{43}$/;

/** A token and its digest. */
export interface Token {
  /** The token as the client receives it. */
  readonly text: string;
  /** The SHA-256 of the token in base64url. The server keeps only this. */
  readonly digest: string;
}

/** Creates a random token. */
export function newToken(): Token {
  const bytes = crypto.getRandomValues(new Uint8Array(32));
  const text = Buffer.from(bytes).toString("base64url");
  return { text, digest: digest(text) };
}

/** Returns the digest of a token, or `undefined` if the text does not have the form of a token. */
export function digestOf(text: string): string | undefined {
  return TOKEN.test(text) ? digest(text) : undefined;
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("base64url");
}

/**
 * Throttles wrong tokens by network. Valid tokens are always accepted: nobody can guess 256 random bits, so the
 * throttle only limits useless requests. A class whose tokens have all expired does not lock out other users behind its
 * address.
 */
export class WrongTokens {
  readonly #pace: NetworkPace;

  /** @param now A clock in milliseconds. */
  constructor(now: () => number) {
    this.#pace = new NetworkPace(now);
  }

  /** The number of networks whose wrong tokens are counted. */
  get size(): number {
    return this.#pace.size;
  }

  /**
   * Counts a wrong token.
   *
   * @throws {ProtocolError} `throttled` if the network has sent too many wrong tokens.
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
