// Tests of lib/store/steps.ts: long work on the database is bounded in rows, bytes and time.
import assert from "node:assert/strict";
import { MessageStore } from "../../lib/store/messages.ts";
import { changeMessages, doFor, inSteps } from "../../lib/store/steps.ts";
import { withDatabase } from "../support/database.ts";
import { newMessage } from "../support/messages.ts";

Deno.test("doFor runs until the time is over or nothing is left", () => {
  let now = 0;
  const batches = (left: number) => () => {
    now += 3;
    return left-- > 0 ? 5 : 0;
  };
  assert.deepEqual(doFor(10, batches(100), () => now), { rows: 20, done: false });
  assert.deepEqual(doFor(10, batches(2), () => now), { rows: 10, done: true });
  assert.deepEqual(doFor(0, batches(2), () => now), { rows: 5, done: false });
});

Deno.test("inSteps ends when nothing is left or when it is told to stop", async () => {
  let left = 3;
  assert.equal(await inSteps(() => left-- > 0 ? 1 : 0), true);
  const slow = () => {
    const until = performance.now() + 5;
    while (performance.now() < until);
    return 1;
  };
  assert.equal(await inSteps(slow, () => true), false);
});

Deno.test("changeMessages changes at most one batch of rows, and starts none after the limit of bytes", async () => {
  await withDatabase((database) => {
    const messages = new MessageStore(database);
    messages.append(Array.from({ length: 10 }, () => newMessage({ content: "x".repeat(100) })));
    const remove = (rows: number, bytes: number) =>
      changeMessages(database, {
        select: "SELECT id, octet_length(content) AS bytes FROM messages ORDER BY id",
        values: [],
        change: "DELETE FROM messages WHERE id = ?",
        batch: { rows, bytes },
      });
    assert.equal(remove(3, 10_000), 3);
    assert.equal(remove(100, 150), 2, "the one that passes the bound is the last");
    assert.equal(remove(100, 10_000), 5);
    assert.equal(remove(100, 10_000), 0);
  });
});
