// Real sockets under clients that cut lines anywhere, read at their own pace and leave in every way.
import assert from "node:assert/strict";
import { fuzzSockets } from "../support/socket_fuzz.ts";

Deno.test("ten thousand lines over sockets are each answered once and in order, whatever the clients do", async () => {
  const result = await fuzzSockets({ lines: 10_000, seed: 1 });
  assert.ok(result.lines >= 10_000);
  assert.equal(result.left, 0);
});
