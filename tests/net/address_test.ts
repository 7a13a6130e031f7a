// Tests of lib/net/address.ts and lib/net/admission.ts.
import assert from "node:assert/strict";
import { addressMatcher, networkKey, normalizeAddress } from "../../lib/net/address.ts";
import { Admission } from "../../lib/net/admission.ts";

Deno.test("normalizeAddress writes IPv4-mapped addresses as IPv4 and removes zones", () => {
  assert.equal(normalizeAddress("::ffff:10.0.0.5"), "10.0.0.5");
  assert.equal(normalizeAddress("::FFFF:10.0.0.5"), "10.0.0.5");
  assert.equal(normalizeAddress("10.0.0.5"), "10.0.0.5");
  assert.equal(normalizeAddress("FE80::1%eth0"), "fe80::1");
  assert.equal(normalizeAddress("::1"), "::1");
});

Deno.test("networkKey returns the address for IPv4 and the /64 for IPv6", () => {
  const cases: [string, string][] = [
    ["10.0.0.5", "10.0.0.5"],
    ["2001:db8:0:1:2:3:4:5", "2001:db8:0:1::/64"],
    ["2001:db8:0:1::5", "2001:db8:0:1::/64"],
    ["2001:db8::1:2:3:4", "2001:db8:0:0::/64"],
    ["2001:db8::", "2001:db8:0:0::/64"],
    ["2001:0db8:0000:0001::5", "2001:db8:0:1::/64"],
    ["::1", "0:0:0:0::/64"],
    ["::", "0:0:0:0::/64"],
    ["fe80::1", "fe80:0:0:0::/64"],
    ["1:2:3:4:5:6:7::", "1:2:3:4::/64"],
    ["::2:3:4:5:6:7:8", "0:2:3:4::/64"],
  ];
  for (const [address, key] of cases) assert.equal(networkKey(address), key, address);
});

Deno.test("addressMatcher matches addresses and ranges of IPv4 and IPv6", () => {
  const matches = addressMatcher(["127.0.0.0/8", "::1", "192.168.1.4", "2001:db8::/32"]);
  for (const address of ["127.0.0.1", "127.255.0.1", "::1", "192.168.1.4", "2001:db8:ffff::1"]) {
    assert.ok(matches(address), address);
  }
  for (const address of ["128.0.0.1", "::2", "192.168.1.5", "2001:db9::1", "unix", ""]) {
    assert.ok(!matches(address), address);
  }
  assert.ok(!addressMatcher([])("127.0.0.1"));
});

Deno.test("addressMatcher rejects an invalid range and names it", () => {
  for (
    const range of [
      "localhost",
      "10.0.0.0/33",
      "::1/129",
      "10.0.0.0/",
      "10.0.0.0/8/8",
      "10.0.0.0/-1",
      "",
    ]
  ) {
    assert.throws(
      () => addressMatcher([range]),
      (error) => error instanceof TypeError && error.message.includes(JSON.stringify(range)),
      range,
    );
  }
});

Deno.test("Admission limits connections in total and for each network", () => {
  const admission = new Admission({ connections: 3, connectionsPerAddress: 2 });
  assert.equal(admission.admit("a"), undefined);
  assert.equal(admission.admit("a"), undefined);
  assert.equal(admission.admit("a"), "connections_per_address");
  assert.equal(admission.admit("b"), undefined);
  assert.equal(admission.admit("c"), "connections");
  admission.release("a");
  assert.equal(admission.admit("c"), undefined);
  assert.equal(admission.total, 3);
});

Deno.test("Admission counts connections that stay over a limit, so as many must end before another is admitted", () => {
  const admission = new Admission({ connections: 0, connectionsPerAddress: 2 });
  for (let i = 0; i < 4; i++) admission.count("10.0.0.1");
  assert.equal(admission.total, 4);
  for (let i = 0; i < 2; i++) admission.release("10.0.0.1");
  assert.equal(admission.admit("10.0.0.1"), "connections_per_address");
  admission.release("10.0.0.1");
  assert.equal(admission.admit("10.0.0.1"), undefined);
});

Deno.test("Admission with limits of 0 admits every connection", () => {
  const admission = new Admission({ connections: 0, connectionsPerAddress: 0 });
  for (let i = 0; i < 1000; i++) assert.equal(admission.admit("a"), undefined);
  assert.equal(admission.total, 1000);
});

Deno.test("networkKey is the same for all spellings of an address", () => {
  for (const address of ["2001:db8::a", "2001:db8:0:0::a", "2001:0db8::0a", "2001:db8::0.0.0.10"]) {
    assert.equal(networkKey(address), "2001:db8:0:0::/64", address);
  }
});

Deno.test("addressMatcher rejects a range with a zone", () => {
  assert.throws(() => addressMatcher(["fe80::1%eth0"]), TypeError);
});
