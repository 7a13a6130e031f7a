// Tests of raised hands: their order, who is told, and what old clients receive.
import assert from "node:assert/strict";
import fc from "fast-check";
import type { FakePeer } from "../fakes.ts";
import { events, makeClass, page, told } from "../lesson/classes.ts";
import { signInGuest } from "../pages.ts";
import { ask, exchange, guest, member, outcome, type } from "../people.ts";

const up = { type: "hand", up: true };
const down = { type: "hand", up: false };

Deno.test("staff sees hands in the order in which they were raised, others see their own place", async () => {
  const chat = makeClass();
  const max = await page(chat, "max");
  const bob = await page(chat, "bob");
  const alice = await page(chat, "alice");
  for (const peer of [max, bob, alice]) peer.take();
  assert.deepEqual(await ask(chat, bob, up), {
    type: "hand",
    status: "ok",
    user: "bob",
    up: true,
    place: 1,
  });
  assert.equal((await ask(chat, alice, up))["place"], 2);
  assert.deepEqual(events(max, "hand"), [
    { type: "hand", user: "bob", up: true, place: 1 },
    { type: "hand", user: "alice", up: true, place: 2 },
  ]);
  assert.deepEqual(events(bob, "hand"), [], "a pupil learned of the hand of another");
  const since = "2026-11-22T00:00:00.000Z";
  const list = async (peer: FakePeer) => (await ask(chat, peer, { type: "hands" }))["hands"];
  assert.deepEqual(await list(max), [
    { user: "bob", place: 1, since },
    { user: "alice", place: 2, since },
  ]);
  assert.deepEqual(await list(alice), [{ user: "alice", place: 2, since }]);
  // Raising a hand that is up changes nothing.
  assert.equal((await ask(chat, bob, up))["place"], 1);
  assert.deepEqual(events(max, "hand"), []);

  assert.deepEqual(await ask(chat, max, { ...down, user: "BOB" }), {
    type: "hand",
    status: "ok",
    user: "bob",
    up: false,
  });
  assert.deepEqual(events(bob, "hand"), [{ type: "hand", user: "bob", up: false }]);
  assert.deepEqual(events(alice, "hand"), [{ type: "hand", user: "alice", up: true, place: 1 }]);
  await ask(chat, bob, up);
  max.take();
  assert.deepEqual(await ask(chat, max, { ...down, all: true }), {
    type: "hand",
    status: "ok",
    up: false,
    all: true,
  });
  assert.deepEqual(events(alice, "hand"), [{ type: "hand", user: "alice", up: false }]);
  assert.deepEqual(await list(max), []);
});

Deno.test("only staff lowers the hands of others, and only users raise their own", async () => {
  const chat = makeClass();
  const [alice, bob, root] = [await page(chat, "alice"), await page(chat, "bob"), chat.operate()];
  await ask(chat, bob, up);
  assert.equal(outcome(await ask(chat, alice, { ...down, user: "bob" })), "forbidden");
  assert.equal(outcome(await ask(chat, alice, { ...down, all: true })), "forbidden");
  assert.equal(outcome(await ask(chat, alice, { ...up, user: "bob" })), "bad_request");
  assert.equal(outcome(await ask(chat, alice, { ...down, user: "bob", all: true })), "bad_request");
  assert.equal(outcome(await ask(chat, root, up)), "forbidden");
  assert.equal(outcome(await ask(chat, root, down)), "forbidden");
  assert.equal(outcome(await ask(chat, chat.connect(), up)), "login_required");
  assert.equal(outcome(await ask(chat, root, { ...down, user: "zoe" })), "unknown_user");
  assert.equal(chat.services.lesson.hands.size, 1);
  assert.equal(outcome(await ask(chat, root, { ...down, user: "bob" })), "ok");
  assert.equal(chat.services.lesson.hands.size, 0);
});

Deno.test("a hand stays up while the page is loaded again, and is lowered when its user has left", async () => {
  const chat = makeClass();
  const max = await page(chat, "max");
  const { peer: zoe, token } = await signInGuest(chat, "zoe");
  const bob = await member(chat, "bob");
  await ask(chat, zoe, up);
  await type(chat, bob, "/hand");
  zoe.consumer.ended("client");
  const again = chat.connect();
  assert.equal(outcome(await ask(chat, again, { type: "resume", token })), "ok");
  assert.deepEqual(events(max, "hand").map(({ user, up }) => [user, up]), [
    ["zoe", true],
    ["bob", true],
  ]);
  again.consumer.ended("client");
  chat.clock.pass(5_000);
  chat.turn();
  assert.deepEqual(events(max, "hand"), [{ type: "hand", user: "zoe", up: false }]);
  await ask(chat, bob, { type: "logout" });
  assert.deepEqual(events(max, "hand"), [{ type: "hand", user: "bob", up: false }]);
});

Deno.test("staff is told the new name of a guest whose hand is up", async () => {
  const chat = makeClass();
  const max = await page(chat, "max");
  const gus = await guest(chat, "gus");
  await type(chat, gus, "/hand");
  await type(chat, gus, "/nick zoe");
  assert.deepEqual(events(max, "hand"), [
    { type: "hand", user: "gus", up: true, place: 1 },
    { type: "hand", user: "gus", up: false },
    { type: "hand", user: "zoe", up: true, place: 1 },
  ]);
});

Deno.test("old clients raise hands by a command, and old staff gets one message for each hand", async () => {
  const chat = makeClass();
  const [max, bob, gus] = [
    await member(chat, "max"),
    await member(chat, "bob"),
    await guest(chat, "gus"),
  ];
  for (const peer of [max, bob]) peer.take();
  assert.deepEqual(await type(chat, gus, "/hand"), [
    "Your hand is up, at place 1. /hand lowers it.",
  ]);
  assert.deepEqual(await type(chat, bob, "/main"), [
    "Your hand is up, at place 2. /hand lowers it.",
  ]);
  assert.deepEqual(told(max), [
    "Hand raised (1): gus. All: /hands",
    "Hand raised (2): bob. All: /hands",
  ]);
  assert.deepEqual(await type(chat, max, "/mains"), ["Raised hands (2)", "1. gus", "2. bob"]);
  assert.deepEqual(await type(chat, gus, "/hand"), ["Your hand is down."]);
  assert.deepEqual(await type(chat, bob, "/hands"), ["Only moderators can do this."]);
  assert.deepEqual(await type(chat, max, "/hands"), ["Raised hands (1)", "1. bob"]);
  for (const peer of [bob, gus, max]) {
    assert.deepEqual(events(peer, "hand"), [], "an old client received an event");
  }
});

Deno.test("a client that uses the additions but does not know hands receives no event", async () => {
  const chat = makeClass();
  const max = await page(chat, "max", { features: ["session"] });
  const bob = await page(chat, "bob", { features: ["session"] });
  max.take();
  await ask(chat, bob, up);
  await ask(chat, bob, down);
  const lines = max.take();
  assert.deepEqual(lines.map(({ type, from }) => [type, from]), [["message", "ClassCord"]]);
  await ask(chat, max, { ...down, all: true });
  assert.deepEqual(bob.take(), []);
});

Deno.test("a pupil who toggles the hand, under whatever name, does not flood old staff", async () => {
  const chat = makeClass();
  const max = await member(chat, "max");
  const gus = await guest(chat, "gus");
  for (let round = 0; round < 10; round++) {
    await type(chat, gus, `/nick gus${round}`);
    await type(chat, gus, "/hand");
    await type(chat, gus, "/hand");
  }
  assert.equal(told(max).length, 2);
  chat.clock.pass(30_000);
  await type(chat, gus, "/hand");
  assert.equal(told(max).length, 1);
});

Deno.test("thirty pupils behind one address can all raise their hands at once", async () => {
  const chat = makeClass();
  const max = await member(chat, "max");
  for (let pupil = 0; pupil < 30; pupil++) {
    const peer = await guest(chat, `pupil ${pupil}`, "192.0.2.1");
    await exchange(chat, peer, { type: "message", content: "/hand" });
  }
  assert.equal(told(max).length, 30);
});

Deno.test("hands keep their order through any steps, and each page knows its place", async () => {
  const pupils = ["alice", "bob", "carl"];
  const step = fc.record({
    do: fc.constantFrom("up", "down", "lower", "all", "leave"),
    who: fc.nat(2),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
      const chat = makeClass();
      const max = await page(chat, "max");
      const peers = new Map<string, FakePeer>();
      for (const name of pupils) peers.set(name, await page(chat, name));
      const model: string[] = [];
      const places = new Map<string, number>();
      function listen(): void {
        for (const [name, peer] of peers) {
          for (const line of events(peer, "hand")) {
            assert.equal(line["user"], name, "a pupil learned of the hand of another");
            if (line["up"]) places.set(name, line["place"] as number);
            else places.delete(name);
          }
        }
      }
      for (const { do: what, who } of steps) {
        const name = pupils[who]!;
        const peer = peers.get(name)!;
        const at = model.indexOf(name);
        if (what === "up") {
          const { place } = await ask(chat, peer, up);
          places.set(name, place as number);
          if (at < 0) model.push(name);
        } else if (what === "all") {
          await ask(chat, max, { ...down, all: true });
          model.length = 0;
        } else {
          if (at >= 0) model.splice(at, 1);
          if (what === "lower") await ask(chat, max, { ...down, user: name });
          else await ask(chat, peer, what === "down" ? down : { type: "logout" });
          if (what !== "lower") places.delete(name);
          if (what === "leave") peers.set(name, await page(chat, name));
        }
        listen();
        const { hands } = await ask(chat, max, { type: "hands" });
        const listed = (hands as { user: string; place: number }[])
          .map(({ user, place }) => [user, place]);
        assert.deepEqual(listed, model.map((user, index) => [user, index + 1]));
        assert.deepEqual(new Map(places), new Map(model.map((user, index) => [user, index + 1])));
      }
      chat.database.close();
    }),
    { numRuns: 40 },
  );
});
