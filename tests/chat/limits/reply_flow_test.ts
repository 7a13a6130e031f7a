// Tests of lib/chat/limits/reply_flow.ts, alone and in a chat.
import assert from "node:assert/strict";
import fc from "fast-check";
import {
  type Reader,
  REPLY_FLOW,
  ReplyFlow,
  STALL_MS,
} from "../../../lib/chat/limits/reply_flow.ts";
import { FakeClock } from "../../support/clock.ts";
import { type FakePeer, makeChat } from "../fakes.ts";

const PAGE = "x".repeat(128 * 1024);

async function settle(): Promise<void> {
  for (let i = 0; i < 10; i++) await Promise.resolve();
}

/** A connection that takes replies when the test says so. */
class Taker implements Reader {
  readonly network: string;
  readonly peer = { takenBytes: 0 };
  closedFor: string | undefined;
  readonly #onTheirWay: (() => void)[] = [];
  readonly #flow: ReplyFlow;

  constructor(flow: ReplyFlow, network: string) {
    this.#flow = flow;
    this.network = network;
  }

  close(reason: string): void {
    this.closedFor = reason;
  }

  /** Asks for a page. @returns Whether it was served at once. */
  ask(): boolean {
    const waiting = this.#flow.ask(this, "history");
    if (waiting === undefined) this.#serve();
    else {
      waiting.then(() => {
        this.#serve();
        this.#flow.served(this);
      });
    }
    return waiting === undefined;
  }

  get onTheirWay(): number {
    return this.#onTheirWay.length;
  }

  /** Takes the oldest reply. */
  take(): void {
    this.peer.takenBytes += PAGE.length;
    this.#onTheirWay.shift()?.();
  }

  #serve(): void {
    const { bytes, taken } = this.#flow.encode(this, PAGE);
    assert.equal(bytes.length, PAGE.length);
    this.#onTheirWay.push(taken!);
  }
}

Deno.test("a connection gets its next long reply when it has taken the one before", async () => {
  const flow = new ReplyFlow(new FakeClock(0));
  const taker = new Taker(flow, "a");
  assert.ok(taker.ask());
  assert.equal(taker.ask(), false);
  taker.take();
  await settle();
  assert.equal(taker.onTheirWay, 1);
  taker.take();
  await settle();
  assert.equal(flow.bytes, 0);
});

Deno.test("short replies are not counted, and requests with short replies never wait", () => {
  const flow = new ReplyFlow(new FakeClock(0));
  const taker = new Taker(flow, "a");
  assert.equal(flow.encode(taker, "short\n").taken, undefined);
  assert.equal(flow.bytes, 0);
  assert.ok(taker.ask());
  for (const type of ["message", "ping", "login", "status", undefined] as const) {
    assert.equal(flow.ask(taker, type), undefined);
  }
});

Deno.test("ten greedy addresses share the bound, and another address is served at once", async () => {
  const flow = new ReplyFlow(new FakeClock(0));
  const greedy = Array.from(
    { length: 10 },
    (_, address) => Array.from({ length: 200 }, () => new Taker(flow, `greedy${address}`)),
  );
  // In turns, as addresses are served.
  for (let i = 0; i < 200; i++) for (const takers of greedy) takers[i]!.ask();
  const least = REPLY_FLOW.total / 10;
  for (const takers of greedy) {
    const bytes = takers.reduce((sum, { onTheirWay }) => sum + onTheirWay * PAGE.length, 0);
    assert.ok(bytes >= least && bytes < least + 2 * PAGE.length, `${bytes}`);
  }
  assert.ok(flow.bytes <= REPLY_FLOW.total + 10 * PAGE.length);
  assert.ok(new Taker(flow, "quiet").ask());
  // What is taken makes room for the requests that wait, in the order of asking.
  for (const takers of greedy) takers[0]!.take();
  await settle();
  for (const takers of greedy) {
    const served = takers.map(({ onTheirWay }) => onTheirWay).lastIndexOf(1);
    assert.ok(takers.slice(1, served + 1).every(({ onTheirWay }) => onTheirWay === 1));
  }
});

Deno.test("every request is served in the end, and the bound holds meanwhile", async () => {
  const step = fc.record({ who: fc.nat(30), asks: fc.boolean() });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 400 }), async (steps) => {
      const flow = new ReplyFlow(new FakeClock(0));
      const takers = Array.from({ length: 31 }, (_, i) => new Taker(flow, `network${i % 3}`));
      const asked = takers.map(() => 0);
      const took = takers.map(() => 0);
      const take = (i: number) => {
        took[i]! += Number(takers[i]!.onTheirWay > 0);
        takers[i]!.take();
      };
      for (const { who, asks } of steps) {
        if (asks) asked[who]!++;
        if (asks) takers[who]!.ask();
        else take(who);
        await settle();
        assert.ok(flow.bytes <= REPLY_FLOW.total + 6 * PAGE.length, `${flow.bytes}`);
      }
      while (took.some((count, i) => count < asked[i]!)) {
        const before = took.reduce((a, b) => a + b);
        takers.forEach((_, i) => take(i));
        await settle();
        assert.ok(took.reduce((a, b) => a + b) > before, "no request is forgotten");
      }
      assert.equal(flow.bytes, 0);
    }),
    { numRuns: 30 },
  );
});

Deno.test("a connection that takes nothing is closed if others of its address wait, and only then", async () => {
  const clock = new FakeClock(0);
  const flow = new ReplyFlow(clock);
  const stuck = Array.from({ length: 128 }, () => new Taker(flow, "class"));
  const slow = stuck.at(-1)!;
  stuck.forEach((taker) => taker.ask());
  clock.pass(10 * STALL_MS);
  assert.ok(stuck.every(({ closedFor }) => closedFor === undefined));
  const pupil = new Taker(flow, "class");
  assert.equal(pupil.ask(), false);
  for (let i = 0; i < 2; i++) {
    slow.peer.takenBytes++;
    clock.pass(STALL_MS);
  }
  await settle();
  assert.equal(pupil.onTheirWay, 1);
  assert.equal(slow.closedFor, undefined, "it takes little, but it takes");
  assert.equal(stuck.filter(({ closedFor }) => closedFor === "slow_consumer").length, 127);
  assert.equal(clock.waiting, 0);
});

Deno.test("the replies of a connection that has ended count no more", async () => {
  const flow = new ReplyFlow(new FakeClock(0));
  const takers = Array.from({ length: 200 }, () => new Taker(flow, "a"));
  takers.forEach((taker) => taker.ask());
  const waiting = takers.filter(({ onTheirWay }) => onTheirWay === 0).length;
  assert.ok(waiting > 0);
  for (const taker of takers.slice(0, waiting)) flow.ended(taker);
  await settle();
  assert.ok(takers.every(({ onTheirWay }) => onTheirWay === 1));
  takers.forEach((taker) => taker.take());
  assert.equal(flow.bytes, 0);
});

/** Stores pages of history, lets a guest join, and stops taking what it is sent. */
async function stalledReader(): Promise<{ chat: ReturnType<typeof makeChat>; reader: FakePeer }> {
  const chat = makeChat();
  const reader = chat.connect();
  await reader.say({ type: "message", from: "reader", content: "" });
  for (let i = 0; i < 20; i++) await reader.say({ type: "message", content: "y".repeat(8_000) });
  chat.turn();
  reader.take();
  reader.stalled = true;
  return { chat, reader };
}

Deno.test("a client that does not read gets one page; its other requests are still served, in order", async () => {
  const { chat, reader } = await stalledReader();
  const witness = chat.connect("10.0.0.6");
  await witness.say({ type: "message", from: "witness", content: "" });
  witness.take();
  await reader.say({ type: "history", ref: "1" });
  await reader.say({ type: "message", content: "a message does not wait" });
  chat.turn();
  assert.equal(witness.take().at(-1)!["content"], "a message does not wait");
  const second = reader.say({ type: "history", ref: "2" });
  await settle();
  const pages = () => reader.take().flatMap(({ type, ref }) => type === "history" ? [ref] : []);
  assert.deepEqual(pages(), ["1"]);
  reader.flow();
  await second;
  assert.deepEqual(pages(), ["2"]);
});

Deno.test("a page that waits is not sent to a connection that has ended", async () => {
  const { chat, reader } = await stalledReader();
  await reader.say({ type: "history" });
  const second = reader.say({ type: "history" });
  reader.take();
  reader.consumer.ended("client");
  chat.edge.closed(reader.id);
  await second;
  assert.equal(reader.take().length, 0);
  assert.equal(chat.services.replyFlow.bytes, 0);
});
