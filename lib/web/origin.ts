// Checks the `Host` and `Origin` fields: under which names browsers reach the server, and which pages may connect.
import { isIP } from "node:net";
import type { WebRules } from "./rules.ts";

/**
 * Whether the server accepts the name in a `Host` field. It always accepts IP addresses: an attacker can make a name of
 * a foreign site point to this server (DNS rebinding), but not an address.
 *
 * @param host The value of the field, with or without a port; `undefined` if it is missing.
 */
export function isOwnHost(host: string | undefined, { hosts }: Pick<WebRules, "hosts">): boolean {
  if (hosts.size === 0 || host === undefined) return true;
  const name = host.replace(/:\d*$/, "").toLowerCase();
  return name === "localhost" || isIP(name.replace(/^\[|\]$/g, "")) !== 0 || hosts.has(name);
}

/**
 * Whether a page may connect to the chat.
 *
 * @param origin The `Origin` field, which browsers send; `undefined` for other programs.
 * @param host The `Host` field of the request.
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

// Browsers omit the default port from `Host`. Other clients may include it.
function withoutDefaultPort(scheme: string, host: string): string {
  const port = scheme === "https" ? ":443" : ":80";
  return host.endsWith(port) ? host.slice(0, -port.length) : host;
}
