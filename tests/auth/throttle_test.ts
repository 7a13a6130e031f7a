// Tests of lib/auth/throttle.ts, with a clock of their own.
import assert from "node:assert/strict";
import { Throttle, Throttled } from "../../lib/auth/throttle.ts";

class Guesser {
  now = 1_000_000;
  attempts = 0;
  readonly throttle = new Throttle(() => this.now);

  /** Seconds to wait, or whether the password was right. */
  async try(right = false, account = "ada", address = "10.0.0.5"): Promise<boolean | number> {
    try {
      return await this.throttle.run(account, address, async () => {
        this.attempts++;
        await Promise.resolve();
        return right;
      });
    } catch (error) {
      assert.ok(error instanceof Throttled);
      return error.retryAfter;
    }
  }
}

async function failing(times: number): Promise<Guesser> {
  const guesser = new Guesser();
  for (let i = 0; i < times; i++) assert.equal(await guesser.try(), false);
  return guesser;
}

Deno.test("Throttle refuses the sixth attempt without making it", async () => {
  const guesser = await failing(5);
  assert.equal(await guesser.try(true), 20, "an early attempt doubles the wait of 10 s");
  assert.equal(guesser.attempts, 5);
});

Deno.test("Throttle makes an attempt after the wait, and doubles it when that fails", async () => {
  const guesser = await failing(5);
  guesser.now += 10_000;
  assert.equal(await guesser.try(), false);
  guesser.now += 19_999;
  assert.equal(await guesser.try(), 40);
  guesser.now += 40_000;
  assert.equal(await guesser.try(true), true);
  for (let i = 0; i < 5; i++) assert.equal(await guesser.try(), false, "a success forgets it all");
});

Deno.test("Throttle never waits longer than 15 minutes", async () => {
  const guesser = await failing(5);
  let wait: number | boolean = 0;
  for (let i = 0; i < 20; i++) wait = await guesser.try();
  assert.equal(wait, 900);
});

Deno.test("Throttle counts each account and each address for itself", async () => {
  const guesser = await failing(5);
  assert.equal(await guesser.try(true, "ada", "10.0.0.6"), true);
  assert.equal(await guesser.try(true, "bob", "10.0.0.5"), true);
  assert.equal(typeof await guesser.try(), "number");
});

Deno.test("Throttle forgets failures that are older than 5 minutes", async () => {
  const guesser = await failing(4);
  guesser.now += 5 * 60_000;
  for (let i = 0; i < 4; i++) assert.equal(await guesser.try(), false);
});

Deno.test("Throttle counts guesses sent at once like guesses sent in turn", async () => {
  const guesser = new Guesser();
  const results = await Promise.all(Array.from({ length: 20 }, () => guesser.try()));
  assert.equal(guesser.attempts, 5);
  assert.equal(results.filter((result) => result === false).length, 5);
});

Deno.test("Throttle does not count an attempt that failed to be made", async () => {
  const guesser = new Guesser();
  for (let i = 0; i < 10; i++) {
    await assert.rejects(
      guesser.throttle.run("ada", "10.0.0.5", () => Promise.reject(new Error("busy"))),
      /busy/,
    );
  }
  assert.equal(await guesser.try(true), true);
});

Deno.test("Throttle forgets what has expired, however many names are guessed", async () => {
  const guesser = new Guesser();
  for (let i = 0; i < 1000; i++) await guesser.try(false, `name${i}`);
  assert.equal(guesser.throttle.size, 1000);
  guesser.now += 5 * 60_000;
  for (let i = 0; i < 1000; i++) await guesser.try(false, "one");
  assert.ok(guesser.throttle.size <= 2, String(guesser.throttle.size));
});
