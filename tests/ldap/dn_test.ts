// Tests of lib/ldap/dn.ts: distinguished names are compared as a directory compares them.
import assert from "node:assert/strict";
import fc from "fast-check";
import { normalizeDn } from "../../lib/ldap/dn.ts";

Deno.test("normalizeDn ignores case, spaces around the parts, and the way of escaping", () => {
  const same: readonly string[][] = [
    ["cn=Teachers,ou=Groups,dc=School", "CN = teachers , OU=groups,DC=school"],
    ["cn=a\\,b,dc=x", "cn=a\\2cb,dc=x", "cn=a\\2Cb,dc=x"],
    ["cn=\u00e9l\u00e8ves,dc=x", "cn=e\u0301le\u0300ves,dc=x", "cn=\\c3\\a9l\\c3\\a8ves,dc=x"],
    ["cn=a  b,dc=x", "cn=a b,dc=x"],
    ["cn=a\\+b,dc=x", "cn=a\\2bb,dc=x"],
    ["cn=a=b,dc=x", "cn=a\\=b,dc=x"],
  ];
  for (const [first, ...others] of same) {
    for (const other of others) assert.equal(normalizeDn(other), normalizeDn(first!), other);
  }
});

Deno.test("normalizeDn tells different names apart, however they are escaped", () => {
  const names = [
    "cn=a,dc=x",
    "cn=a\\,dc\\=x",
    "cn=a\\2cdc\\3dx",
    "cn=a,dc=x,dc=y",
    "cn=a\\\\,dc=x",
    "cn=b,dc=x",
    "ou=a,dc=x",
    "cn=a\\,b,dc=x",
    "cn=a,b=b,dc=x",
  ];
  const normal = names.map(normalizeDn);
  assert.equal(normal[1], normal[2]);
  assert.equal(new Set(normal).size, names.length - 1);
  for (
    const wrong of [
      "",
      "teachers",
      "=x",
      "cn=",
      "cn=a,",
      ",cn=a",
      "cn=a,,dc=x",
      `cn=${"x".repeat(2000)}`,
    ]
  ) {
    assert.equal(normalizeDn(wrong), undefined, wrong);
  }
});

Deno.test("normalizeDn gives a name that it leaves unchanged", () => {
  const part = fc.stringMatching(/^[a-zé ,+\\]{1,8}$/u);
  fc.assert(fc.property(part, part, (a, b) => {
    const normal = normalizeDn(`cn=${a},dc=${b}`);
    if (normal !== undefined) assert.equal(normalizeDn(normal), normal);
  }));
});
