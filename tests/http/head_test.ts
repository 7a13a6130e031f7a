// Tests of lib/http/head.ts: parsing the heads of HTTP requests.
import assert from "node:assert/strict";
import fc from "fast-check";
import { headEnd, HttpError, parseHead } from "../../lib/http/head.ts";

const encoder = new TextEncoder();

function parse(text: string) {
  const bytes = encoder.encode(text);
  assert.equal(headEnd(bytes), bytes.length, text);
  return parseHead(bytes);
}

function statusOf(text: string): number {
  try {
    parse(text);
    return 200;
  } catch (error) {
    assert.ok(error instanceof HttpError, String(error));
    return error.status;
  }
}

Deno.test("a request has its method, its path without the query, and whether the connection stays open", () => {
  assert.deepEqual(parse("GET /metrics?x=/y HTTP/1.1\r\nHost: a\r\nX: 1\r\nx:2\r\n\r\n"), {
    method: "GET",
    path: "/metrics",
    version: "1.1",
    fields: new Map([["host", ["a"]], ["x", ["1", "2"]]]),
    keepAlive: true,
  });
  assert.equal(parse("HEAD / HTTP/1.0\n\n").keepAlive, false);
  assert.equal(parse("GET / HTTP/1.0\r\nconnection: Keep-Alive\r\n\r\n").keepAlive, true);
  assert.equal(
    parse("GET / HTTP/1.1\r\nHost: a\r\nConnection: te, Close\r\n\r\n").keepAlive,
    false,
  );
});

Deno.test("hosts are names or addresses with an optional port", () => {
  const hosts = [
    "a",
    "a.example.org:9091",
    "127.0.0.1:65535",
    "[::1]:80",
    "[2001:db8::7]",
    "",
    "a:",
  ];
  for (const host of hosts) assert.equal(statusOf(`GET / HTTP/1.1\r\nHost: ${host}\r\n\r\n`), 200);
  const wrong = [
    ...["a b", "x:99999", "x:65536", "x:-1", "x:y", "x:1:2", "[::1", "::1", "[a]", "[::1]x"],
    ...["a/b", "a?b", "a#b", "u@a", "é", "<a>", 'a"b', "a\\b", "a\tb", "a, b"],
  ];
  for (const host of wrong) {
    assert.equal(statusOf(`GET / HTTP/1.1\r\nHost: ${host}\r\n\r\n`), 400, host);
  }
  assert.equal(statusOf("GET / HTTP/1.1\r\n\r\n"), 400);
  assert.equal(statusOf("GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n"), 400);
  assert.equal(statusOf("GET / HTTP/1.0\r\nHost: a b\r\n\r\n"), 400);
});

Deno.test("targets that are not a path of this server are rejected", () => {
  const targets = [
    ...[
      "http://x/",
      "http://x:99999/",
      "http://a b/",
      "https://x/metrics",
      "*",
      "x:443",
      "metrics",
    ],
    ...["", "/a b", "/é", "/\x01", "/a\tb", "/a#b", "/<", '/"', "/\\", "/a|b", "/{}", "/^`"],
  ];
  for (const target of targets) {
    assert.equal(statusOf(`GET ${target} HTTP/1.1\r\nHost: a\r\n\r\n`), 400, target);
  }
});

Deno.test("requests that are not HTTP/1 are rejected", () => {
  for (
    const line of [
      "GET /",
      "GET / http/1.1",
      "G<T / HTTP/1.1",
      " GET / HTTP/1.1",
      "GET  / HTTP/1.1",
    ]
  ) {
    assert.equal(statusOf(`${line}\r\nHost: a\r\n\r\n`), 400, line);
  }
  assert.equal(statusOf("PRI * HTTP/2.0\r\n\r\n"), 505);
  assert.equal(statusOf("GET / HTTP/1.1\r\nHost: a\r\nno colon\r\n\r\n"), 400);
  assert.equal(statusOf("GET / HTTP/1.1\r\nHost : a\r\n\r\n"), 400);
  assert.equal(statusOf("GET / HTTP/1.1\r\nHost: a\r\n folded: b\r\n\r\n"), 400);
  assert.equal(statusOf("GET / HTTP/1.1\r\nHost: a\r\nx: a\0b\r\n\r\n"), 400);
  assert.equal(statusOf("GET / HTTP/1.1\r\nHost: a\r\nx: a\rb\r\n\r\n"), 400);
  const many = "x: y\r\n".repeat(64);
  assert.equal(statusOf(`GET / HTTP/1.1\r\nHost: a\r\n${many}\r\n`), 431);
});

Deno.test("bodies and invalid lengths are rejected", () => {
  const head = (field: string) => `GET / HTTP/1.1\r\nHost: a\r\n${field}\r\n\r\n`;
  assert.equal(statusOf(head("Content-Length: 0")), 200);
  assert.equal(statusOf(head("Content-Length: 5")), 413);
  assert.equal(statusOf(head("Content-Length: 0\r\nContent-Length: 5")), 413);
  assert.equal(statusOf(head("Content-Length: -0")), 400);
  assert.equal(statusOf(head("Content-Length: 0x0")), 400);
  assert.equal(statusOf(head("Transfer-Encoding: chunked")), 413);
});

Deno.test("the end of a head is found across any reads", () => {
  for (const text of ["GET / HTTP/1.1\r\nHost: a\r\n\r\n", "GET / HTTP/1.0\nx: y\n\n"]) {
    const bytes = encoder.encode(text);
    for (let length = 0; length < bytes.length; length++) {
      const part = bytes.subarray(0, length);
      assert.equal(headEnd(part), undefined, JSON.stringify(text.slice(0, length)));
      assert.equal(headEnd(encoder.encode(`${text}rest`), Math.max(0, length - 3)), bytes.length);
    }
  }
});

Deno.test("any bytes are parsed as a request or rejected with a status", () => {
  const piece = fc.constantFrom(
    ..."GET / HTTP/1.1|\r\n|\n|Host: a|:| |\0|é|Content-Length: 1|x|[|]|\r".split("|"),
  );
  fc.assert(fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
    const bytes = encoder.encode(`${pieces.join("")}\n\n`);
    statusOf(new TextDecoder().decode(bytes.subarray(0, headEnd(bytes))));
  }));
});
