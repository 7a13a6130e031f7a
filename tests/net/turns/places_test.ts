// Tests of lib/net/turns/places.ts.
import assert from "node:assert/strict";
import { Places } from "../../../lib/net/turns/places.ts";

/** Creates places that are taken under a name. `evicted` lists the names in the order of eviction. */
function room(total: number, perNetwork = total) {
  let now = 0;
  const evicted: string[] = [];
  const places = new Places({ total, perNetwork }, () => now);
  return {
    places,
    evicted,
    take: (network: string, name = network) => places.take(network, () => evicted.push(name)),
    pass: (milliseconds: number) => {
      now += milliseconds;
    },
  };
}

Deno.test("stalled clients of 120 networks do not evict an honest client of another network", () => {
  const { take, evicted, places, pass } = room(600);
  const leave = take("honest");
  for (let i = 0; i < 12_000; i++) take(`attacker${i % 120}`);
  assert.equal(places.size, 600);
  assert.ok(!evicted.includes("honest"));
  leave();
  pass(5_000);
  take("honest");
  for (let i = 0; i < 12_000; i++) take(`attacker${i % 120}`);
  assert.ok(!evicted.includes("honest"));
});

Deno.test("a class that connects at once keeps its places against networks that have stalled for seconds", () => {
  const { take, evicted, pass } = room(600);
  for (let i = 0; i < 600; i++) take(`attacker${i % 60}`);
  pass(3_000);
  for (let i = 0; i < 30; i++) take("class");
  for (let i = 0; i < 100; i++) take(`attacker${i % 60}`);
  assert.ok(evicted.length === 130 && !evicted.includes("class"));
});

Deno.test("a network never holds more than its share, and gives up its own oldest place", () => {
  const { take, evicted, places } = room(10, 3);
  take("other");
  for (const name of ["a1", "a2", "a3", "a4", "a5"]) take("a", name);
  assert.deepEqual(evicted, ["a1", "a2"]);
  assert.equal(places.size, 4);
});

Deno.test("among networks with equally many places, the first one gives up its place", () => {
  const { take, evicted } = room(2);
  for (const network of ["a", "b", "c"]) take(network);
  assert.deepEqual(evicted, ["a"]);
});

Deno.test("a place that was given back or given up no longer counts, however often it is given back", () => {
  const { take, places, evicted, pass } = room(2);
  const [a, b] = [take("a"), take("b")];
  pass(5_000);
  const c = take("c");
  assert.deepEqual(evicted, ["a"]);
  a();
  a();
  b();
  assert.equal(places.size, 1);
  c();
  c();
  assert.equal(places.size, 0);
  take("d");
  take("e");
  assert.deepEqual(evicted, ["a"]);
});
