// IP addresses: one way to write each, the network it counts under, and lists of ranges.
import { BlockList, isIP, isIPv4 } from "node:net";

const MAPPED = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;

/** An address as it is logged and compared: IPv4-mapped IPv6 as IPv4, no zone, lower case. */
export function normalizeAddress(address: string): string {
  const bare = address.replace(/%.*$/, "").toLowerCase();
  return MAPPED.exec(bare)?.[1] ?? bare;
}

/**
 * What an address counts under, for limits and failed logins: itself for IPv4, its /64 for IPv6,
 * since one subscriber holds a whole /64 and could use another address for every try.
 *
 * @param address As {@linkcode normalizeAddress} returns it.
 * @returns A key such as `10.0.0.5` or `2001:db8:0:1::/64`.
 */
export function networkKey(address: string): string {
  if (isIP(address) !== 6) return address;
  const [head = "", tail] = address.split("::");
  const groups = head === "" ? [] : head.split(":");
  const after = tail === undefined || tail === "" ? 0 : tail.split(":").length;
  // What :: stands for may begin within the first four groups; those behind it are in the rest.
  const missing = tail === undefined ? 0 : 8 - groups.length - after;
  const all = [
    ...groups,
    ...Array.from({ length: missing }, () => "0"),
    ...(tail ? tail.split(":") : []),
  ];
  return `${all.slice(0, 4).map((group) => group.replace(/^0+(?=.)/, "")).join(":")}::/64`;
}

/**
 * A test for membership in a list of addresses and CIDR ranges.
 *
 * @param ranges Such as `["127.0.0.0/8", "::1"]`.
 * @returns A function of an address as {@linkcode normalizeAddress} returns it.
 * @throws {TypeError} Where a range is not one, naming it.
 */
export function addressMatcher(ranges: readonly string[]): (address: string) => boolean {
  const list = new BlockList();
  for (const range of ranges) addRange(list, range);
  return (address) => isIP(address) !== 0 && list.check(address, isIPv4(address) ? "ipv4" : "ipv6");
}

function addRange(list: BlockList, range: string): void {
  const [address = "", prefix, ...more] = range.split("/");
  const family = isIP(address);
  const bits = family === 4 ? 32 : 128;
  const length = prefix === undefined ? bits : /^\d{1,3}$/.test(prefix) ? Number(prefix) : NaN;
  if (family === 0 || more.length > 0 || !(length <= bits)) {
    throw new TypeError(
      `expected an address or a range such as 10.0.0.0/8 or 2001:db8::/32, got ${
        JSON.stringify(range)
      }`,
    );
  }
  list.addSubnet(address, length, family === 4 ? "ipv4" : "ipv6");
}
