// Tests of limits on the requests and joins of one address, and of prices that are charged afterwards.
import assert from "node:assert/strict";
import { AddressLimit, type AddressLimits } from "../../../lib/chat/limits/address_limit.ts";
import { FakeClock } from "../../support/clock.ts";
import { Turns } from "../../../lib/net/turns/turns.ts";
import { type ChatOverrides, type FakeChat, type FakePeer, makeChat } from "../fakes.ts";

const NONE = { perSecond: 0, burst: 0 };

function makeLimited(
  limits: Partial<AddressLimits>,
  accounts: Record<string, string> = {},
  overrides: ChatOverrides = {},
) {
  const clock = new FakeClock(0);
  const addressLimit = new AddressLimit(
    { requests: NONE, joins: NONE, tokensPerByte: 0, ...limits },
    clock,
  );
  return {
    clock,
    addressLimit,
    chat: makeChat(accounts, { addressLimit, turns: freeTurns(), ...overrides }),
  };
}

/** Turns in which no work waits. */
function freeTurns(): Turns {
  const turns = new Turns();
  turns.run = async (_network, work) => await work();
  return turns;
}

async function settle(): Promise<void> {
  for (let i = 0; i < 20; i++) await Promise.resolve();
}

const join = (name: string) => ({ type: "message", from: name, content: "" });

async function online(chat: FakeChat): Promise<unknown> {
  const peer = chat.connect("192.0.2.1");
  await peer.say({ type: "users" });
  return peer.take()[0]!["users"];
}

Deno.test("joins of an address beyond its rate wait; those of other addresses do not", async () => {
  const { clock, chat } = makeLimited({ joins: { perSecond: 1, burst: 2 } });
  await chat.connect().say(join("a"));
  await chat.connect().say(join("b"));
  const waiting = chat.connect().say(join("c"));
  await chat.connect("10.0.0.6").say(join("d"));
  assert.deepEqual(await online(chat), ["a", "b", "d"]);
  clock.pass(1_000);
  await waiting;
  assert.deepEqual(await online(chat), ["a", "b", "c", "d"]);
});

Deno.test("joins and leaves in a loop are delivered at the rate of joins", async () => {
  const { clock, chat } = makeLimited({ joins: { perSecond: 1, burst: 2 } });
  const witness = chat.connect("10.0.0.6");
  await witness.say(join("witness"));
  const busy = chat.connect();
  let rounds = 0;
  const looping = (async () => {
    for (; rounds < 10; rounds++) {
      await busy.say(join("busy"));
      await busy.say({ type: "logout" });
    }
  })();
  await settle();
  chat.turn();
  assert.equal(witness.take().length, 4);
  while (rounds < 10) {
    clock.pass(1_000);
    await settle();
    chat.turn();
    assert.ok(witness.take().length <= 2);
  }
  await looping;
});

Deno.test("the price of a rejected join is returned", async () => {
  const { chat } = makeLimited({ joins: { perSecond: 1, burst: 1 } }, { ada: "1234" });
  const peer = chat.connect();
  for (let i = 0; i < 3; i++) {
    await peer.say(join("#"));
    await peer.say({ type: "login", username: "ada", password: "wrong" });
  }
  assert.equal(peer.take().filter(({ type }) => type === "error").length, 6);
  await peer.say({ type: "login", username: "ada", password: "1234" });
  assert.equal(peer.take()[0]!["type"], "login");
});

Deno.test("a connection that ends while its join waits does not join", async () => {
  const { clock, chat } = makeLimited({ joins: { perSecond: 1, burst: 1 } });
  await chat.connect().say(join("a"));
  const gone = chat.connect();
  const waiting = gone.say(join("b"));
  gone.close("client");
  clock.pass(1_000);
  await waiting;
  assert.deepEqual(await online(chat), ["a"]);
});

Deno.test("requests of an address beyond its rate wait in order, and the shutdown lets them go on", async () => {
  const { addressLimit, chat } = makeLimited({ requests: { perSecond: 1, burst: 2 } });
  const peer = chat.connect();
  const asked: Promise<void>[] = [];
  for (const ref of ["1", "2", "3"]) asked.push(peer.say({ type: "ping", ref }));
  await settle();
  assert.deepEqual(peer.take().map(({ ref }) => ref), ["1", "2"]);
  addressLimit.clear();
  await Promise.all(asked);
  assert.deepEqual(peer.take().map(({ ref }) => ref), ["3"]);
});

Deno.test("an address is charged for its bytes and its recipients", async () => {
  const limits = { requests: { perSecond: 1, burst: 10 }, tokensPerByte: 1 / 1_000 };
  const { clock, chat } = makeLimited(limits);
  const peer = chat.connect();
  await peer.say({
    type: "message",
    from: "a",
    content: "x".repeat(8_000),
    pad: "x".repeat(2_000),
  });
  const waiting = peer.say({ type: "ping" });
  await settle();
  assert.deepEqual(peer.take(), []);
  clock.pass(10_000);
  await waiting;
  chat.turn();
  assert.equal(peer.take()[0]!["type"], "pong");
});

Deno.test("a malformed line costs its address the same, and is rejected at once", async () => {
  const { clock, chat } = makeLimited({ requests: { perSecond: 1, burst: 2 } });
  const peer = chat.connect();
  for (let i = 0; i < 4; i++) await peer.say("nonsense");
  assert.equal(peer.take().length, 4);
  const other = chat.connect();
  const waiting = other.say({ type: "ping" });
  await settle();
  assert.deepEqual(other.take(), []);
  clock.pass(10_000);
  await waiting;
});

async function fill(peer: FakePeer, chat: FakeChat): Promise<void> {
  for (let i = 0; i < 20; i++) {
    await peer.say({ type: "message", from: "a", content: "x".repeat(8_000) });
  }
  chat.turn();
}

Deno.test("a long reply makes its connection wait, and the error says for how long; a short one does not", async () => {
  const chat = makeChat();
  await fill(chat.connect(), chat);
  const { limits } = chat.services;
  Object.assign(limits.requests, { perSecond: 0.001, burst: 5 });
  const peer = chat.connect();
  await peer.say(join("b"));
  await peer.say({ type: "history", limit: 1 });
  await peer.say({ type: "ping" });
  assert.equal(peer.take().at(-1)!["type"], "pong");
  await peer.say({ type: "history", limit: 20 });
  assert.equal(peer.take().at(-1)!["type"], "history");
  await peer.say({ type: "ping" });
  const refused = peer.take().at(-1)!;
  assert.equal(refused["code"], "rate_limited");
  assert.ok(Number(refused["retry_after"]) > 5_000);
});

Deno.test("requests that have waited for tokens take turns, however many the bucket pays for at once", async () => {
  const turns = new Turns();
  const due: { network: string; begin: () => void }[] = [];
  turns.run = (network, work) =>
    new Promise((resolve) => due.push({ network, begin: () => resolve(work()) }));
  const limits = { requests: { perSecond: 10, burst: 10 } };
  const { clock, chat } = makeLimited(limits, {}, { turns });
  const peers = Array.from({ length: 20 }, () => chat.connect());
  for (const peer of peers) peer.say({ type: "users" });
  const answered = () => peers.reduce((sum, peer) => sum + peer.take().length, 0);
  assert.equal(answered(), 10);
  clock.pass(1_000);
  await settle();
  assert.equal(answered(), 0);
  assert.deepEqual(due.map(({ network }) => network), Array(10).fill("10.0.0.5"));
  for (const { begin } of due) {
    begin();
    assert.equal(answered(), 1);
  }
});
