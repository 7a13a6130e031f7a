// What requests cost. The rate limit takes tokens by these prices from a bucket of the connection and from one of
// its address; the limit is `limits.messages_per_second` and `limits.burst`.
//
// A request needs one token and takes its price. What it takes beyond the tokens that are there is debt, which the
// next request waits for.
//
// A token is one ordinary request: a message, a ping, a list of who is online. It takes 50 µs or so. Prices are whole
// tokens, so that who sends ordinary requests can count them.
//
// What a lesson uses, for a pupil with one of the old clients: 5 tokens to register, 5 to log in, 2 for a history
// of 50 messages, 1 for `users` every 3 s, 1 for each message. In the first second of a lesson that is 15 tokens
// for each pupil, of a burst of 40; later about 1 a second, of 10. Thirty pupils behind one address use 450 in
// the first second and 30 a second later; 200 pupils use 3,000 and 200. An address with the default of 200
// connections has 8,000 and 500 a second.
import type { RequestType } from "../protocol/request.ts";

/** Bytes of a line that one token pays for. A message of 8 KiB fits, also with each accent written as `\u00e9`. */
export const LINE_BYTES = 32 * 1024;
/** Bytes of a reply that one token pays for. */
export const REPLY_BYTES = 16 * 1024;
/** Messages read from the store that one token pays for. */
export const ROWS = 50;
/** Connections that hear a line, for one token of an address. */
export const LISTENERS = 1_000;

// What a request costs beside the one token, whatever it asks.
const EXTRA: { readonly [T in RequestType]?: number } = {
  // A password check takes 45 ms of a core, if not of the event loop.
  login: 4,
  register: 4,
  password: 8,
  search: 4,
};

/** What a line costs before it is served, in tokens. @param type Without one, the line could not be read. */
export function priceOf(type: RequestType | undefined, lineLength: number): number {
  return 1 + Math.floor(lineLength / LINE_BYTES) + (type === undefined ? 0 : EXTRA[type] ?? 0);
}

/** What a reply costs once it is known, in tokens beside those of its request. */
export function priceOfReply(bytes: number): number {
  return Math.floor(bytes / REPLY_BYTES);
}

/** What reading costs once it is known how much was read. */
export function priceOfRows(rows: number): number {
  return Math.floor(rows / ROWS);
}

/** Whether everyone in a room hears of such a request. */
export function isHeard(type: RequestType): boolean {
  return type === "message" || type === "status" || type === "announce";
}
