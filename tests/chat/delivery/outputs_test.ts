// Tests of lib/chat/delivery/outputs.ts: the output of a turn leaves when the turn is committed, and names
// connections only by number.
import assert from "node:assert/strict";
import type { TurnOutputs } from "../../../lib/chat/delivery/ended_turn.ts";
import { ProtocolError } from "../../../lib/protocol/errors.ts";
import type { Output } from "../../../lib/edge/edge.ts";
import { type FakeChat, type FakePeer, type Line, makeChat } from "../fakes.ts";

/** A log that commits a turn when the test says so. */
class SlowLog {
  readonly turns: { outputs: TurnOutputs; answer: PromiseWithResolvers<void> }[] = [];
  /** Whether it commits immediately. */
  isQuick = false;

  readonly commit = (outputs: TurnOutputs): void | Promise<void> => {
    const answer = Promise.withResolvers<void>();
    this.turns.push({ outputs, answer });
    if (!this.isQuick) return answer.promise;
  };

  /** Commits the waiting turn. */
  async acknowledge(): Promise<void> {
    this.turns.at(-1)!.answer.resolve();
    await settled();
  }

  /** Refuses the waiting turn. */
  async refuse(error: unknown): Promise<void> {
    this.turns.at(-1)!.answer.reject(error);
    await settled();
  }
}

/** Runs all functions that wait for a promise. */
async function settled(): Promise<void> {
  for (let i = 0; i < 10; i++) await Promise.resolve();
}

/** Starts a chat over a slow log, in which some guests have joined. */
async function start(
  ...names: string[]
): Promise<{ chat: FakeChat; log: SlowLog; people: FakePeer[] }> {
  const log = new SlowLog();
  const chat = makeChat({ max: "1234/moderator", bob: "1234" }, { commit: log.commit });
  log.isQuick = true;
  const people: FakePeer[] = [];
  for (const name of names) {
    const peer = chat.connect();
    await peer.say(
      name === "max" || name === "bob"
        ? { type: "login", username: name, password: "1234", ref: "1" }
        : { type: "message", from: name, content: "", ref: "1" },
    );
    chat.turn();
    people.push(peer);
  }
  for (const peer of people) peer.take();
  log.isQuick = false;
  log.turns.length = 0;
  return { chat, log, people };
}

/** Returns the essential part of each line, in order. */
function gist(lines: readonly Line[]): unknown[] {
  return lines.map((line) => line["code"] ?? line["content"] ?? line["type"]);
}

Deno.test("replies, deliveries, notices and closes are held until the commit, in order", async () => {
  const { chat, log, people: [ada, gus, max] } = await start("ada", "gus", "max");
  await ada!.say({ type: "ping", ref: "p" });
  await ada!.say({ type: "message", content: "one", ref: "a" });
  await ada!.say({ type: "whoami", ref: "w" });
  await max!.say({ type: "kick", user: "gus", ref: "k" });
  chat.turn();
  await settled();
  for (const peer of [ada!, gus!, max!]) assert.deepEqual(peer.take(), []);
  assert.equal(gus!.closed, false);
  assert.equal(log.turns.length, 1);
  await log.acknowledge();
  assert.deepEqual(gist(ada!.take()), ["pong", "ack", "whoami", "status"]);
  assert.deepEqual(gist(gus!.take()), ["one", "kicked"]);
  assert.deepEqual(gist(max!.take()), ["one", "kick", "status"]);
  assert.equal(gus!.reason, "kicked");
});

Deno.test("a connection that is being closed is no longer served, and keeps the reason", async () => {
  const { chat, log, people: [gus] } = await start("gus");
  const malformed = "{".repeat(3);
  for (let i = 0; i < 6; i++) await gus!.say(malformed);
  await gus!.say({ type: "ping" });
  gus!.consumer.ended("client");
  chat.turn();
  await log.acknowledge();
  assert.ok(!gist(gus!.take()).includes("pong"));
  assert.deepEqual(chat.events.filter(([name]) => name === "disconnected"), [
    ["disconnected", "malformed_lines"],
  ]);
});

Deno.test("lines that arrive while a turn waits for its commit belong to the next turn", async () => {
  const { chat, log, people: [ada, gus] } = await start("ada", "gus");
  for (const content of ["one", "two", "three"]) {
    await ada!.say({ type: "message", content });
    chat.turn();
    await settled();
  }
  assert.equal(log.turns.length, 1);
  await log.acknowledge();
  assert.deepEqual(gist(gus!.take()), ["one"]);
  assert.equal(log.turns.length, 2);
  await log.acknowledge();
  assert.deepEqual(gist(gus!.take()), ["two", "three"]);
  assert.equal(log.turns.length, 2);
});

Deno.test("if a turn is refused, its messages are rejected; its other output is sent", async () => {
  const { chat, log, people: [ada, gus, bob] } = await start("ada", "gus", "bob");
  const old = chat.connect();
  log.isQuick = true;
  await old.say({ type: "message", from: "old", content: "" });
  chat.turn();
  for (const peer of [ada!, gus!, bob!]) peer.take();
  log.isQuick = false;
  await ada!.say({ type: "message", content: "one", ref: "a" });
  await ada!.say({ type: "status", state: "away", ref: "s" });
  await ada!.say({ type: "private", to: "bob", content: "secret", ref: "p" });
  await old.say({ type: "message", content: "hello" });
  await bob!.say({ type: "whoami", ref: "w" });
  chat.turn();
  await log.refuse(new ProtocolError("busy"));
  const told = ada!.take();
  assert.deepEqual(told.map(({ ref, code, type }) => [ref, code ?? type]), [
    ["a", "busy"],
    ["s", "ack"],
    ["p", "busy"],
  ]);
  const [status, error, notice, ...rest] = old.take();
  assert.deepEqual(gist([status!, error!, ...rest]), ["status", "busy"]);
  assert.match(String(notice?.["content"]), /hello/);
  assert.deepEqual(gist(gus!.take()), ["status"]);
  assert.deepEqual(gist(bob!.take()), ["whoami", "status"]);
  const names = chat.events.map(([name]) => name);
  assert.deepEqual(chat.events.find(([name]) => name === "storeFailed")?.[2], 3);
  assert.ok(!names.includes("delivered"));
  // The next turn is a turn like any other.
  await ada!.say({ type: "message", content: "two", ref: "b" });
  chat.turn();
  await log.acknowledge();
  assert.deepEqual(gist(ada!.take()), ["ack"]);
  assert.deepEqual(gist(gus!.take()), ["two"]);
});

Deno.test("a commit that throws refuses the turn like one that rejects", async () => {
  const refusing = { now: false };
  const chat = makeChat({}, {
    commit() {
      if (refusing.now) throw new Error("not the leader");
    },
  });
  const [ada, gus] = [chat.connect(), chat.connect()];
  for (const peer of [ada, gus]) {
    await peer.say({ type: "message", from: "g", content: "", ref: "1" });
    chat.turn();
  }
  for (const peer of [ada, gus]) peer.take();
  refusing.now = true;
  await ada.say({ type: "message", content: "one", ref: "a" });
  chat.turn();
  assert.deepEqual(gist(ada.take()), ["internal"]);
  assert.deepEqual(gus.take(), []);
});

Deno.test("output before an action of a moderator does not leave before the commit either", async () => {
  const { chat, log, people: [ada, gus, max] } = await start("ada", "gus", "max");
  await ada!.say({ type: "message", content: "one" });
  await max!.say({ type: "mute", user: "ada", ref: "m" });
  assert.deepEqual(chat.stored.map(({ content }) => content), ["one"]);
  await settled();
  assert.deepEqual([log.turns.length, gus!.take()], [0, []]);
  chat.turn();
  await log.acknowledge();
  assert.deepEqual(gist(gus!.take()), ["one"]);
  assert.deepEqual(gist(ada!.take()), ["muted"]);
});

Deno.test("when the chat stops, finish resolves after the last commit", async () => {
  const { chat, log, people: [gus] } = await start("gus");
  chat.stop();
  let finished = false;
  const finishing = chat.services.outputs.finish().then(() => finished = true);
  await settled();
  assert.deepEqual([finished, gus!.closed, gus!.take()], [false, false, []]);
  await log.acknowledge();
  await finishing;
  assert.deepEqual(gist(gus!.take()), ["shutting_down"]);
  assert.equal(gus!.reason, "shutdown");
});

Deno.test("the bytes that wait for a slow commit are limited", async () => {
  const { chat, people: [ada] } = await start("ada");
  const { outputs } = chat.services;
  const [session] = chat.services.sessions;
  const bytes = new Uint8Array(2 ** 20);
  for (let i = 0; i < 20; i++) session!.send(bytes);
  assert.equal(outputs.full, false);
  chat.turn();
  for (let i = 0; i < 15; i++) session!.send(bytes);
  assert.equal(outputs.full, false);
  session!.send(bytes);
  assert.equal(outputs.full, true);
  assert.deepEqual(ada!.take(), []);
});

/** Returns the numbers of the connections that an output names. */
function numbersOf(output: Output): readonly unknown[] {
  if (output.kind !== "lines") return [output.to];
  const { audience, except = [] } = output;
  return [...audience === "everyone" ? [] : audience, ...except.map(({ to }) => to)];
}

Deno.test("outputs are plain values that name connections by number", async () => {
  const { chat, log } = await start();
  log.isQuick = true;
  const [ada, bob, max, operator] = [
    chat.connect(),
    chat.connect(),
    chat.connect(),
    chat.operate(),
  ];
  const steps: [FakePeer, Line][] = [
    [ada, { type: "message", from: "bob's friend", content: "" }],
    [ada, { type: "private", to: "bob", content: "kept" }],
    [bob, { type: "login", username: "bob", password: "1234" }],
    // Like clients E and H, whose kept messages arrive line by line.
    [bob, { type: "status", user: "bob", state: "online" }],
    [bob, { type: "users" }],
    [bob, { type: "users" }],
    [max, { type: "login", username: "max", password: "1234", ref: "l" }],
    [max, { type: "join", channel: "#dev", ref: "j" }],
    [ada, { type: "message", content: "to all", ref: "1" }],
    [max, { type: "message", content: "to #dev", channel: "#dev", ref: "2" }],
    [ada, { type: "message", content: "live", subtype: "private", to: "max" }],
    [ada, { type: "status", state: "away" }],
    [operator, { type: "tail", ref: "t" }],
    [max, { type: "announce", content: "hear, hear", ref: "3" }],
    [bob, { type: "logout" }],
    [max, { type: "kick", user: "bob's friend", ref: "4" }],
  ];
  for (const [peer, request] of steps) {
    await peer.say(request);
    chat.turn();
  }
  ada.consumer.ended("client");
  chat.turn();
  const outputs = log.turns.flatMap(({ outputs }) => [...outputs.values()].flat());
  const text = JSON.stringify(
    outputs,
    (_key, value) => value instanceof Uint8Array ? [...value] : value,
  );
  const sent: Output[] = JSON.parse(
    text,
    (key, value) => key === "bytes" ? new Uint8Array(value) : value,
  );
  assert.deepEqual(sent, outputs);
  assert.deepEqual(structuredClone(outputs), outputs);
  const numbers = new Set(outputs.flatMap(numbersOf));
  assert.deepEqual(numbers, new Set([ada.id, bob.id, max.id, operator.id]));
  const kinds = new Set(outputs.map(({ kind }) => kind));
  for (const kind of ["lines", "reply", "missed", "apart", "hold", "release", "joined", "left"]) {
    assert.ok(kinds.has(kind as Output["kind"]), kind);
  }
  for (const kind of ["forget", "close", "finish"] as const) assert.ok(kinds.has(kind), kind);
});

Deno.test("connections that receive the same lines share the bytes and one output", async () => {
  const { chat, log, people } = await start("a", "b", "c", "d");
  await people[0]!.say({ type: "message", content: "one" });
  await people[1]!.say({ type: "message", content: "two" });
  chat.turn();
  const [output, ...rest] = [...log.turns[0]!.outputs.values()].flat();
  assert.deepEqual(rest, []);
  assert.ok(output?.kind === "lines" && output.audience === "everyone");
  assert.deepEqual(output.except?.map(({ to }) => to), [people[0]!.id, people[1]!.id]);
  await log.acknowledge();
  assert.deepEqual(people.map((peer) => gist(peer.take())), [["two"], ["one"], ["one", "two"], [
    "one",
    "two",
  ]]);
});

Deno.test("two edges each receive the output for their own connections", async () => {
  const { chat, log, people: [ada, max] } = await start("ada", "max");
  log.isQuick = true;
  const far = chat.addEdge("far");
  const [eve, bob] = [chat.connect("10.0.0.6", far), chat.connect("10.0.0.6", far)];
  await eve.say({ type: "message", from: "eve", content: "", ref: "1" });
  await bob.say({ type: "login", username: "bob", password: "1234", ref: "1" });
  chat.turn();
  for (const peer of [max!, eve]) await peer.say({ type: "join", channel: "#dev" });
  chat.turn();
  for (const peer of [ada!, max!, eve, bob]) peer.take();
  log.turns.length = 0;
  await ada!.say({ type: "message", content: "to all" });
  await max!.say({ type: "message", content: "to #dev", channel: "#dev" });
  await ada!.say({ type: "private", to: "bob", content: "to bob" });
  await max!.say({ type: "kick", user: "eve", reason: "why", ref: "k" });
  chat.turn();
  assert.deepEqual([gist(ada!.take()), gist(max!.take())], [["status"], [
    "to all",
    "kick",
    "status",
  ]]);
  assert.deepEqual([gist(eve.take()).slice(0, 2), gist(bob.take())], [["to all", "to #dev"], [
    "to all",
    "to bob",
    "status",
  ]]);
  assert.deepEqual([eve.reason, bob.reason, max!.reason], ["kicked", undefined, undefined]);
  const [{ outputs }] = log.turns as [typeof log.turns[0]];
  assert.deepEqual([...outputs.keys()], ["local", "far"]);
  const named = (edge: string) =>
    new Set(
      outputs.get(edge)!.flatMap((output) => output.kind === "lines" ? output.audience : output.to),
    );
  assert.ok(!named("local").has(eve.id) && !named("local").has(bob.id));
  assert.ok(!named("far").has(ada!.id) && !named("far").has(max!.id));
});
