// Tests of lib/protocol/reply.ts, which compare whole lines.
import assert from "node:assert/strict";
import { ProtocolError } from "../../lib/protocol/errors.ts";
import {
  ackLine,
  errorLine,
  messageLine,
  statusLine,
  systemLine,
} from "../../lib/protocol/reply.ts";

const sentAt = Date.UTC(2026, 10, 22, 6, 20, 0, 123);

Deno.test("messageLine writes a global message as on the protocol page", () => {
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

Deno.test("messageLine relays additional members, and omits the channel of a private message", () => {
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

Deno.test("errorLine has the text twice, and optional members only if they apply", () => {
  assert.equal(
    errorLine(new ProtocolError("internal"), "Panne."),
    '{"type":"error","message":"Panne.","error":"Panne.","code":"internal"}\n',
  );
  assert.equal(
    errorLine(new ProtocolError("throttled", { retryAfter: 3 }), "Wait.", { ref: "r" }),
    '{"type":"error","message":"Wait.","error":"Wait.","code":"throttled","retry_after":3,"ref":"r"}\n',
  );
});

Deno.test("errorLine has the reason and the type of the request", () => {
  const details = { reason: "restricted", ref: "r", sentType: "JOIN" } as const;
  assert.equal(
    errorLine(new ProtocolError("forbidden", details), "No."),
    '{"type":"error","message":"No.","error":"No.","code":"forbidden","reason":"restricted",' +
      '"request":"JOIN","ref":"r"}\n',
  );
  // The request that the dispatcher passes takes precedence over the one in the error.
  const line = errorLine(new ProtocolError("forbidden", details), "No.", { sentType: "leave" });
  assert.deepEqual(
    [JSON.parse(line)["request"], JSON.parse(line)["ref"]],
    ["leave", undefined],
  );
});

Deno.test("errorLine does not reveal variants of a text", () => {
  const reasonOf = (error: ProtocolError) => JSON.parse(errorLine(error, "No."))["reason"];
  const port = new ProtocolError("forbidden", { reason: "clear_password_port" });
  assert.equal(reasonOf(port), "clear_password");
  assert.equal(reasonOf(new ProtocolError("muted", { reason: "muted_for" })), undefined);
});

Deno.test("errorLine has the two texts that old clients compare, in any language", () => {
  assert.equal(
    errorLine(new ProtocolError("login_failed"), "Nom ou mot de passe incorrect."),
    '{"type":"error","message":"Login failed.","error":"Login failed.","code":"login_failed"}\n',
  );
  assert.match(
    errorLine(new ProtocolError("username_taken", { reason: "look_alike" }), "Ce nom est pris."),
    /"message":"Username already exists\.","error":"Username already exists\."/,
  );
});

Deno.test("statusLine, ackLine and systemLine write lines as on the protocol page", () => {
  assert.equal(statusLine("bob", "away"), '{"type":"status","user":"bob","state":"away"}\n');
  assert.equal(
    ackLine("r", { id: 7, sentAt }),
    '{"type":"ack","ref":"r","id":7,"timestamp":"2026-11-22T06:20:00.123Z"}\n',
  );
  assert.equal(
    ackLine("r", { sentAt, name: "leo~2" }),
    '{"type":"ack","ref":"r","timestamp":"2026-11-22T06:20:00.123Z","name":"leo~2"}\n',
  );
  assert.equal(
    systemLine("Bye.", sentAt, { code: "shutting_down" }),
    '{"type":"system","from":"server","content":"Bye.","timestamp":"2026-11-22T06:20:00.123Z",' +
      '"code":"shutting_down"}\n',
  );
});
