// Tests of lib/protocol/request.ts and lib/protocol/json.ts.
import assert from "node:assert/strict";
import { Texts } from "../../lib/chat/texts/catalogue.ts";
import fc from "fast-check";
import { ProtocolError } from "../../lib/protocol/errors.ts";
import { parseRequest } from "../../lib/protocol/request.ts";
import { escapeNonAscii, MAX_DEPTH, toAsciiJson } from "../../lib/protocol/json.ts";

function parse(object: unknown) {
  return parseRequest(JSON.stringify(object));
}

function failure(line: string): ProtocolError {
  try {
    parseRequest(line);
  } catch (error) {
    assert.ok(error instanceof ProtocolError, `threw ${error}`);
    return error;
  }
  throw new assert.AssertionError({ message: `accepted ${line}` });
}

Deno.test("parseRequest matches the type without regard to case", () => {
  assert.deepEqual(parse({ type: "PING", ref: "a" }), { type: "ping", ref: "a" });
});

Deno.test("parseRequest takes the aliases userlist, who and private", () => {
  assert.equal(parse({ type: "userlist" }).type, "users");
  assert.equal(parse({ type: "who", channel: "#général" }).type, "users");
  const message = parse({ type: "private", to: "bob", content: "x" });
  assert.ok(message.type === "message" && message.subtype === "private");
});

Deno.test("parseRequest takes a message without subtype, to or from as global", () => {
  for (
    const members of [{}, { to: "global" }, { to: "" }, { to: null }, { subtype: "Global" }, {
      subtype: "global",
      to: "bob",
    }, { from: 5 }]
  ) {
    const message = parse({ type: "message", content: "x", ...members });
    assert.ok(message.type === "message" && message.subtype === "global", JSON.stringify(members));
  }
});

Deno.test("parseRequest takes a message to somebody as private, rather than tell everyone", () => {
  for (
    const members of [{ type: "message", to: "bob" }, { type: "message", to: ["bob"] }, {
      type: "private",
      subtype: "global",
      to: "bob",
    }]
  ) {
    const message = parse({ content: "x", ...members });
    assert.ok(message.type === "message" && message.subtype === "private", JSON.stringify(members));
  }
});

Deno.test("parseRequest keeps members it does not know, digits and strange names included", () => {
  const line = '{"type":"message","content":"x","id":5,"ref":"r","timestamp":"t","n":1e999,' +
    '"big":12345678901234567890,"__proto__":{"é":[1.50]},"constructor":null,"lone":"\\ud800"}';
  const message = parseRequest(line);
  assert.ok(message.type === "message");
  assert.equal(
    message.extra,
    '{"n":1e999,"big":12345678901234567890,"__proto__":{"\\u00e9":[1.50]},"constructor":null,' +
      '"lone":"\\ud800"}',
  );
});

Deno.test("parseRequest replaces in the content what the database would not keep", () => {
  const message = parseRequest('{"type":"message","content":"a\\ud800b\\u0000c"}');
  assert.ok(message.type === "message");
  assert.equal(message.content, "a\ufffdb\ufffdc");
});

Deno.test("parseRequest names the member, what was expected and what came", () => {
  const cases: [unknown, string, string][] = [
    [
      { type: "login", username: "a" },
      "bad_request",
      'Member "password": expected a string, got nothing.',
    ],
    [
      { type: "login", username: 5, password: "x" },
      "bad_request",
      'Member "username": expected a string, got a number.',
    ],
    [{ type: "message" }, "bad_request", 'Member "content": expected a string, got nothing.'],
    [
      { type: "message", content: ["x"] },
      "bad_request",
      'Member "content": expected a string, got an array.',
    ],
    [
      { type: "message", content: "x", subtype: "all" },
      "bad_request",
      'Member "subtype": expected one of "global", "private", got "all".',
    ],
    [
      { type: "status", state: "x".repeat(33) },
      "bad_request",
      `Member "state": expected a text of at most 32 characters, got "${"x".repeat(33)}".`,
    ],
    [{ type: 5 }, "bad_request", 'Member "type": expected a string, got a number.'],
    [{}, "bad_request", 'Member "type": expected a string, got nothing.'],
    [
      { type: "ping", ref: 5 },
      "bad_request",
      'Member "ref": expected a string of at most 64 characters, got a number.',
    ],
    [
      { type: "ping", ref: "x".repeat(65) },
      "bad_request",
      'Member "ref": expected a string of at most 64 characters, got 65 characters.',
    ],
  ];
  for (const [object, code, text] of cases) {
    const error = failure(JSON.stringify(object));
    assert.deepEqual([error.code, new Texts("en").error(error)], [code, text]);
  }
});

Deno.test("parseRequest gives the error the request's ref", () => {
  assert.equal(failure('{"type":"nope","ref":"r1"}').ref, "r1");
  assert.equal(failure('{"type":"login","ref":"r2"}').ref, "r2");
  assert.equal(failure('{"type":"login","ref":null}').ref, undefined);
});

Deno.test("parseRequest does not take inherited members for types", () => {
  for (const type of ["toString", "__proto__", "constructor", "hasOwnProperty"]) {
    assert.equal(failure(JSON.stringify({ type })).code, "unknown_type");
  }
});

Deno.test("parseRequest refuses what is not a JSON object", () => {
  for (
    const line of ["", "null", "5", '"x"', "[1]", "{", '{"type":}', "GET / HTTP/1.1", "\u0000"]
  ) {
    assert.equal(failure(line).code, "bad_json", line);
  }
});

Deno.test("parseRequest refuses JSON bombs", () => {
  assert.equal(failure("[".repeat(65_000)).code, "bad_json");
  assert.equal(failure('{"a":'.repeat(13_000)).code, "bad_json");
  const deep = (levels: number) =>
    `{"type":"message","content":"x","a":${"[".repeat(levels)}${"]".repeat(levels)}}`;
  assert.equal(failure(deep(MAX_DEPTH)).code, "bad_json");
  assert.equal(parseRequest(deep(MAX_DEPTH - 1)).type, "message");
  assert.equal(
    parseRequest('{"type":"message","content":"[[[[{{{{\\"[[[[[' + "[".repeat(99) + '"}').type,
    "message",
  );
});

Deno.test("parseRequest throws nothing but ProtocolError, whatever the text", () => {
  const texts = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.json(),
    fc.record({
      type: fc.constantFrom(
        "message",
        "login",
        "users",
        "status",
        "password",
        "MESSAGE",
        "private",
      ),
      content: fc.anything(),
      to: fc.anything(),
      username: fc.anything(),
      state: fc.anything(),
      ref: fc.anything(),
    }, { requiredKeys: [] }).map((value) => JSON.stringify(value)),
  );
  fc.assert(
    fc.property(texts, (text) => {
      try {
        parseRequest(text);
      } catch (error) {
        assert.ok(error instanceof ProtocolError, String(error));
      }
    }),
    { numRuns: 500 },
  );
});

Deno.test("toAsciiJson is pure ASCII and the same value", () => {
  fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => {
    const json = toAsciiJson(text);
    assert.ok([...json].every((char) => char <= "~"), json);
    assert.equal(JSON.parse(json), text);
    assert.equal(escapeNonAscii(json), json);
  }));
});
