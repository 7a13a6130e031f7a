// Fuzz test of real sockets. The clients cut lines anywhere, read at any pace and disconnect in any way.
import assert from "node:assert/strict";
import { fuzzSockets } from "../support/socket_fuzz.ts";

Deno.test("each of ten thousand lines over sockets is answered once and in order, whatever the clients do", async () => {
  const result = await fuzzSockets({ lines: 10_000, seed: 1 });
  assert.ok(result.lines >= 10_000);
  assert.equal(result.left, 0);
});
