// Tests of lib/net/turns/turns.ts: with a fake event loop, and over real sockets by counting lines.
import assert from "node:assert/strict";
import fc from "fast-check";
import type { Connection } from "../../../lib/net/connection.ts";
import { Turns } from "../../../lib/net/turns/turns.ts";
import { encodeLines } from "../../../lib/protocol/reply.ts";
import { Client } from "../../support/client.ts";
import { TestListener } from "../../support/listener.ts";

/** A fake event loop that the test runs, with a clock that the work moves forward. */
class Loop {
  time = 0;
  full = false;
  /** Number of turns so far: how often the loop has polled its sockets. */
  turns = 0;
  #soon: (() => void)[] = [];
  #later: (() => void)[] = [];

  readonly turnsOptions = {
    budgetMs: 6,
    now: () => this.time,
    isFull: () => this.full,
    soon: (run: () => void) => void this.#soon.push(run),
    later: (run: () => void) => void this.#later.push(run),
  };

  /** Runs the immediates of one round, each with its microtasks. */
  async round(): Promise<void> {
    const round = this.#soon;
    this.#soon = [];
    for (const run of round) {
      run();
      for (let i = 0; i < 20; i++) await Promise.resolve();
    }
  }

  /** Runs all rounds until the end of the turn. */
  async turn(): Promise<void> {
    while (this.#soon.length > 0) await this.round();
    this.turns++;
    const due = this.#later;
    this.#later = [];
    for (const run of due) run();
  }

  get idle(): boolean {
    return this.#soon.length + this.#later.length === 0;
  }
}

/** Does steps of work for an address. Each step takes some milliseconds. */
async function work(turns: Turns, loop: Loop, { network, steps, ms, done }: {
  network: string;
  steps: number;
  ms: number;
  done: (network: string) => void;
}): Promise<void> {
  for (let i = 0; i < steps; i++) {
    await turns.next(network);
    loop.time += ms;
    done(network);
  }
}

Deno.test("Turns are free until the budget is used, and again in the next turn", async () => {
  const loop = new Loop();
  const turns = new Turns(loop.turnsOptions);
  assert.ok(turns.free(0));
  assert.ok(turns.free(5.9));
  assert.ok(!turns.free(6));
  loop.time = 6;
  await loop.turn();
  assert.ok(turns.free(6));
  await loop.turn();
  assert.ok(loop.idle);
});

Deno.test("Turns are not free while work waits, or while the log is full", async () => {
  const loop = new Loop();
  const turns = new Turns(loop.turnsOptions);
  assert.ok(turns.free(0));
  loop.full = true;
  assert.ok(!turns.free(1));
  const waited = turns.next("a");
  await loop.round();
  loop.full = false;
  assert.ok(!turns.free(1));
  await loop.turn();
  await waited;
  assert.ok(turns.free(2));
});

Deno.test("no work goes on while the log is full", async () => {
  const loop = new Loop();
  const turns = new Turns(loop.turnsOptions);
  loop.full = true;
  let served = 0;
  const waiting = turns.next("a").then(() => served++);
  for (let i = 0; i < 5; i++) await loop.round();
  assert.equal(served, 0);
  loop.full = false;
  await loop.round();
  assert.equal(served, 1);
  await waiting;
});

Deno.test("addresses take turns: a hundred waiting steps of one address delay another by one step", async () => {
  const loop = new Loop();
  const turns = new Turns(loop.turnsOptions);
  const order: string[] = [];
  const done = (network: string) => void order.push(network);
  const all = Array.from(
    { length: 100 },
    () => work(turns, loop, { network: "busy", steps: 10, ms: 2, done }),
  );
  await loop.round();
  all.push(work(turns, loop, { network: "quiet", steps: 1, ms: 0, done }));
  const before = order.length;
  while (!loop.idle) await loop.turn();
  await Promise.all(all);
  assert.ok(order.indexOf("quiet") - before <= 1, `after ${order.indexOf("quiet")}`);
  assert.equal(order.length, 1_001);
});

Deno.test("steps run in order within an address, and no turn is longer than its budget and one step", async () => {
  await fc.assert(fc.asyncProperty(
    fc.array(
      fc.record({
        network: fc.constantFrom("a", "b", "c"),
        steps: fc.integer({ min: 1, max: 6 }),
        ms: fc.integer({ min: 0, max: 5 }),
      }),
      { minLength: 1, maxLength: 12 },
    ),
    async (workers) => {
      const loop = new Loop();
      const turns = new Turns(loop.turnsOptions);
      const order: { network: string; worker: number }[] = [];
      const all = workers.map((worker, number) =>
        work(turns, loop, {
          ...worker,
          done: (network) => order.push({ network, worker: number }),
        })
      );
      while (!loop.idle) {
        const begun = loop.time;
        await loop.turn();
        assert.ok(loop.time - begun <= 6 + 5);
      }
      await Promise.all(all);
      assert.equal(order.length, workers.reduce((sum, { steps }) => sum + steps, 0));
      // Between two steps of a worker, each other worker of its address has one step at most.
      for (const [at, { network, worker }] of order.entries()) {
        const next = order.slice(at + 1);
        const again = next.findIndex((other) => other.worker === worker);
        if (again === -1) continue;
        const others = next.slice(0, again).filter((other) => other.network === network);
        assert.equal(new Set(others.map((other) => other.worker)).size, others.length);
      }
    },
  ));
});

Deno.test("a turn does as much waiting work as its budget allows, and errors of the work are passed on", async () => {
  const loop = new Loop();
  const turns = new Turns(loop.turnsOptions);
  let done = 0;
  const all = Array.from({ length: 10 }, () => turns.run("a", () => (loop.time += 2, ++done)));
  const failed = assert.rejects(
    turns.run("a", () => {
      throw new Error("of the work");
    }),
    /of the work/,
  );
  await loop.round();
  assert.equal(done, 3);
  while (!loop.idle) await loop.turn();
  assert.deepEqual(await Promise.all(all), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  await failed;
  assert.ok(loop.turns >= 4);
});

Deno.test("a flood from one address delays the line of another address by a few lines only", async () => {
  let time = 0;
  const turns = new Turns({ now: () => time });
  let served = 0;
  let sentAt = -1;
  let answeredAt = -1;
  const listener = new TestListener({
    host: "::",
    limits: { lineBytes: 65_536 },
    turns: {
      free: () => turns.free(time),
      run: (network, work) => turns.run(network, work),
    },
    open(connection: Connection) {
      return {
        line(text) {
          served++;
          if (text === "ping") {
            answeredAt = served;
            return connection.send(encodeLines("pong\n"));
          }
          // Each line takes a millisecond.
          time++;
          if (served === 500) {
            sentAt = served;
            quiet.send("ping\n");
          }
        },
        overlong() {},
        metrics() {},
        ended() {},
      };
    },
    acceptFailed() {},
  });
  const { port } = listener;
  const quiet = await Client.connect(port, "::1");
  const flood = "x".repeat(99).concat("\n").repeat(300);
  const busy = await Promise.all(Array.from({ length: 20 }, () => Client.connect(port)));
  await Promise.all(busy.map((client) => client.send(flood)));
  assert.equal(await quiet.text(), "pong");
  assert.ok(answeredAt - sentAt < 200, `after ${answeredAt - sentAt} of ${20 * 300} lines`);
  await Promise.all([quiet, ...busy].map((client) => client.close()));
  await listener.close();
  await listener.finish(0);
});
