// The address of the page, for links: the setting `web.address`, or a guess from the name of the machine.
import { hostPort } from "../net/address.ts";
import type { Config } from "../ops/config/schema.ts";

/** What the address depends on. */
export interface PageAddressParts {
  readonly config: Pick<Config, "web" | "server" | "tls">;
  /** The ports of the chat, once they are open. */
  readonly addresses: {
    readonly clear?: { readonly port: number } | undefined;
    readonly tls: { readonly port: number } | undefined;
  };
  /** Returns the name of the machine. */
  readonly hostname?: () => string;
}

const ANY_ADDRESS: ReadonlySet<string> = new Set(["0.0.0.0", "::"]);

/** Returns the address of the page without a slash at the end, such as `https://chat.example.org`. */
export function pageAddress(
  { config: { web, server, tls }, addresses, hostname = () => Deno.hostname() }: PageAddressParts,
): string {
  if (web.address !== "") return web.address.replace(/\/+$/, "");
  const isSecure = addresses.tls !== undefined;
  const own = isSecure && tls.host !== "" ? tls.host : server.host;
  const host = ANY_ADDRESS.has(own) ? nameOf(hostname) : own;
  const port = addresses.tls?.port ?? addresses.clear?.port ?? server.port;
  return new URL(`http${isSecure ? "s" : ""}://${hostPort(host, port)}`).origin;
}

function nameOf(hostname: () => string): string {
  try {
    return hostname().toLowerCase() || "localhost";
  } catch {
    // Without the permission to read it.
    return "localhost";
  }
}
