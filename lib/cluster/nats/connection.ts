// Connects to the NATS servers of a cluster, and refuses versions that can lose a stream.
import { errors, type NatsConnection, type NodeConnectionOptions } from "@nats-io/transport-node";
import { authenticateWith } from "./credentials.ts";
import { NatsUnusable } from "./errors.ts";
import type { NatsAddress } from "../../net/nats_address.ts";
import { readServer } from "./servers.ts";
import { tlsOptions } from "./tls_options.ts";
import { connectSafely } from "./transport.ts";

/** How a node connects. */
export interface NatsOptions {
  /** Addresses of the NATS servers, such as `nats-1.school.example:4222`. */
  readonly servers: readonly string[];
  /** The name that the NATS servers see. */
  readonly name: string;
  /** Reads the file with the credentials. It is called for each connection. */
  readonly credentials?: (() => string) | undefined;
  /** The path of a file with the certificates that sign those of the servers. Without it, those of the system. */
  readonly ca?: string | undefined;
  /** Whether versions that can lose a stream are accepted. */
  readonly allowOld?: boolean;
}

// A server that died is noticed after 4 s. The library's default is 4 minutes.
const PING_MS = 2_000;
const PINGS_OUT = 2;
const RECONNECT_MS = 250;
const CONNECT_MS = 2_000;

/**
 * Connects to the first server that answers. The connection is repaired without end, until it is closed.
 *
 * @throws {NatsUnusable} If no server answers or accepts the connection, or the server is too old.
 */
export async function connectNats(options: NatsOptions): Promise<NatsConnection> {
  const servers = options.servers.map(readServer);
  const connection = await connectSafely(connectionOptions(servers, options)).catch((cause) => {
    const text = cause instanceof Error ? cause.message : String(cause);
    const at = options.servers.join(", ");
    throw new NatsUnusable(`Cannot connect to NATS at ${at}: ${text}${adviceOn(text)}`, {
      cause,
      mayPass: !isLasting(cause),
    });
  });
  try {
    checkVersion(connection.info?.version ?? "", options.allowOld ?? false);
  } catch (error) {
    await connection.close();
    throw error;
  }
  return connection;
}

/** The setting that has to do with an error. */
function adviceOn(text: string): string {
  const settings: readonly (readonly [RegExp, string])[] = [
    [/authorization|authentication/i, "cluster.credentials"],
    [/certificate|issuer/i, "cluster.ca"],
    [NO_TLS, "the section tls in the configuration of nats-server"],
  ];
  const found = settings.find(([pattern]) => pattern.test(text));
  return found === undefined ? "" : ` (check ${found[1]})`;
}

const NO_TLS = /support 'tls'/;

/** Whether connecting again fails again: the credentials, or the certificate of the server, are not accepted. */
function isLasting(cause: unknown): boolean {
  const { AuthorizationError, InvalidArgumentError, UserAuthenticationExpiredError } = errors;
  const kinds = [AuthorizationError, InvalidArgumentError, UserAuthenticationExpiredError];
  if (kinds.some((kind) => cause instanceof kind)) return true;
  if (!(cause instanceof Error)) return false;
  // Node and Deno have different words.
  return NO_TLS.test(cause.message) ||
    /certificate|self.signed|altname|UnknownIssuer/i.test(cause.message);
}

function connectionOptions(
  servers: readonly NatsAddress[],
  { name, credentials, ca }: NatsOptions,
): NodeConnectionOptions {
  const isRemote = servers.some(({ isLoopback }) => !isLoopback);
  return {
    servers: servers.map(({ address }) => address),
    name,
    pingInterval: PING_MS,
    maxPingOut: PINGS_OUT,
    maxReconnectAttempts: -1,
    reconnectTimeWait: RECONNECT_MS,
    timeout: CONNECT_MS,
    // The servers may announce addresses that are not reachable from here.
    ignoreClusterUpdates: true,
    // Otherwise, two refusals would end the connection: an administrator may be changing the password.
    ignoreAuthErrorAbort: true,
    // Otherwise, the library makes two more errors with their stacks for each batch, in case that no answer comes.
    noAsyncTraces: true,
    ...(isRemote || ca !== undefined) && { tls: tlsOptions(servers, ca) },
    ...credentials !== undefined && { authenticator: authenticateWith(credentials) },
  };
}

/** The oldest version whose streams survive the loss of a server: nats-server #6888. */
const OLDEST = [2, 10, 23] as const;

/** @throws {NatsUnusable} If a version of nats-server can lose a stream, unless old ones are allowed. */
export function checkVersion(version: string, allowOld: boolean): void {
  const parts = /^v?(\d+)\.(\d+)\.(\d+)/.exec(version)?.slice(1).map(Number);
  if (parts !== undefined && (allowOld || !isOlder(parts))) return;
  throw new NatsUnusable(
    `The NATS server has version ${version || "unknown"}, expected ${
      OLDEST.join(".")
    } or newer: older versions ` +
      "can lose the log when a machine fails. Upgrade nats-server, or set cluster.allow_old_nats.",
  );
}

function isOlder(parts: readonly number[]): boolean {
  for (const [i, least] of OLDEST.entries()) {
    const part = parts[i]!;
    if (part !== least) return part < least;
  }
  return false;
}
