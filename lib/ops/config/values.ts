// The values that several settings share: hosts, paths and address ranges.
import { isIP } from "node:net";
import { addressMatcher } from "../../net/address.ts";

/** 2³⁰ bytes. */
export const GIBIBYTE = 2 ** 30;

/** An address to listen on. */
export const HOST = {
  expected: "an IP address or a host name",
  accepts: (value: string) =>
    isIP(value) !== 0 || /^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/i.test(value),
};

/** A path. */
export const FILE = { expected: "a path" };

/** A list of addresses and ranges. */
export const RANGES = {
  expected: 'a list of addresses and ranges such as ["127.0.0.1", "10.0.0.0/8"]',
  accepts: isRange,
};

function isRange(value: string): boolean {
  try {
    addressMatcher([value]);
    return true;
  } catch {
    return false;
  }
}
