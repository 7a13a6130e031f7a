// Which names the server answers to, and which pages may connect to it.
import { isIP } from "node:net";
import type { WebRules } from "./rules.ts";

/**
 * Whether the server answers to the name in a `Host` field. It always answers to addresses: a page elsewhere can make
 * a name of its own point here, but not an address.
 *
 * @param host With a port or without; `undefined` where there is none.
 */
export function isOwnHost(host: string | undefined, { hosts }: Pick<WebRules, "hosts">): boolean {
  if (hosts.size === 0 || host === undefined) return true;
  const name = host.replace(/:\d*$/, "").toLowerCase();
  return name === "localhost" || isIP(name.replace(/^\[|\]$/g, "")) !== 0 || hosts.has(name);
}

/**
 * Whether a page may connect.
 *
 * @param origin The page's origin as browsers give it; programs give none.
 * @param host The `Host` field of its request.
 */
export function isOwnOrigin(
  origin: string | undefined,
  host: string | undefined,
  { origins }: Pick<WebRules, "origins">,
): boolean {
  if (origin === undefined) return true;
  const page = origin.toLowerCase();
  if (origins.has(page)) return true;
  const [, scheme, authority] = /^(https?):\/\/([^/\s]+)$/.exec(page) ?? [];
  if (scheme === undefined || host === undefined) return false;
  return authority === withoutDefaultPort(scheme, host.toLowerCase());
}

// Browsers leave the port out where it is the usual one; other clients may not.
function withoutDefaultPort(scheme: string, host: string): string {
  const port = scheme === "https" ? ":443" : ":80";
  return host.endsWith(port) ? host.slice(0, -port.length) : host;
}
