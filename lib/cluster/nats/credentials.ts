// The credentials of a node for NATS: a user with a password, or a credentials file that tools of NATS have made.
import {
  type Authenticator,
  credsAuthenticator,
  usernamePasswordAuthenticator,
} from "@nats-io/transport-node";
import { parse } from "smol-toml";
import { NatsUnusable } from "./errors.ts";

const JWT = "-----BEGIN NATS USER JWT-----";

/**
 * Returns what gives the credentials to a server at each connection. They are read again each time, so that a password
 * can be changed while the node runs.
 *
 * @param read Returns the content of the file.
 * @throws {NatsUnusable} If the content is not valid.
 * @throws The error of `read`.
 */
export function authenticateWith(read: () => string): Authenticator {
  let last = authenticatorOf(read());
  return (nonce) => {
    try {
      last = authenticatorOf(read());
    } catch {
      // Somebody is changing the file. The server says whether the credentials that were read before still apply.
    }
    return last(nonce);
  };
}

function authenticatorOf(text: string): Authenticator {
  if (text.includes(JWT)) return credsAuthenticator(new TextEncoder().encode(text));
  const { user, password } = readToml(text);
  if (typeof user !== "string" || typeof password !== "string" || user === "" || password === "") {
    throw new NatsUnusable(
      'cluster.credentials: expected a file with the lines user = "…" and password = "…", or a credentials file of NATS.',
    );
  }
  return usernamePasswordAuthenticator(user, password);
}

function readToml(text: string): Readonly<Record<string, unknown>> {
  try {
    return parse(text);
  } catch {
    // The error would quote the line, which may have the password.
    return {};
  }
}
