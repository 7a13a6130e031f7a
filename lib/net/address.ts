// Parses and writes IP addresses and CIDR ranges, and finds the network that an address belongs to.
import { BlockList, isIP, isIPv4 } from "node:net";

const MAPPED = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;

/** Returns an address in the form for logs and comparisons: IPv4-mapped IPv6 as IPv4, no zone, lower case. */
export function normalizeAddress(address: string): string {
  const bare = address.replace(/%.*$/, "").toLowerCase();
  return MAPPED.exec(bare)?.[1] ?? bare;
}

/**
 * Returns the network that an address counts under, for limits and failed logins. This is the address itself for
 * IPv4 and its /64 for IPv6: one subscriber holds a whole /64 and could use a new address for each attempt.
 *
 * @param address As {@linkcode normalizeAddress} returns it.
 * @returns A key such as `10.0.0.5` or `2001:db8:0:1::/64`.
 */
export function networkKey(address: string): string {
  if (isIP(address) !== 6) return address;
  return `${ipv6Groups(address).slice(0, 4).map((group) => group.toString(16)).join(":")}::/64`;
}

/** Returns the eight groups of an IPv6 address, which may have any spelling without a zone. */
export function ipv6Groups(address: string): number[] {
  const [head = "", tail] = spellIPv6(address).split("::");
  const groups = (text: string) => text === "" ? [] : text.split(":");
  const [before, after] = [groups(head), groups(tail ?? "")];
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => "0");
  return [...before, ...zeros, ...after].map((group) => parseInt(group, 16));
}

/** Returns the spelling of an IPv6 address that URLs use. It has no dotted parts. */
export function spellIPv6(address: string): string {
  return new URL(`http://[${address}]`).hostname.slice(1, -1);
}

/** Joins a host and a port: `10.0.0.5:80`, `[::1]:80`. */
export function hostPort(host: string, port: number): string {
  return `${host.includes(":") ? `[${host}]` : host}:${port}`;
}

/** Returns the address at which this machine reaches a listener on `host`. `host` may mean all addresses. */
export function reachableHost(host: string): string {
  return host === "0.0.0.0" ? "127.0.0.1" : host === "::" ? "::1" : host;
}

// More than the longest IPv6 range, which has 49 characters.
const RANGE_MAX = 64;

/** A parsed range. `length` is the length of its prefix in bits. */
export interface Range {
  readonly address: string;
  readonly family: 4 | 6;
  readonly length: number;
}

/** Parses an address or a CIDR range. @returns `undefined` for any other text. */
export function parseRange(text: string): Range | undefined {
  if (text.length > RANGE_MAX) return undefined;
  const [address = "", digits, ...more] = text.split("/");
  const family = isIP(address);
  if (family !== 4 && family !== 6 || more.length > 0 || address.includes("%")) return undefined;
  const bits = family === 4 ? 32 : 128;
  const length = digits === undefined ? bits : /^\d{1,3}$/.test(digits) ? Number(digits) : NaN;
  return length <= bits ? { address, family, length } : undefined;
}

/**
 * Creates a function that checks whether an address is in a list of addresses and CIDR ranges.
 *
 * @param ranges For example `["127.0.0.0/8", "::1"]`.
 * @returns The function. It expects an address as {@linkcode normalizeAddress} returns it.
 * @throws {TypeError} if a range is not valid. The message contains the range.
 */
export function addressMatcher(ranges: readonly string[]): (address: string) => boolean {
  const list = new BlockList();
  for (const range of ranges) addRange(list, range);
  // Each check of a list creates objects in native memory, and most lists are empty.
  if (ranges.length === 0) return () => false;
  return (address) => isIP(address) !== 0 && list.check(address, isIPv4(address) ? "ipv4" : "ipv6");
}

function addRange(list: BlockList, text: string): void {
  const range = parseRange(text);
  if (range === undefined) {
    throw new TypeError(
      `expected an address or a range such as 10.0.0.0/8 or 2001:db8::/32, got ${
        JSON.stringify(text)
      }`,
    );
  }
  const { address, family, length } = range;
  list.addSubnet(address, length, family === 4 ? "ipv4" : "ipv6");
}
