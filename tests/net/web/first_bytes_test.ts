// Tests of recognizing the protocol of a connection by its first bytes.
import assert from "node:assert/strict";
import fc from "fast-check";
import { kindOf } from "../../../lib/net/web/first_bytes.ts";

const kind = (text: string) => kindOf(Uint8Array.from(text, (c) => c.charCodeAt(0)));

Deno.test("lines, HTTP and TLS are recognized", () => {
  const lines = [
    ...['{"type":"ping"}\n', " {", "GET_METRICS", "GET_", "GET\n", "get / HTTP/1.1", "\0", "é"],
    ...[
      "PROXY TCP4 1.2.3.4 1.2.3.4 1 2\r\n",
      "\r\n\r\n\0\r\nQUIT\n",
      "\r{",
      "\x16\x04",
      "A".repeat(21),
    ],
    ...["HELLO you", "GETX\n", "\x16\x16", "\n\x16\x03"],
  ];
  for (const text of lines) assert.equal(kind(text), "lines", JSON.stringify(text));
  const http = [
    ...["GET ", "GET / HTTP/1.1\r\n", "POST /x", "PRI * HTTP/2.0", "OPTIONS *", "\r\n\nHEAD /"],
    ...["PROPFIND /", "GET http://a/", "CONNECT a:443 HTTP/1.1"],
  ];
  for (const text of http) assert.equal(kind(text), "http", JSON.stringify(text));
  assert.equal(kind("\x16\x03\x01\x02"), "tls");
});

Deno.test("the protocol is undecided while the bytes fit more than one", () => {
  for (
    const text of ["", "G", "GET", "GET_METRICS".slice(0, 3), "\r", "\r\n", "\n\r", "\x16", "ABC "]
  ) {
    assert.equal(kind(text), undefined, JSON.stringify(text));
  }
});

Deno.test("a decision needs few bytes, and further bytes do not change it", () => {
  const start = fc.constantFrom(
    "",
    "\r\n",
    "G",
    "GET ",
    "GET_",
    "\x16\x03",
    "{",
    "PROXY ",
    "FOO /",
  );
  fc.assert(fc.property(start, fc.uint8Array({ maxLength: 40 }), (text, rest) => {
    const bytes = Uint8Array.of(...Uint8Array.from(text, (c) => c.charCodeAt(0)), ...rest);
    let decided: string | undefined;
    for (let length = 0; length <= bytes.length; length++) {
      const now = kindOf(bytes.subarray(0, length));
      if (decided !== undefined) assert.equal(now, decided);
      decided = now;
    }
    const first = bytes.findIndex((byte) => byte !== 10 && byte !== 13);
    if (first >= 0 && bytes.length >= first + 22) assert.notEqual(decided, undefined);
  }));
});
