// The address of the page for the slips: as given, or guessed from the settings and the name of the machine.
import { hostname } from "node:os";
import { InvalidArgumentError } from "commander";
import { hostPort } from "../../net/address.ts";
import type { Config } from "../../ops/config/schema.ts";

const ANY_ADDRESS: ReadonlySet<string> = new Set(["0.0.0.0", "::"]);

/** Returns the address of the page, without a slash at the end. */
export function guessAddress({ server, tls, web }: Pick<Config, "server" | "tls" | "web">): string {
  const isSecure = tls.cert !== "";
  const own = isSecure && tls.host !== "" ? tls.host : server.host;
  const named = web.hosts[0] ?? own;
  const host = ANY_ADDRESS.has(named) ? hostname().toLowerCase() : named;
  const port = isSecure ? tls.port : server.port;
  return new URL(`http${isSecure ? "s" : ""}://${hostPort(host, port)}`).origin;
}

/** Checks the address of `--address`. */
export function parseAddress(text: string): string {
  const url = URL.parse(text.length <= ADDRESS_MAX ? text : "");
  if (url === null || !/^https?:$/.test(url.protocol) || url.username || url.password) {
    throw new InvalidArgumentError("Expected an address such as https://chat.example.org");
  }
  return text.replace(/\/+$/, "");
}

// A longer address would make a QR code that phones cannot read on a slip.
const ADDRESS_MAX = 200;
