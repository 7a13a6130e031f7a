// What became of requests from browsers, for the metrics.

/** What became of a request, or of a connection that brought none. */
export const WEB_OUTCOMES = [
  "served", // a file of the page was sent, or the client had it already
  "upgraded", // it is a WebSocket now
  "not_found", // there is nothing at its path, or the page is turned off
  "bad_request", // its head, method, body or handshake is not accepted
  "foreign_host", // its host is not in web.hosts
  "foreign_origin", // the page that wants to connect is another server's
  "forwarded", // it has fields of a proxy and does not come from one of web.proxies: they were ignored
  "banned", // its address is banned
  "tls", // it was the beginning of a TLS handshake on a port without TLS
  "full", // the server has no place for one more connection
] as const;

/** One of {@linkcode WEB_OUTCOMES}. */
export type WebOutcome = typeof WEB_OUTCOMES[number];
