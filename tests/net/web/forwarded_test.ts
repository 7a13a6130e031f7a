// Tests of the fields that trusted proxies add to a request.
import assert from "node:assert/strict";
import { forwardedSender, isForwarded } from "../../../lib/net/web/forwarded.ts";

const PROXY = { address: "10.0.0.1", secure: false };
const isProxy = (address: string) => address.startsWith("10.") || address === "::1";

function sender(...fields: [string, string][]) {
  const map = new Map<string, string[]>();
  for (const [name, value] of fields) map.set(name, [...map.get(name) ?? [], value]);
  return forwardedSender(map, PROXY, isProxy);
}

Deno.test("the client is the first address from the right that is not a trusted proxy", () => {
  const cases: [string, string][] = [
    ["203.0.113.9", "203.0.113.9"],
    ["1.2.3.4, 203.0.113.9", "203.0.113.9"],
    ["1.2.3.4, 203.0.113.9, 10.0.0.2,10.0.0.3", "203.0.113.9"],
    ["10.0.0.7, 10.0.0.2", "10.0.0.7"],
    ["2001:DB8::1", "2001:db8::1"],
    ["[2001:db8::1]:443", "2001:db8::1"],
    ["203.0.113.9:5000", "203.0.113.9"],
    ["::ffff:203.0.113.9", "203.0.113.9"],
    // An invalid item ends the search, because the client could have written the items before it.
    ["203.0.113.9, unknown", "10.0.0.1"],
    ["203.0.113.9, unknown, 10.0.0.2", "10.0.0.2"],
    ["", "10.0.0.1"],
    ["999.1.1.1", "10.0.0.1"],
  ];
  for (const [value, address] of cases) {
    assert.equal(sender(["x-forwarded-for", value]).address, address, value);
  }
  assert.equal(
    sender(["x-forwarded-for", "1.2.3.4"], ["x-forwarded-for", "5.6.7.8"]).address,
    "5.6.7.8",
  );
  assert.equal(sender().address, "10.0.0.1");
  assert.equal(sender(["x-forwarded-for", "10.0.0.2,".repeat(5_000)]).address, "10.0.0.1");
});

Deno.test("the last proxy says whether the client uses HTTPS", () => {
  assert.equal(sender(["x-forwarded-proto", "https"]).secure, true);
  assert.equal(sender(["x-forwarded-proto", "HTTPS"]).secure, true);
  assert.equal(sender(["x-forwarded-proto", "https, http"]).secure, false);
  assert.equal(sender(["x-forwarded-proto", "httpsx"]).secure, false);
  assert.equal(forwardedSender(new Map(), { ...PROXY, secure: true }, isProxy).secure, true);
  assert.equal(isForwarded(new Map([["x-forwarded-proto", ["https"]]])), true);
  assert.equal(isForwarded(new Map([["host", ["a"]]])), false);
});
