// Tests of lib/net/turns/accept_pace.ts and of the accept loop that it paces.
import assert from "node:assert/strict";
import { acceptAll } from "../../../lib/net/accept_loop.ts";
import { AcceptPace } from "../../../lib/net/turns/accept_pace.ts";

/** Creates a pace whose clock and turns the test controls. */
function makePace(budgetMs: number) {
  const time = { now: 0 };
  const later: (() => void)[] = [];
  const pace = new AcceptPace({
    budgetMs,
    now: () => time.now,
    later: (run) => void later.push(run),
  });
  return { time, later, pace, endTurn: () => later.splice(0).forEach((run) => run()) };
}

async function settle(): Promise<void> {
  for (let i = 0; i < 10; i++) await Promise.resolve();
}

Deno.test("accepting goes on at once within the budget of a turn, and beyond it in the next turn", async () => {
  const { time, later, pace, endTurn } = makePace(3);
  assert.equal(pace.next(), undefined);
  time.now = 2;
  assert.equal(pace.next(), undefined);
  time.now = 3;
  let went = 0;
  const waiting = [pace.next(), pace.next()];
  for (const each of waiting) each!.then(() => went++);
  await settle();
  assert.equal(went, 0);
  assert.equal(later.length, 1, "one end of a turn for all listeners");
  endTurn();
  await settle();
  assert.equal(went, 2);
  assert.equal(pace.next(), undefined);
});

Deno.test("clients that all connect at once are accepted in several turns", async () => {
  const { time, pace, endTurn } = makePace(3);
  let accepted = 0;
  const accepting = acceptAll({
    listener: { accept: () => Promise.resolve(++accepted) },
    take: () => void (time.now += 1),
    isClosed: () => accepted >= 10,
    failed: (error) => assert.fail(String(error)),
    pace,
  });
  const perTurn: number[] = [];
  for (let before = 0; accepted < 10; before = accepted) {
    await settle();
    perTurn.push(accepted - before);
    endTurn();
  }
  await accepting;
  assert.ok(Math.max(...perTurn) <= 4, `${perTurn}`);
});
