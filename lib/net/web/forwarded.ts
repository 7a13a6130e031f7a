// Reads the fields that trusted proxies add to a request: X-Forwarded-For and X-Forwarded-Proto.
import { isIP } from "node:net";
import { normalizeAddress } from "../address.ts";

/** The header fields of a request, each with its values in order. Names are in lower case. */
export type Fields = ReadonlyMap<string, readonly string[]>;

/** The client that sent a request. */
export interface Sender {
  readonly address: string;
  /** Whether the client uses TLS, so that nobody on the network can read the data. */
  readonly secure: boolean;
}

// Real chains have only a few proxies.
const ADDRESSES_MAX = 32;

/** Whether a request has fields that only a proxy should set. */
export function isForwarded(fields: Fields): boolean {
  return fields.has("x-forwarded-for") || fields.has("x-forwarded-proto");
}

/**
 * Returns the client of a request that came through trusted proxies.
 *
 * Each proxy appends the address that it sees. Read from the right, the first address that is not a trusted proxy is
 * the client's. The client may have invented all addresses before it. If no address can be parsed, the request counts
 * as the last proxy's own.
 *
 * @param peer The last proxy, which is trusted.
 * @param isProxy Whether an address is that of a trusted proxy.
 */
export function forwardedSender(
  fields: Fields,
  peer: Sender,
  isProxy: (address: string) => boolean,
): Sender {
  const protos = fields.get("x-forwarded-proto");
  // The last item is from the last proxy, which either replaces the field or appends to it.
  const secure = protos === undefined
    ? peer.secure
    : lastItems(protos, 1)[0]?.toLowerCase() === "https";
  let address = peer.address;
  for (const item of lastItems(fields.get("x-forwarded-for") ?? [], ADDRESSES_MAX)) {
    const next = parseAddress(item);
    if (next === undefined) break;
    address = next;
    if (!isProxy(next)) break;
  }
  return { address, secure };
}

/** Returns the last items of a list that several fields may share, the last item first. */
function lastItems(values: readonly string[], most: number): string[] {
  const items = values.join(",").split(",");
  return items.slice(-most).map((item) => item.trim()).reverse();
}

// Azure's proxies append the port. IPv6 addresses may be in brackets.
function parseAddress(item: string): string | undefined {
  const bare = /^\[([^\]]*)\](?::\d{1,5})?$/.exec(item)?.[1] ??
    /^(\d+\.\d+\.\d+\.\d+):\d{1,5}$/.exec(item)?.[1] ?? item;
  return isIP(bare) === 0 ? undefined : normalizeAddress(bare);
}
