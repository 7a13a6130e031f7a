// Tests of web/text/secrets.ts: no secret survives, and other lines are not changed.
import assert from "node:assert/strict";
import * as fc from "fast-check";
import { MASK, maskSecrets } from "../../../web/text/secrets.ts";

const SECRET = "S3cr3t-hunter2";

Deno.test("passwords, tokens and invitations are masked in every line, in any order and however they are written", () => {
  for (
    const line of [
      `{"type":"login","username":"ada","password":"${SECRET}"}`,
      `{"password":"${SECRET}","type":"LOGIN"}`,
      `{"type":"register","username":"ada","password":"${SECRET}","invite":"${SECRET}"}`,
      `{"type":"password","old":"${SECRET}","new":"${SECRET}"}`,
      `{"type":"resume","token":"${SECRET}"}`,
      `{"type":"login","status":"ok","token":"${SECRET}","expires":"2026-12-01T00:00:00Z"}`,
      `{"type":"ack","ref":"1","token":"${SECRET}"}`,
      `{"type":"invite","code":"${SECRET}"}`,
      `{"type":"invite_create","status":"ok","code":"${SECRET}","link":"http://x/j/${SECRET}"}`,
      `{"type":"class_import","rows":[{"name":"ada","password":"${SECRET}"}]}`,
      `{"type":"login","\\u0070assword":"${SECRET}"}`,
      `{"type":"login","password":{"a":"${SECRET}"}}`,
      `{"type":"login","password":"x","password":"${SECRET}"}`,
      // Not JSON: the server answers with an error, and the line is shown.
      `{"type":"login","password":"${SECRET}"`,
      `{type:"login",password:"${SECRET}"}`,
      `{'password': '${SECRET}'}`,
      `{"\\u0070assword":"${SECRET}"`,
      `password=${SECRET}`,
    ]
  ) {
    const masked = maskSecrets(line);
    assert.ok(!masked.includes(SECRET), masked);
    assert.ok(masked.includes(MASK), masked);
  }
});

Deno.test("a number as a password is masked, and a session that is only asked for is not", () => {
  assert.equal(
    maskSecrets('{"type":"login","password":1234,"session":true}'),
    `{"type":"login","password":"${MASK}","session":true}`,
  );
});

Deno.test("a line without secrets stays as it travelled, and the code of an error is none", () => {
  for (
    const line of [
      '{"type":"message", "content":"my password is old"}',
      '{"type":"error","message":"x","error":"x","code":"bad_request","request":"invite"}',
      '{ "type" : "users" }',
      "/help",
      '{"type":"message","content":"\\u00e9t\\u00e9"}',
      "null",
      '"password"',
    ]
  ) assert.equal(maskSecrets(line), line);
});

Deno.test("no text makes the mask fail, and no secret survives between any other members", () => {
  fc.assert(fc.property(fc.string(), fc.json(), (text, json) => {
    maskSecrets(text);
    const line = `{"a":${json},"password":"${SECRET}","b":${JSON.stringify(text)}}`;
    assert.ok(!maskSecrets(line).includes(SECRET));
    assert.ok(!maskSecrets(line.slice(0, -1)).includes(SECRET));
  }));
});
