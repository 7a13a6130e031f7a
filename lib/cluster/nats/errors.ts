// Errors of the connection to NATS.

/** The connection to NATS cannot be used. The message says what to do. */
export class NatsUnusable extends Error {
  override readonly name = "NatsUnusable";
  /** Whether trying again may help, because the servers do not answer. */
  readonly mayPass: boolean;

  constructor(message: string, { mayPass = false, ...options }: NatsUnusableOptions = {}) {
    super(message, options);
    this.mayPass = mayPass;
  }
}

/** Details of the error. */
export interface NatsUnusableOptions extends ErrorOptions {
  readonly mayPass?: boolean;
}

/** The connection to NATS was closed by this node. */
export class LogClosed extends Error {
  override readonly name = "LogClosed";
}
