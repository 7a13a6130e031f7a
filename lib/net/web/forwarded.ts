// Reads what trusted proxies say of a request: X-Forwarded-For and X-Forwarded-Proto.
import { isIP } from "node:net";
import { normalizeAddress } from "../address.ts";

/** The fields of a request, each with its values in order. Names are in lower case. */
export type Fields = ReadonlyMap<string, readonly string[]>;

/** Who sent a request. */
export interface Sender {
  readonly address: string;
  /** Whether nobody between the client and the server can read along. */
  readonly secure: boolean;
}

// A chain of proxies has a handful.
const ADDRESSES_MAX = 32;

/** Whether a request has fields that only a proxy may set. */
export function isForwarded(fields: Fields): boolean {
  return fields.has("x-forwarded-for") || fields.has("x-forwarded-proto");
}

/**
 * Finds out who sent a request that came through trusted proxies.
 *
 * Each proxy appends the address that it sees. From the right, the first that is no trusted proxy is the client's: what
 * is before it the client may have made up. Where nothing can be read, the request counts as the last proxy's own.
 *
 * @param peer The last proxy, which is trusted.
 * @param isProxy Whether a trusted proxy is at an address.
 */
export function forwardedSender(
  fields: Fields,
  peer: Sender,
  isProxy: (address: string) => boolean,
): Sender {
  const protos = fields.get("x-forwarded-proto");
  // The last proxy's word: it replaces the field, or appends to it.
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

/** The last items of a list that may be in several fields, the last one first. */
function lastItems(values: readonly string[], most: number): string[] {
  const items = values.join(",").split(",");
  return items.slice(-most).map((item) => item.trim()).reverse();
}

// With a port where the proxy is one of Azure's, in brackets where it is IPv6.
function parseAddress(item: string): string | undefined {
  const bare = /^\[([^\]]*)\](?::\d{1,5})?$/.exec(item)?.[1] ??
    /^(\d+\.\d+\.\d+\.\d+):\d{1,5}$/.exec(item)?.[1] ?? item;
  return isIP(bare) === 0 ? undefined : normalizeAddress(bare);
}
