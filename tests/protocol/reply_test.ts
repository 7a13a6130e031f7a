// Tests of lib/protocol/reply.ts: lines byte by byte.
import assert from "node:assert/strict";
import { ProtocolError } from "../../lib/protocol/errors.ts";
import {
  ackLine,
  errorLine,
  listLine,
  messageLine,
  ReplyItems,
  statusLine,
  systemLine,
} from "../../lib/protocol/reply.ts";

const sentAt = Date.UTC(2026, 10, 22, 6, 20, 0, 123);

Deno.test("messageLine writes a global message as the protocol page shows it", () => {
  assert.equal(
    messageLine({
      id: 4711,
      subtype: "global",
      from: "alice",
      to: "global",
      channel: "#général",
      content: "Bonjour",
      sentAt,
      extra: null,
    }),
    '{"type":"message","subtype":"global","from":"alice","to":"global","channel":"#g\\u00e9n\\u00e9ral",' +
      '"content":"Bonjour","timestamp":"2026-11-22T06:20:00.123Z","id":4711}\n',
  );
});

Deno.test("messageLine relays other members, and has no channel when private", () => {
  assert.equal(
    messageLine({
      id: 1,
      subtype: "private",
      from: "a",
      to: "É",
      channel: null,
      content: "\u2028😀",
      sentAt,
      extra: '{"color":"red","n":[1]}',
    }),
    '{"type":"message","subtype":"private","from":"a","to":"\\u00c9","content":"\\u2028\\ud83d\\ude00",' +
      '"timestamp":"2026-11-22T06:20:00.123Z","id":1,"color":"red","n":[1]}\n',
  );
});

Deno.test("errorLine carries the text twice, and what else applies", () => {
  assert.equal(
    errorLine(new ProtocolError("login_failed", "Login failed.")),
    '{"type":"error","message":"Login failed.","error":"Login failed.","code":"login_failed"}\n',
  );
  assert.equal(
    errorLine(new ProtocolError("throttled", "Wait.", { retryAfter: 3 }), "r"),
    '{"type":"error","message":"Wait.","error":"Wait.","code":"throttled","retry_after":3,"ref":"r"}\n',
  );
});

Deno.test("statusLine, ackLine and systemLine are as the protocol page shows them", () => {
  assert.equal(statusLine("bob", "away"), '{"type":"status","user":"bob","state":"away"}\n');
  assert.equal(
    ackLine("r", 7, sentAt),
    '{"type":"ack","ref":"r","id":7,"timestamp":"2026-11-22T06:20:00.123Z"}\n',
  );
  assert.equal(
    systemLine("Bye.", sentAt, { code: "shutting_down" }),
    '{"type":"system","from":"server","content":"Bye.","timestamp":"2026-11-22T06:20:00.123Z",' +
      '"code":"shutting_down"}\n',
  );
});

Deno.test("ReplyItems takes what fits, the first always, and reads nothing further", () => {
  const items = new ReplyItems<number>(7, (n) => "x".repeat(n));
  function* numbers() {
    yield* [3, 2];
    yield 1;
    assert.fail("read too far");
  }
  assert.equal(items.addAll(numbers()), false);
  assert.deepEqual(items.texts, ["xxx", "xx"]);
  assert.equal(items.add(0), false);
  const one = new ReplyItems<number>(1, (n) => "x".repeat(n));
  assert.deepEqual([one.addAll([9]), one.texts.length], [true, 1]);
});

Deno.test("listLine writes members before the list and behind it, if there are any", () => {
  const reply = { members: { type: "x" }, name: "list", items: ["1", "2"] };
  assert.equal(listLine({ ...reply, last: {} }), '{"type":"x","list":[1,2]}\n');
  assert.equal(
    listLine({ ...reply, items: [], last: { more: true, ref: undefined } }),
    '{"type":"x","list":[],"more":true}\n',
  );
});
