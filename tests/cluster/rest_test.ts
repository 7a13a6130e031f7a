// Tests of lib/cluster/rest.ts.
import assert from "node:assert/strict";
import { restAfter } from "../../lib/cluster/rest.ts";

Deno.test("a leader of several nodes rests twice as long as appending has taken, but at most 12 ms", () => {
  assert.equal(restAfter(1.5, 3), 3);
  assert.equal(restAfter(5, 2), 10);
  assert.equal(restAfter(9_000, 3), 12);
});

Deno.test("a node alone does not rest", () => {
  assert.equal(restAfter(5, 1), 0);
  assert.equal(restAfter(5, 0), 0);
});
