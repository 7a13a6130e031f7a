// Tests of lib/net/ranges.ts.
import assert from "node:assert/strict";
import fc from "fast-check";
import { isLoopbackRange, normalizeRange, rangeHas } from "../../lib/net/ranges.ts";

Deno.test("normalizeRange returns the normal form of addresses and ranges", () => {
  for (
    const [text, expected] of [
      ["10.1.2.3", "10.1.2.3"],
      [" 10.1.2.3/32 ", "10.1.2.3"],
      ["10.1.2.3/8", "10.0.0.0/8"],
      ["10.1.255.255/17", "10.1.128.0/17"],
      ["0.0.0.0/0", "0.0.0.0/0"],
      ["2001:DB8:0:0::1", "2001:db8::1"],
      ["2001:db8:1:2:3:4:5:6/64", "2001:db8:1:2::/64"],
      ["2001:db8::/33", "2001:db8::/33"],
      ["::ffff:10.1.2.3", "10.1.2.3"],
      ["::ffff:10.1.2.3/104", "10.0.0.0/8"],
      ["::1", "::1"],
    ] as const
  ) assert.equal(normalizeRange(text), expected, text);
});

Deno.test("normalizeRange rejects all other texts", () => {
  for (
    const text of [
      "",
      "x",
      "10.1.2",
      "10.1.2.3/33",
      "::/129",
      "10.1.2.3/",
      "1.2.3.4/8/8",
      "fe80::1%eth0",
      "10.1.2.3/-1",
      "10.1.2.3/1e1",
    ]
  ) {
    assert.equal(normalizeRange(text), undefined, text);
  }
});

Deno.test("a normalized range contains its original address, and normalizing it again changes nothing", () => {
  fc.assert(fc.property(fc.ipV4(), fc.nat(32), (address, length) => {
    const range = normalizeRange(`${address}/${length}`)!;
    assert.ok(rangeHas(range, address));
    assert.equal(normalizeRange(range), range);
  }));
  fc.assert(fc.property(fc.ipV6(), fc.integer({ min: 1, max: 95 }), (address, length) => {
    const range = normalizeRange(`${address}/${length}`)!;
    assert.ok(rangeHas(range, address), `${range} ${address}`);
    assert.equal(normalizeRange(range), range);
  }));
});

Deno.test("isLoopbackRange is true for ranges with loopback addresses", () => {
  for (const range of ["127.0.0.1", "127.9.0.0/16", "0.0.0.0/0", "::1", "::/0"]) {
    assert.ok(isLoopbackRange(range), range);
  }
  for (const range of ["10.0.0.0/8", "2001:db8::/32", "128.0.0.0/1"]) {
    assert.ok(!isLoopbackRange(range), range);
  }
});
