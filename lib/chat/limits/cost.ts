// What requests cost. The rate limit takes tokens by these prices from a bucket of the connection, which
// `limits.messages_per_second` and `limits.burst` set, and from one of its address.
//
// A request needs one token and takes its price. What it takes beyond the tokens that are there is debt, and the next
// request waits for it. So a price never refuses a first request.
//
// A token is one ordinary request, such as a message, a ping or `users`: some 50 µs of work.
//
// What a lesson uses, for each pupil with an old client: 2 tokens to register, 2 to log in, 2 for a history of 50
// messages, 1 for `users` every 3 s, 1 for each message. The first second of a lesson takes up to 10 tokens of a
// burst of 40, and later ones about 1 of 10. Thirty pupils behind one address use 300 in the first second and 30 a
// second later; 200 pupils use 2,000 and 200. An address with the default of 200 connections has 8,000 and 500 a
// second.
import type { RequestType } from "../../protocol/request.ts";

/** Bytes of a line that one token pays for. A message of 8 KiB fits, also with each accent written as `\u00e9`. */
export const LINE_BYTES = 32 * 1024;
/** Bytes of a reply that one token pays for. */
export const REPLY_BYTES = 16 * 1024;
/** Messages read from the store that one token pays for. */
export const ROWS = 50;
/** Messages that are only counted, for one token: that takes a twentieth of what reading does. */
export const COUNTED = 2_000;
/** Milliseconds of a search, beside the event loop, that one token pays for. Most searches take fewer. */
export const SEARCH_MS = 100;
/** Connections that hear a message, for one token of an address. People change their state less often than they talk. */
const LISTENERS = 1_000;
const PRESENCE_LISTENERS = 100;

// What a request costs beside the one token, whatever it asks.
const EXTRA: { readonly [T in RequestType]?: number } = {
  // The hash runs beside the event loop, in a queue where addresses take turns.
  login: 1,
  register: 1,
  password: 2,
  search: 2,
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

/** What counting costs once it is known how many messages were counted. */
export function priceOfCounting(rows: number): number {
  return rows / COUNTED;
}

/** What a search costs once it is known how many milliseconds it took. */
export function priceOfSearch(milliseconds: number): number {
  return Math.floor(milliseconds / SEARCH_MS);
}

/** What an address pays for the recipients of a message, in tokens, besides its price. */
export function priceOfHearing(type: RequestType | undefined, listeners: number): number {
  return type === "message" ? listeners / LISTENERS : 0;
}

/** What an address pays for a new state or name, which everyone hears of; joins have a limit of their own. */
export function priceOfPresence(listeners: number): number {
  return listeners / PRESENCE_LISTENERS;
}
