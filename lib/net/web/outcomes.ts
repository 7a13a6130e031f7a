// The outcomes of requests from browsers, for the metrics.

/** The outcomes of a request, or of a connection without a request. */
export const WEB_OUTCOMES = [
  "served", // the server sent a file of the page, or the client already had it
  "upgraded", // the connection became a WebSocket
  "not_found", // nothing is at the path, or the page is turned off
  "bad_request", // the head, method, body or handshake was rejected
  "foreign_host", // the host is not in web.hosts
  "foreign_origin", // a page of another server wanted to connect
  "forwarded", // fields of a proxy were ignored, because the request is not from one of web.proxies
  "banned", // the address is banned
  "tls", // the client began a TLS handshake on a port without TLS
  "full", // the connection limit has been reached
] as const;

/** One of {@linkcode WEB_OUTCOMES}. */
export type WebOutcome = typeof WEB_OUTCOMES[number];
