// Tests of lib/protocol/request.ts and lib/protocol/json.ts.
import assert from "node:assert/strict";
import { Texts } from "../../lib/chat/texts/catalogue.ts";
import fc from "fast-check";
import { ProtocolError } from "../../lib/protocol/errors.ts";
import { parseRequest, type Sender } from "../../lib/protocol/request.ts";
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

Deno.test("parseRequest ignores the case of the type", () => {
  const ping = parse({ type: "PING", ref: "a" });
  assert.deepEqual(ping, { type: "ping", ref: "a", sentType: "PING" });
});

Deno.test("parseRequest accepts the aliases userlist, who and private", () => {
  assert.equal(parse({ type: "userlist" }).type, "users");
  assert.equal(parse({ type: "who", channel: "#général" }).type, "users");
  const message = parse({ type: "private", to: "bob", content: "x" });
  assert.ok(message.type === "message" && message.subtype === "private");
});

Deno.test("parseRequest treats a message without subtype, to or from as global", () => {
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

Deno.test("parseRequest treats a message with a recipient as private, so that it does not reach everyone", () => {
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

Deno.test("parseRequest keeps members that it does not know, including digits and unusual names", () => {
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

Deno.test("parseRequest replaces characters of the content that the database cannot store", () => {
  const message = parseRequest('{"type":"message","content":"a\\ud800b\\u0000c"}');
  assert.ok(message.type === "message");
  assert.equal(message.content, "a\ufffdb\ufffdc");
});

Deno.test("parseRequest gives the member, what was expected and what was received", () => {
  const cases: [unknown, string, string][] = [
    [
      { type: "login", username: "a" },
      "bad_request",
      'Member "password": expected a string, got nothing.',
    ],
    [
      { type: "login", username: 5, password: "x" },
      "bad_request",
      'Member "username": expected a string, got 5.',
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
    [{ type: 5 }, "bad_request", 'Member "type": expected a string, got 5.'],
    [{}, "bad_request", 'Member "type": expected a string, got nothing.'],
    [
      { type: "ping", ref: 5 },
      "bad_request",
      'Member "ref": expected a string of at most 64 characters, got 5.',
    ],
    [
      { type: "ping", ref: "x".repeat(65) },
      "bad_request",
      'Member "ref": expected a string of at most 64 characters, got 65 characters.',
    ],
    [
      { type: "history", limit: 500 },
      "bad_request",
      'Member "limit": expected a whole number from 1 to 200, got 500.',
    ],
    [
      { type: "history", limit: "50" },
      "bad_request",
      'Member "limit": expected a number, got "50".',
    ],
    [
      { type: "history", before: true },
      "bad_request",
      'Member "before": expected a number, got true.',
    ],
    [
      { type: "join", channel: `#${"x".repeat(5_000)}` },
      "bad_request",
      'Member "channel": expected a channel such as "#dev", of # and 1 to 32 letters, digits, dots, ' +
      `hyphens and underscores, got "#${"x".repeat(63)}…".`,
    ],
    // Errors do not repeat passwords.
    [
      { type: "login", username: "a", password: 1234 },
      "bad_request",
      'Member "password": expected a string, got a number.',
    ],
    [
      { type: "password", old: "1234", new: 5678 },
      "bad_request",
      'Member "new": expected a string, got a number.',
    ],
  ];
  for (const [object, code, text] of cases) {
    const error = failure(JSON.stringify(object));
    assert.deepEqual([error.code, new Texts("en").error(error)], [code, text]);
  }
});

Deno.test("parseRequest adds the ref of the request to the error", () => {
  assert.equal(failure('{"type":"nope","ref":"r1"}').ref, "r1");
  assert.equal(failure('{"type":"login","ref":"r2"}').ref, "r2");
  assert.equal(failure('{"type":"login","ref":null}').ref, undefined);
});

Deno.test("parseRequest adds the sent type to the error, at most 64 characters of it", () => {
  const type = (line: unknown) => failure(JSON.stringify(line)).sentType;
  assert.equal(type({ type: "LOGIN" }), "LOGIN");
  assert.equal(type({ type: "Private", to: "bob" }), "Private");
  assert.equal(type({ type: "ping", ref: 5 }), "ping");
  assert.equal(type({ type: "" }), "");
  assert.equal(type({ type: "x".repeat(60_000) }), "x".repeat(64));
  assert.equal(type({ type: `${"é".repeat(63)}😀😀` }), `${"é".repeat(63)}😀`);
  assert.equal(type({ type: 5 }), undefined);
  assert.equal(type({ content: "x" }), undefined);
  assert.equal(failure("nonsense").sentType, undefined);
  assert.equal(parseRequest('{"type":"WHO"}').sentType, "WHO");
});

Deno.test("parseRequest lists only the types that the client may use", () => {
  const line = '{"type":"nope"}';
  const listed = (sender: Sender, offers?: (type: string) => boolean) => {
    try {
      parseRequest(line, () => sender, offers);
    } catch (error) {
      return String((error as ProtocolError).places["types"]).split(", ");
    }
  };
  const all = listed("client");
  assert.ok(all?.includes("kick") && !all.includes("reload") && !all.includes("user_add"));
  assert.ok(listed("operator")?.includes("reload"));
  const admins = listed("admin") ?? [];
  assert.ok(admins.includes("user_add") && !admins.includes("reload"));
  assert.ok(!admins.includes("user_delete") && !admins.includes("user_erase"));
  assert.deepEqual(
    listed("client", (type) => type !== "kick"),
    all?.filter((type) => type !== "kick"),
  );
});

Deno.test("parseRequest explains why a line is not JSON", () => {
  const reasons: [string, string | undefined][] = [
    ['{"type":"ping"}{"type":"ping"}', "several_objects"],
    ['{"type":"ping"} {"type":"ping"} ', "several_objects"],
    ['{"type":"ping"}\r{"type":"ping"}\r', "several_objects"],
    ['{"type":"ping"},{"type":"ping"}', "several_objects"],
    [String.raw`{"type":"ping"}\n{"type":"ping"}\n`, "several_objects"],
    ['{"a":{"b":"}{"}} {"c":"\\"}', "several_objects"],
    ['{"type":"ping"}{"type":', "several_objects"],
    ['{"type":ping}{"type":"ping"}', undefined],
    ['{"type":"ping"', undefined],
    ['{"type":"ping"}}', undefined],
    ['{"content":"a}{b"', undefined],
    ["hello", undefined],
    ["/help", "bare_command"],
    ["  /msg bob {salut}", "bare_command"],
    ["//deux", "bare_command"],
  ];
  for (const [line, reason] of reasons) {
    const error = failure(line);
    assert.deepEqual([error.code, error.reason], ["bad_json", reason], line);
  }
  const texts = new Texts("en");
  assert.match(texts.error(failure("hello")), /newline/);
  assert.match(texts.error(failure('{"a":1}{"b":2}')), /newline/);
  const command = texts.error(failure('/msg "Zoé B" salut'));
  const shown = command.slice(command.indexOf("{"));
  assert.deepEqual(JSON.parse(shown), { type: "message", content: '/msg "Zoé B" salut' });
  assert.match(texts.error(failure(`/msg ${"x".repeat(60_000)}`)), /"content":"\/help"\}$/);
});

Deno.test("parseRequest does not accept inherited members as types", () => {
  for (const type of ["toString", "__proto__", "constructor", "hasOwnProperty"]) {
    assert.equal(failure(JSON.stringify({ type })).code, "unknown_type");
  }
});

Deno.test("parseRequest rejects lines that are not JSON objects", () => {
  for (
    const line of ["", "null", "5", '"x"', "[1]", "{", '{"type":}', "GET / HTTP/1.1", "\u0000"]
  ) {
    assert.equal(failure(line).code, "bad_json", line);
  }
});

Deno.test("parseRequest rejects deeply nested JSON", () => {
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

Deno.test("parseRequest throws no other error than ProtocolError, for any text", () => {
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

Deno.test("toAsciiJson writes the same value in pure ASCII", () => {
  fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => {
    const json = toAsciiJson(text);
    assert.ok([...json].every((char) => char <= "~"), json);
    assert.equal(JSON.parse(json), text);
    assert.equal(escapeNonAscii(json), json);
  }));
});
