// Tests of lib/auth/password_queue.ts: the order of jobs, and rejection.
import assert from "node:assert/strict";
import fc from "fast-check";
import { PasswordQueue, PoolBusy, type QueuedJob } from "../../lib/auth/password_queue.ts";
import { Abandoned, type Presence } from "../../lib/auth/requester.ts";

interface Job extends QueuedJob {
  readonly name: string;
  presence: Presence;
  refused: Error | undefined;
}

function job(network: string, name = network, kind: QueuedJob["kind"] = "check"): Job {
  const made: Job = {
    name,
    kind,
    bytes: 10,
    presence: "connected",
    refused: undefined,
    requester: { network, presence: () => made.presence },
    reject: (error) => made.refused = error,
  };
  return made;
}

function takeAll(queue: PasswordQueue<Job>): string[] {
  const names: string[] = [];
  for (let next = queue.take(); next !== undefined; next = queue.take()) names.push(next.name);
  return names;
}

Deno.test("PasswordQueue takes one job of each network in turn", () => {
  const queue = new PasswordQueue<Job>();
  for (let i = 0; i < 190; i++) queue.put(job("10.0.0.1", `a${i}`, "hash"));
  assert.equal(queue.take()!.name, "a0");
  queue.put(job("10.0.0.2", "b0"));
  queue.put(job("10.0.0.2", "b1"));
  queue.put(job("10.0.0.3", "c0"));
  const order = takeAll(queue);
  assert.deepEqual(order.slice(0, 6), ["a1", "b0", "c0", "a2", "b1", "a3"]);
  assert.equal(order.length, 192);
  assert.equal(queue.size, 0);
});

Deno.test("PasswordQueue alternates between logins and new passwords of one network", () => {
  const queue = new PasswordQueue<Job>();
  for (let i = 0; i < 5; i++) queue.put(job("10.0.0.1", `new${i}`, "hash"));
  queue.put(job("10.0.0.1", "login0"));
  queue.put(job("10.0.0.1", "login1"));
  assert.deepEqual(takeAll(queue), ["login0", "new0", "login1", "new1", "new2", "new3", "new4"]);
});

Deno.test("PasswordQueue drops jobs of closed connections, without using a turn for them", () => {
  const queue = new PasswordQueue<Job>();
  const left = Array.from({ length: 50 }, (_, i) => job("10.0.0.1", `left${i}`));
  left.forEach((each) => queue.put(each));
  queue.put(job("10.0.0.1", "stayed"));
  queue.put(job("10.0.0.2", "other"));
  for (const each of left) each.presence = "closed";
  assert.deepEqual(takeAll(queue), ["stayed", "other"]);
  assert.ok(left.every(({ refused }) => refused instanceof Abandoned));
});

Deno.test("PasswordQueue runs a few jobs of half-closed connections, and only when no other job waits", () => {
  const queue = new PasswordQueue<Job>();
  const left = Array.from({ length: 50 }, (_, i) => job("10.0.0.1", `left${i}`));
  for (const each of left) {
    each.presence = "hung_up";
    queue.put(each);
  }
  assert.equal(queue.take()!.name, "left0");
  assert.equal(queue.size, 16);
  queue.put(job("10.0.0.2", "other"));
  assert.deepEqual(takeAll(queue), ["other"]);
  assert.equal(left.filter(({ refused }) => refused instanceof Abandoned).length, 49);
});

Deno.test("PasswordQueue has room for 1,500 logins from ten networks and 3,000 from one network", () => {
  const queue = new PasswordQueue<Job>();
  const jobs = Array.from({ length: 1500 }, (_, i) => job(`10.0.0.${i % 10}`));
  jobs.push(...Array.from({ length: 3000 }, () => job("10.0.1.1")));
  jobs.forEach((each) => queue.put(each));
  assert.equal(queue.size, 4500);
  assert.ok(jobs.every(({ refused }) => refused === undefined));
});

Deno.test("PasswordQueue drops jobs of closed connections before it rejects a network beyond its share", () => {
  const queue = new PasswordQueue<Job>(522 * 40);
  const jobs = Array.from({ length: 10 }, (_, i) => job("10.0.0.1", `${i}`));
  jobs.forEach((each) => queue.put(each));
  const late = job("10.0.0.1", "late");
  queue.put(late);
  assert.ok(late.refused instanceof PoolBusy && late.refused.retryAfter >= 1);
  jobs[3]!.presence = "closed";
  const later = job("10.0.0.1", "later");
  queue.put(later);
  assert.equal(later.refused, undefined);
  assert.equal(queue.size, 10);
});

Deno.test("PasswordQueue that is full makes room for a network that has fewer jobs than another", () => {
  const queue = new PasswordQueue<Job>(522 * 8);
  const jobs = ["1", "1", "2", "2", "3", "3", "4", "4"].map((n) => job(`10.0.0.${n}`));
  jobs.forEach((each) => queue.put(each));
  const last = job("10.0.0.5");
  queue.put(last);
  assert.equal(last.refused, undefined);
  assert.equal(jobs.filter(({ refused }) => refused instanceof PoolBusy).length, 1);
  assert.equal(queue.size, 8);
});

Deno.test("PasswordQueue completes or rejects every job exactly once, within its limit", () => {
  const action = fc.record({
    network: fc.constantFrom("10.0.0.1", "10.0.0.2", "10.0.0.3", "2001:db8:0:1::/64"),
    kind: fc.constantFrom("check" as const, "hash" as const),
    take: fc.boolean(),
    leave: fc.nat(5),
  });
  fc.assert(fc.property(fc.array(action, { maxLength: 80 }), (actions) => {
    const queue = new PasswordQueue<Job>(522 * 12);
    const jobs: Job[] = [];
    const done = new Set<Job>();
    for (const { network, kind, take, leave } of actions) {
      const put = job(network, network, kind);
      jobs.push(put);
      queue.put(put);
      if (leave === 0) jobs[Math.floor(jobs.length / 2)]!.presence = "closed";
      if (leave === 1) jobs[Math.floor(jobs.length / 3)]!.presence = "hung_up";
      if (take) {
        const next = queue.take();
        if (next !== undefined) {
          assert.ok(!done.has(next) && next.presence !== "closed" && next.refused === undefined);
          done.add(next);
        }
      }
      const waiting = jobs.filter((each) => !done.has(each) && each.refused === undefined);
      assert.equal(queue.size, waiting.length);
      assert.ok(queue.size <= 12);
      const most = Math.max(
        0,
        ...Map.groupBy(waiting, (each) => each.requester.network).values().map((each) =>
          each.length
        ),
      );
      assert.ok(most <= 3);
    }
    assert.equal(queue.clear().length, jobs.filter((j) => !done.has(j) && !j.refused).length);
    assert.equal(queue.take(), undefined);
  }));
});
