// Addresses and ranges as people write them, in one form.
import { isIP } from "node:net";
import { addressMatcher, normalizeAddress } from "./address.ts";

/**
 * An address or a CIDR range in the one form in which it is kept: IPv4-mapped IPv6 as IPv4, no host bits,
 * and no length where it is a single address.
 *
 * @example
 * ```ts
 * normalizeRange("10.1.2.3/8"); // "10.0.0.0/8"
 * normalizeRange("2001:DB8::1"); // "2001:db8::1"
 * ```
 *
 * @returns `undefined` for anything else.
 */
export function normalizeRange(text: string): string | undefined {
  const [address = "", length, ...more] = text.trim().split("/");
  const family = isIP(address);
  if (family === 0 || more.length > 0 || address.includes("%")) return undefined;
  if (length !== undefined && !/^\d{1,3}$/.test(length)) return undefined;
  const given = length === undefined ? undefined : Number(length);
  if (given !== undefined && given > (family === 4 ? 32 : 128)) return undefined;
  const mapped = family === 6 ? toMapped(address) : undefined;
  if (mapped !== undefined && (given === undefined || given >= 96)) {
    return mask(mapped, 4, given === undefined ? 32 : given - 96);
  }
  return mask(address, family, given ?? (family === 4 ? 32 : 128));
}

/** Whether an address lies in a range, both in the form of this house. */
export function rangeHas(range: string, address: string): boolean {
  return addressMatcher([range])(address);
}

/** Whether a range has something of this machine's own in it. */
export function isLoopbackRange(range: string): boolean {
  return rangeHas(range, "127.0.0.1") || rangeHas(range, "::1") ||
    rangeHas("127.0.0.0/8", range.replace(/\/.*/, ""));
}

// ::ffff:a.b.c.d in any spelling.
function toMapped(address: string): string | undefined {
  const groups = groupsOf(address);
  if (groups.slice(0, 5).some((group) => group !== 0) || groups[5] !== 0xffff) return undefined;
  return [groups[6]! >> 8, groups[6]! & 255, groups[7]! >> 8, groups[7]! & 255].join(".");
}

function mask(address: string, family: number, length: number): string {
  const size = family === 4 ? 8 : 16;
  const parts = family === 4 ? address.split(".").map(Number) : groupsOf(address);
  const masked = parts.map((part, index) => {
    const kept = Math.max(0, Math.min(size, length - index * size));
    return part & (((1 << kept) - 1) << (size - kept));
  });
  const text = family === 4
    ? masked.join(".")
    : compress(masked.map((part) => part.toString(16)).join(":"));
  return length === parts.length * size ? text : `${text}/${length}`;
}

/** The eight groups of an IPv6 address. */
function groupsOf(address: string): number[] {
  const plain = compress(address);
  const [head = "", tail] = plain.split("::");
  const before = head === "" ? [] : head.split(":");
  const after = tail === undefined || tail === "" ? [] : tail.split(":");
  const missing = tail === undefined ? 0 : 8 - before.length - after.length;
  const zeros = Array.from({ length: missing }, () => "0");
  return [...before, ...zeros, ...after].map((group) => parseInt(group, 16));
}

/** The canonical spelling of an IPv6 address, as URLs have it: without dotted parts. */
function compress(address: string): string {
  return normalizeAddress(new URL(`http://[${address}]`).hostname.slice(1, -1));
}
