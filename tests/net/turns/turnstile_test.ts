// Tests of lib/net/turns/turnstile.ts.
import assert from "node:assert/strict";
import { setImmediate } from "node:timers/promises";
import { Turnstile } from "../../../lib/net/turns/turnstile.ts";

Deno.test("one piece of work runs in each turn of the event loop, and networks take turns", async () => {
  const turnstile = new Turnstile();
  const passed: string[] = [];
  const networks = [..."aaaaaa", "b", "c", "c"];
  const all = networks.map((network) => turnstile.pass(network).then(() => passed.push(network)));
  for (let turns = 1; turns <= networks.length; turns++) {
    await setImmediate();
    assert.ok(passed.length <= turns, `${passed.length} pieces in ${turns} turns`);
  }
  await Promise.all(all);
  assert.equal(passed.join(""), "abcacaaaa");
  await turnstile.pass("later");
});

Deno.test("a given function ends each turn", async () => {
  const due: (() => void)[] = [];
  const turnstile = new Turnstile((run) => due.push(run));
  const passed: number[] = [];
  const all = [1, 2, 3].map((piece) => turnstile.pass("a").then(() => passed.push(piece)));
  for (let turn = 1; turn <= 3; turn++) {
    assert.equal(due.length, 1);
    due.shift()!();
    await setImmediate();
    assert.equal(passed.length, turn);
  }
  assert.equal(due.length, 0);
  await Promise.all(all);
});
