// What concerns thousands of sessions is done in steps, so that no node holds its event loop.
import { setImmediate } from "node:timers/promises";
import assert from "node:assert/strict";
import { decodeState } from "../../lib/cluster/edges/described_state.ts";
import { Cast } from "./cast.ts";

const GUESTS = 400;

async function crowd(): Promise<Cast> {
  const cast = await Cast.start({});
  for (let i = 0; i < GUESTS; i++) {
    const peer = cast.connect(`10.0.${i % 200}.1`);
    await peer.say({ type: "message", from: `guest${i}`, content: "" });
    if (i % 50 === 49) await settle(cast);
  }
  await settle(cast);
  assert.equal(cast.chat.services.roster.size, GUESTS);
  return cast;
}

async function settle(cast: Cast): Promise<void> {
  cast.chat.turn();
  await cast.settle();
}

/** Returns how many users are online in each round of the event loop while something is done. */
async function online(cast: Cast, work: () => Promise<void>): Promise<number[]> {
  const sizes: number[] = [];
  let isDone = false;
  const done = work().then(() => isDone = true);
  while (!isDone) {
    await setImmediate();
    sizes.push(cast.chat.services.roster.size);
  }
  await done;
  return sizes;
}

function largestStep(sizes: readonly number[]): number {
  return Math.max(...sizes.slice(1).map((size, at) => Math.abs(size - sizes[at]!)));
}

Deno.test("a new leader restores sessions in steps, and repeats their states in steps", async () => {
  await using cast = await crowd();
  const before = cast.log.last;
  const sizes = await online(cast, () => cast.takeOver());
  // The new chat begins without users.
  const step = largestStep(sizes.slice(sizes.findIndex((size) => size < GUESTS)));
  assert.ok(step <= 60, `${step} users at once`);
  await settle(cast);
  assert.equal(cast.chat.services.roster.size, GUESTS);
  const later = cast.log.batches.slice(before);
  assert.ok(later.every(({ states }) => states.length <= 200));
  const repeated = new Set(later.flatMap(({ states }) => states.map(([number]) => number)));
  assert.equal(repeated.size, GUESTS);
});

Deno.test("the sessions of a lost edge end in steps, and those of an edge that is back are all restored", async () => {
  await using cast = await crowd();
  const names = () => new Set(cast.nodes[2]!.table.list().map(([, bytes]) => nameIn(bytes)));
  const before = names();
  const sizes = await online(cast, () => cast.giveUp(0));
  assert.ok(Math.min(...sizes) < GUESTS);
  assert.ok(largestStep(sizes) <= 100, `${largestStep(sizes)} users at once`);
  await settle(cast);
  assert.equal(cast.chat.services.roster.size, GUESTS);
  assert.deepEqual(names(), before);
});

function nameIn(bytes: Uint8Array): string {
  return JSON.parse(decodeState(bytes).state).user.name;
}
