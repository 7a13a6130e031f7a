// Tests of the place where connections wait to be made ready.
import assert from "node:assert/strict";
import { Anteroom, NotReady } from "../../lib/net/anteroom.ts";

/** Something that waits until it is let in or closed. */
function guest() {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  let closed = 0;
  return {
    ready: promise,
    letIn: () => resolve("in"),
    close() {
      closed++;
      reject(new Error("closed"));
    },
    get closed() {
      return closed;
    },
  };
}

Deno.test("the one that has waited longest makes room for the next when all places are taken", async () => {
  const room = new Anteroom({ places: 2, within: 60_000 });
  const [first, second, third] = [guest(), guest(), guest()];
  const held = [first, second].map(({ close, ready }) => room.hold(close, ready));
  assert.ok(room.busy);
  const last = room.hold(third.close, third.ready);
  await assert.rejects(
    held[0]!,
    (error) => error instanceof NotReady && error.reason === "crowded",
  );
  assert.deepEqual([first.closed, second.closed, third.closed], [1, 0, 0]);
  second.letIn();
  third.letIn();
  assert.deepEqual([await held[1], await last], ["in", "in"]);
  assert.ok(!room.busy);
});

Deno.test("whoever takes too long is closed, and the reason is told", async () => {
  const room = new Anteroom({ places: 2, within: 1 });
  const slow = guest();
  const held = room.hold(slow.close, slow.ready);
  await assert.rejects(held, (error) => error instanceof NotReady && error.reason === "timeout");
  assert.equal(slow.closed, 1);
});

Deno.test("a failure of its own is passed on as it is", async () => {
  const room = new Anteroom({ places: 2, within: 60_000 });
  const failure = new Error("no TLS");
  await assert.rejects(room.hold(() => {}, Promise.reject(failure)), failure);
});

Deno.test("clear closes all that wait", async () => {
  const room = new Anteroom({ places: 2, within: 60_000 });
  const waiting = guest();
  const held = room.hold(waiting.close, waiting.ready);
  room.clear();
  await assert.rejects(held, /closed/);
  assert.equal(waiting.closed, 1);
});
