// Tests of lib/net/entrance/anteroom.ts.
import assert from "node:assert/strict";
import { Anteroom, type AnteroomLimits, NotReady } from "../../../lib/net/entrance/anteroom.ts";

/** A connection that waits until the test makes it ready or it is closed. */
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

const LIMITS: AnteroomLimits = { places: 2, perNetwork: 2, within: 60_000 };

Deno.test("if all places are taken, the network with the most places gives up its oldest", async () => {
  const room = new Anteroom({ ...LIMITS, places: 3 });
  const guests = [guest(), guest(), guest(), guest()];
  const networks = ["honest", "crowd", "crowd", "other"];
  const held = guests.map(({ close, ready }, i) => {
    const result = room.hold({ network: networks[i]!, close }, ready);
    result.catch(() => {});
    return result;
  });
  assert.ok(room.busy);
  await assert.rejects(
    held[1]!,
    (error) => error instanceof NotReady && error.reason === "crowded",
  );
  assert.deepEqual(guests.map(({ closed }) => closed), [0, 1, 0, 0]);
  for (const { letIn } of guests) letIn();
  assert.deepEqual(await Promise.all([held[0], held[2], held[3]]), ["in", "in", "in"]);
  assert.ok(!room.busy);
});

Deno.test("a connection that takes too long is closed, and the error gives the reason", async () => {
  const room = new Anteroom({ ...LIMITS, within: 1 });
  const slow = guest();
  const held = room.hold({ network: "a", close: slow.close }, slow.ready);
  await assert.rejects(held, (error) => error instanceof NotReady && error.reason === "timeout");
  assert.equal(slow.closed, 1);
});

Deno.test("a connection that fails by itself rejects with its own error", async () => {
  const room = new Anteroom(LIMITS);
  const failure = new Error("no TLS");
  await assert.rejects(room.hold({ network: "a", close() {} }, Promise.reject(failure)), failure);
});

Deno.test("clear closes all waiting connections", async () => {
  const room = new Anteroom(LIMITS);
  const waiting = guest();
  const held = room.hold({ network: "a", close: waiting.close }, waiting.ready);
  room.clear();
  await assert.rejects(held, /closed/);
  assert.equal(waiting.closed, 1);
});
