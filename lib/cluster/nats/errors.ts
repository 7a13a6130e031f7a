// Errors of the connection to NATS.

/** The connection to NATS cannot be used. The message says what to do. */
export class NatsUnusable extends Error {
  override readonly name = "NatsUnusable";
}

/** The connection to NATS was closed by this node. */
export class LogClosed extends Error {
  override readonly name = "LogClosed";
}
