// Tests of lib/auth/throttle.ts, with a fake clock.
import assert from "node:assert/strict";
import { PoolBusy } from "../../lib/auth/password_queue.ts";
import { Abandoned, type Requester } from "../../lib/auth/requester.ts";
import { type Attempt, Throttle, Throttled } from "../../lib/auth/throttle.ts";
import { FakeClock } from "../support/clock.ts";

const HERE = "10.0.0.5";
const DAY_MS = 86_400_000;

interface Try {
  readonly right?: boolean;
  readonly account?: string;
  readonly network?: string;
  readonly known?: boolean;
  readonly presence?: Requester["presence"];
}

class Guesser {
  readonly clock = new FakeClock(1_000_000);
  readonly guessed: unknown[][] = [];
  readonly throttle = new Throttle({
    clock: this.clock,
    guessed: (...told) => this.guessed.push(told),
  });
  attempts = 0;

  /** Runs an attempt. Returns the seconds to wait, or whether the password was correct. */
  async try(
    { right = false, account = "ada", network = HERE, known = false, presence = () => "connected" }:
      Try = {},
  ): Promise<boolean | number> {
    try {
      return await this.throttle.run(
        { account, known, requester: { network, presence } },
        async () => {
          this.attempts++;
          await Promise.resolve();
          return right;
        },
      );
    } catch (error) {
      assert.ok(error instanceof Throttled, String(error));
      return error.retryAfter;
    }
  }

  /** Runs an attempt like {@linkcode try}, after the wait that the throttle requires. */
  async tryInTime(what: Try): Promise<boolean | number> {
    const told = await this.try(what);
    if (typeof told !== "number") return told;
    this.clock.pass(told * 1000);
    return await this.try(what);
  }
}

async function failing(times: number, what: Try = {}): Promise<Guesser> {
  const guesser = new Guesser();
  for (let i = 0; i < times; i++) assert.equal(await guesser.tryInTime(what), false);
  return guesser;
}

Deno.test("Throttle rejects the sixth attempt without making it", async () => {
  const guesser = await failing(5);
  assert.equal(await guesser.try({ right: true }), 10);
  assert.equal(guesser.attempts, 5);
});

Deno.test("Throttle does not extend the wait because of attempts that come too early", async () => {
  const guesser = await failing(5);
  for (let i = 0; i < 100; i++) assert.equal(await guesser.try(), 10);
  guesser.clock.pass(9_000);
  assert.equal(await guesser.try(), 1);
  guesser.clock.pass(1_000);
  assert.equal(await guesser.try({ right: true }), true);
});

Deno.test("Throttle doubles the wait with each further failure, up to 15 minutes", async () => {
  const guesser = await failing(5);
  for (const wait of [10, 20, 40, 80, 160, 320, 640, 900, 900]) {
    assert.equal(await guesser.try(), wait);
    guesser.clock.pass(wait * 1000);
    assert.equal(await guesser.try(), false);
  }
});

Deno.test("Throttle forgets failures after a success, and after five minutes without attempts", async () => {
  const guesser = await failing(8);
  guesser.clock.pass(80_000);
  assert.equal(await guesser.try({ right: true }), true);
  for (let i = 0; i < 5; i++) assert.equal(await guesser.try(), false);
  guesser.clock.pass(10_000 + 5 * 60_000);
  for (let i = 0; i < 5; i++) assert.equal(await guesser.try(), false);
  assert.equal(await guesser.try(), 10);
});

Deno.test("Throttle counts each account and each network separately", async () => {
  const guesser = await failing(5);
  assert.equal(await guesser.try({ right: true, network: "10.0.0.6" }), true);
  assert.equal(await guesser.try({ right: true, account: "bob" }), true);
  assert.equal(await guesser.try(), 10);
});

Deno.test("Throttle lets an account with a new password try at once, from every network, and no other account", async () => {
  for (const account of ["ada", "x".repeat(250)]) {
    const guesser = await failing(5, { account });
    for (let i = 0; i < 5; i++) await guesser.try({ account, network: "10.0.0.6" });
    for (let i = 0; i < 5; i++) await guesser.try({ account: "bob ada" });
    guesser.throttle.forgive(account);
    assert.equal(await guesser.try({ account, right: true }), true);
    assert.equal(await guesser.try({ account, right: true, network: "10.0.0.6" }), true);
    assert.equal(await guesser.try({ account: "bob ada", right: true }), 10);
  }
});

Deno.test("Throttle limits an owner's wait to one minute on a known network, however often a neighbour guesses", async () => {
  const guesser = await failing(11, { known: true });
  for (let guess = 12; guess < 50; guess++) {
    const wait = await guesser.try({ known: true });
    assert.ok(typeof wait === "number" && wait <= 60, `${guess}: ${wait}`);
    guesser.clock.pass(wait * 1000);
    assert.equal(await guesser.try({ known: true }), false);
  }
  assert.equal(await guesser.try({ known: true }), 60);
  guesser.clock.pass(60_000);
  assert.equal(await guesser.try({ right: true, known: true }), true);
  assert.deepEqual(guesser.guessed, []);
});

Deno.test("Throttle treats a known network like any other from the fiftieth failure of a day, and reports it once", async () => {
  const guesser = await failing(50, { known: true });
  assert.deepEqual(guesser.guessed, [["ada", HERE, 50]]);
  assert.equal(await guesser.try({ known: true }), 900);
  guesser.clock.pass(900_000);
  assert.equal(await guesser.try({ known: true, right: true }), true, "the owner comes in between");
  assert.equal(await guesser.try({ known: true }), false);
  assert.equal(await guesser.try({ known: true }), 900);
  assert.equal(guesser.guessed.length, 1);
  guesser.clock.pass(DAY_MS);
  for (let i = 0; i < 4; i++) assert.equal(await guesser.try({ known: true }), false);
  assert.equal(await guesser.try({ known: true, right: true }), true);
});

Deno.test("Throttle counts simultaneous guesses like successive ones", async () => {
  const guesser = new Guesser();
  const results = await Promise.all(Array.from({ length: 20 }, () => guesser.try()));
  assert.equal(guesser.attempts, 5);
  assert.equal(results.filter((result) => result === false).length, 5);
});

Deno.test("Throttle makes no attempt for a connection that closed while it waited", async () => {
  const guesser = new Guesser();
  const first = Promise.withResolvers<boolean>();
  const requester: Requester = { network: HERE, presence: () => "connected" };
  const running = guesser.throttle.run(
    { account: "ada", known: false, requester },
    () => first.promise,
  );
  const waiting = guesser.throttle.run({
    account: "ada",
    known: false,
    requester: { network: HERE, presence: () => "closed" },
  }, () => assert.fail("it was made"));
  const behind = guesser.try({ right: true });
  first.resolve(true);
  await assert.rejects(waiting, Abandoned);
  assert.equal(await running, true);
  assert.equal(await behind, true);
});

Deno.test("Throttle limits how many attempts wait for one account and network", async () => {
  const guesser = new Guesser();
  const first = Promise.withResolvers<boolean>();
  const attempt: Attempt = {
    account: "ada",
    known: false,
    requester: { network: HERE, presence: () => "connected" },
  };
  const running = guesser.throttle.run(attempt, () => first.promise);
  const waiting = Array.from(
    { length: 1200 },
    () => guesser.throttle.run(attempt, () => Promise.resolve(true)),
  );
  const settled = Promise.allSettled(waiting);
  first.resolve(true);
  const refused = (await settled).filter((each) =>
    each.status === "rejected" && each.reason instanceof PoolBusy
  );
  assert.equal(refused.length, 200);
  assert.equal(await running, true);
});

Deno.test("Throttle neither counts nor stores an attempt that could not be made", async () => {
  const guesser = new Guesser();
  for (let i = 0; i < 10; i++) {
    await assert.rejects(
      guesser.throttle.run(
        { account: "ada", known: false, requester: { network: HERE, presence: () => "connected" } },
        () => Promise.reject(new Error("busy")),
      ),
      /busy/,
    );
  }
  assert.equal(guesser.throttle.size, 0);
  assert.equal(await guesser.try({ right: true }), true);
  assert.equal(guesser.throttle.size, 0);
});

Deno.test("Throttle stores a bounded number of failures, whatever the names and the running attempts", async () => {
  const guesser = new Guesser();
  const first = Promise.withResolvers<boolean>();
  const running = guesser.throttle.run(
    {
      account: "slow",
      known: false,
      requester: { network: "10.9.9.9", presence: () => "connected" },
    },
    () => first.promise,
  );
  for (let i = 0; i < 21_000; i++) {
    await guesser.try({ account: `name${i}`, network: `10.1.${i >> 8}.${i & 255}` });
  }
  assert.ok(guesser.throttle.size <= 30_000, String(guesser.throttle.size));
  guesser.clock.pass(2 * DAY_MS);
  for (let i = 0; i < 21_000; i++) {
    assert.equal(await guesser.try({ account: `owner${i}`, network: "10.2.0.0" }), false);
    guesser.clock.pass(DAY_MS);
  }
  assert.ok(guesser.throttle.size <= 3, String(guesser.throttle.size));
  first.resolve(true);
  await running;
});

Deno.test("Throttle slows down a guess of one password on all accounts to ten attempts per minute", async () => {
  const guesser = new Guesser();
  const results: (boolean | number)[] = [];
  for (let i = 0; i < 1000; i++) {
    const trying = guesser.try({ account: `pupil${i}` }).then((result) => results.push(result));
    guesser.clock.pass(70);
    if (i % 50 === 0) await Promise.race([trying, Promise.resolve()]);
    for (let turn = 0; turn < 10; turn++) await Promise.resolve();
  }
  // 70 seconds: one hundred immediately, ten more per minute because failures expire, then one every six seconds.
  assert.ok(guesser.attempts >= 100 && guesser.attempts <= 125, String(guesser.attempts));
  guesser.clock.pass(60_000);
  for (let turn = 0; turn < 100; turn++) await Promise.resolve();
  const made = guesser.attempts;
  assert.ok(made <= 136, String(made));
  const refused = results.filter((result) => typeof result === "number");
  assert.equal(refused.length, 1000 - made);
  assert.ok(refused.every((wait) => wait > 0 && wait <= 70));
});

Deno.test("Throttle delays an attempt on a slowed network, then makes it", async () => {
  const guesser = new Guesser();
  for (let i = 0; i < 101; i++) assert.equal(await guesser.try({ account: `pupil${i}` }), false);
  assert.equal(await guesser.try({ account: "first" }), false);
  const delayed = guesser.try({ account: "second", right: true });
  await Promise.resolve();
  assert.equal(guesser.attempts, 102);
  guesser.clock.pass(6_000);
  assert.equal(await delayed, true);
  assert.equal(guesser.clock.waiting, 0);
});

Deno.test("Throttle does not slow down owners on a network with guesses, unless their last attempt failed", async () => {
  const guesser = new Guesser();
  for (let i = 0; i < 150; i++) {
    const trying = guesser.try({ account: `pupil${i}` });
    guesser.clock.pass(0);
    if (i < 102) await trying;
    else trying.catch(() => {});
  }
  for (let i = 0; i < 30; i++) {
    assert.equal(await guesser.try({ account: `owner${i}`, known: true, right: true }), true);
  }
  assert.equal(await guesser.try({ account: "owner", known: true }), false);
  const again = guesser.try({ account: "owner", known: true, right: true });
  guesser.clock.pass(60_000);
  assert.equal(await again, true, "a minute at most");
  guesser.throttle.close();
});

Deno.test("Throttle allows each of thirty pupils behind one address three typing errors", async () => {
  const guesser = new Guesser();
  for (let pupil = 0; pupil < 30; pupil++) {
    for (let i = 0; i < 3; i++) assert.equal(await guesser.try({ account: `p${pupil}` }), false);
  }
  for (let pupil = 0; pupil < 30; pupil++) {
    assert.equal(await guesser.try({ account: `p${pupil}`, right: true }), true);
  }
  assert.equal(guesser.clock.waiting, 0);
});

Deno.test("Throttle does not change the delays of a network because of attempts that it rejects", async () => {
  const guesser = new Guesser();
  for (let i = 0; i < 101; i++) await guesser.try({ account: `pupil${i}` });
  const delayed = Array.from({ length: 11 }, (_, i) => guesser.try({ account: `next${i}` }));
  for (let i = 0; i < 50; i++) assert.equal(await guesser.try({ account: `late${i}` }), 66);
  guesser.clock.pass(66_000);
  assert.deepEqual(await Promise.all(delayed), Array(11).fill(false));
});

Deno.test("Throttle makes no delayed attempt for a closed connection, or after it is closed itself", async () => {
  const guesser = new Guesser();
  for (let i = 0; i < 102; i++) await guesser.try({ account: `pupil${i}` });
  const run = (gone: boolean) =>
    guesser.throttle.run(
      {
        account: "late",
        known: false,
        requester: { network: HERE, presence: () => gone ? "closed" : "connected" },
      },
      () => assert.fail("it was made"),
    );
  const ended = assert.rejects(run(true), Abandoned);
  guesser.clock.pass(60_000);
  await ended;
  assert.equal(await guesser.try({ account: "one more" }), false);
  const closed = assert.rejects(run(false), Abandoned);
  guesser.throttle.close();
  await closed;
  assert.equal(guesser.clock.waiting, 0);
});
