// Reads addresses of NATS servers.

/** The address of a NATS server. */
export interface NatsAddress {
  /** Host and port. */
  readonly address: string;
  /** The host: a name or an IP address, without brackets. */
  readonly host: string;
  /** Whether the server is on this machine, so that nobody on the network can read the connection. */
  readonly isLoopback: boolean;
}

const PORT = 4222;

/** Reads an address such as `nats-1:4222`, `[::1]` or `tls://nats-1`. @returns `undefined` if it is not valid. */
export function readNatsAddress(text: string): NatsAddress | undefined {
  const [, host, digits] =
    /^(?:(?:nats|tls):\/\/)?(\[[0-9a-fA-F:]{2,39}\]|[A-Za-z0-9.-]{1,253})(?::(\d{1,5}))?$/
      .exec(text) ?? [];
  const port = Number(digits ?? PORT);
  if (host === undefined || port < 1 || port > 65_535) return undefined;
  return {
    address: `${host}:${port}`,
    host: host.replace(/^\[|\]$/g, ""),
    isLoopback: isLoopback(host),
  };
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "[::1]" || /^127(?:\.\d{1,3}){3}$/.test(host);
}
