// Tests of the place where connections wait to be made ready.
import assert from "node:assert/strict";
import { Anteroom, type AnteroomLimits, NotReady } from "../../../lib/net/entrance/anteroom.ts";

/** Something that waits until it is admitted or closed. */
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

Deno.test("where all places are taken, the network that holds most gives up its oldest", async () => {
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

Deno.test("a connection that takes too long is closed, and the reason is told", async () => {
  const room = new Anteroom({ ...LIMITS, within: 1 });
  const slow = guest();
  const held = room.hold({ network: "a", close: slow.close }, slow.ready);
  await assert.rejects(held, (error) => error instanceof NotReady && error.reason === "timeout");
  assert.equal(slow.closed, 1);
});

Deno.test("a failure of its own is passed on as it is", async () => {
  const room = new Anteroom(LIMITS);
  const failure = new Error("no TLS");
  await assert.rejects(room.hold({ network: "a", close() {} }, Promise.reject(failure)), failure);
});

Deno.test("clear closes all that wait", async () => {
  const room = new Anteroom(LIMITS);
  const waiting = guest();
  const held = room.hold({ network: "a", close: waiting.close }, waiting.ready);
  room.clear();
  await assert.rejects(held, /closed/);
  assert.equal(waiting.closed, 1);
});
