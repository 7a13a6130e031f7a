// Converts addresses and CIDR ranges, as people write them, to a single normal form.
import { addressMatcher, ipv6Groups, parseRange, spellIPv6 } from "./address.ts";

/**
 * Returns an address or a CIDR range in its normal form: IPv4-mapped IPv6 as IPv4, without host bits, and without
 * a length if it is a single address.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 *
 * assert.equal(normalizeRange("10.1.2.3/8"), "10.0.0.0/8");
 * assert.equal(normalizeRange("2001:DB8::1"), "2001:db8::1");
 * ```
 *
 * @returns `undefined` for any other text.
 */
export function normalizeRange(text: string): string | undefined {
  const range = parseRange(text.trim());
  if (range === undefined) return undefined;
  const { address, family, length } = range;
  const mapped = family === 6 ? toMapped(address) : undefined;
  return mapped !== undefined && length >= 96
    ? mask(mapped, 4, length - 96)
    : mask(address, family, length);
}

/** Whether an address is in a range. Both must be in their normal form. */
export function rangeHas(range: string, address: string): boolean {
  return addressMatcher([range])(address);
}

/** Whether a range contains loopback addresses or is a part of the loopback range. */
export function isLoopbackRange(range: string): boolean {
  return rangeHas(range, "127.0.0.1") || rangeHas(range, "::1") ||
    rangeHas("127.0.0.0/8", range.replace(/\/.*/, ""));
}

// Returns the IPv4 part of ::ffff:a.b.c.d, in any spelling.
function toMapped(address: string): string | undefined {
  const groups = ipv6Groups(address);
  if (groups.slice(0, 5).some((group) => group !== 0) || groups[5] !== 0xffff) return undefined;
  return [groups[6]! >> 8, groups[6]! & 255, groups[7]! >> 8, groups[7]! & 255].join(".");
}

function mask(address: string, family: number, length: number): string {
  const size = family === 4 ? 8 : 16;
  const parts = family === 4 ? address.split(".").map(Number) : ipv6Groups(address);
  const masked = parts.map((part, index) => {
    const kept = Math.max(0, Math.min(size, length - index * size));
    return part & (((1 << kept) - 1) << (size - kept));
  });
  const text = family === 4
    ? masked.join(".")
    : spellIPv6(masked.map((part) => part.toString(16)).join(":"));
  return length === parts.length * size ? text : `${text}/${length}`;
}
