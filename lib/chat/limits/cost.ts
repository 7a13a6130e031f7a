// The prices of requests, in tokens. The rate limit takes tokens from a bucket of the connection, which
// `limits.messages_per_second` and `limits.burst` set, and from a bucket of its address.
//
// A request needs one token and pays its price. If the price exceeds the tokens in the bucket, the rest is debt,
// and the next request waits until it is paid. So no price can reject a first request.
//
// One token pays for an ordinary request such as a message, a ping or `users`: about 50 µs of work.
//
// In a lesson, each pupil with an old client uses 2 tokens to register, 2 to log in, 2 for a history of 50
// messages, 1 for `users` every 3 s, and 1 for each message. The first second of a lesson takes up to 10 tokens of
// a burst of 40; later seconds take about 1 of 10. Thirty pupils behind one address use 300 tokens in the first
// second and 30 in each later second; 200 pupils use 2,000 and 200. An address with the default of 200 connections
// has 8,000 tokens and receives 500 a second.
import type { RequestType } from "../../protocol/request.ts";

/** Bytes of a line that one token pays for. A message of 8 KiB fits, even with each accent written as `\u00e9`. */
export const LINE_BYTES = 32 * 1024;
/** Bytes of a reply that one token pays for. */
export const REPLY_BYTES = 16 * 1024;
/** Messages read from the store that one token pays for. */
export const ROWS = 50;
/** The number of messages that the server counts for one token. Counting costs a twentieth of reading. */
export const COUNTED = 2_000;
/** Milliseconds of a search beside the event loop that one token pays for. Most searches take fewer. */
export const SEARCH_MS = 100;
/**
 * Recipients of a line that one token of an address pays for. Users change their state less often than they write.
 */
const LISTENERS = 1_000;
const PRESENCE_LISTENERS = 100;

// The price of a request type in addition to the one token.
const EXTRA: { readonly [T in RequestType]?: number } = {
  // The hash is computed beside the event loop, in a queue where addresses take turns.
  login: 1,
  register: 1,
  password: 2,
  user_add: 2,
  user_passwd: 2,
  search: 2,
  attendance: 2,
};

/** Returns the price of a line before it is served. @param type `undefined` if the line could not be parsed. */
export function priceOf(type: RequestType | undefined, lineLength: number): number {
  return 1 + Math.floor(lineLength / LINE_BYTES) + (type === undefined ? 0 : EXTRA[type] ?? 0);
}

/** Returns the additional price of a reply once its length is known. */
export function priceOfReply(bytes: number): number {
  return Math.floor(bytes / REPLY_BYTES);
}

/** Returns the price of reading once the number of rows is known. */
export function priceOfRows(rows: number): number {
  return Math.floor(rows / ROWS);
}

/** Returns the price of counting, in tokens. @param rows The number of messages that were counted. */
export function priceOfCounting(rows: number): number {
  return rows / COUNTED;
}

/** Returns the price of a search once its duration is known. */
export function priceOfSearch(milliseconds: number): number {
  return Math.floor(milliseconds / SEARCH_MS);
}

/** Returns the additional price that an address pays for the recipients of a message. */
export function priceOfHearing(type: RequestType | undefined, listeners: number): number {
  return type === "message" ? listeners / LISTENERS : 0;
}

/**
 * Returns what an address pays for a new state or name, which everyone receives. Joins have a limit of their own.
 */
export function priceOfPresence(listeners: number): number {
  return listeners / PRESENCE_LISTENERS;
}
