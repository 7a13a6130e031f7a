// Addresses of NATS servers, and what a connection to them requires.
import { NatsUnusable } from "./errors.ts";

/** The address of a NATS server. */
export interface ServerAddress {
  /** Host and port. */
  readonly address: string;
  /** The host: a name or an IP address, without brackets. */
  readonly host: string;
  readonly isLoopback: boolean;
}

const PORT = 4222;

/** Reads an address such as `nats-1:4222`, `[::1]` or `tls://nats-1`. @throws {NatsUnusable} */
export function readServer(text: string): ServerAddress {
  const found =
    /^(?:(?:nats|tls):\/\/)?(\[[0-9a-fA-F:]{2,39}\]|[A-Za-z0-9.-]{1,253})(?::(\d{1,5}))?$/
      .exec(text);
  const host = found?.[1];
  const port = Number(found?.[2] ?? PORT);
  if (host === undefined || port < 1 || port > 65_535) {
    throw new NatsUnusable(
      `cluster.servers: expected an address such as nats-1.example.org:4222, got ${text}`,
    );
  }
  return {
    address: `${host}:${port}`,
    host: host.replace(/^\[|\]$/g, ""),
    isLoopback: isLoopback(host),
  };
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "[::1]" || /^127(?:\.\d{1,3}){3}$/.test(host);
}

/**
 * Checks that password hashes and private messages do not cross a network unprotected: servers on other machines
 * require TLS, which is always used for them, and credentials.
 *
 * @throws {NatsUnusable}
 */
export function checkProtection(servers: readonly string[], hasCredentials: boolean): void {
  if (servers.length === 0) {
    throw new NatsUnusable("cluster.servers: expected at least one address of a NATS server");
  }
  const remote = servers.filter((server) => !readServer(server).isLoopback);
  if (remote.length === 0 || hasCredentials) return;
  throw new NatsUnusable(
    `cluster.credentials: expected a credentials file, because ${remote[0]} is another machine. ` +
      "Passwords and private messages pass through NATS.",
  );
}
