// Tests of lib/chat/delivery/outputs.ts: a turn of several messages waits while more arrive.
import { setImmediate } from "node:timers";
import assert from "node:assert/strict";
import { type Commit, Outputs } from "../../../lib/chat/delivery/outputs.ts";

/** Outputs whose turns gather messages, and the functions that wait for a poll. */
function gathering(commit: Commit = () => {}) {
  const state = { events: 0, time: 0, commits: 0, polls: [] as (() => void)[] };
  const rests: { readonly milliseconds: number; readonly end: () => void }[] = [];
  const count: Commit = (turn) => {
    state.commits++;
    return commit(turn);
  };
  const outputs = new Outputs(count, {
    count: () => state.events,
    later: (run) => state.polls.push(run),
    now: () => state.time,
    after: (milliseconds, end) => rests.push({ milliseconds, end }),
  });
  const immediate = () => new Promise((resolve) => setImmediate(resolve));
  return {
    state,
    outputs,
    rests,
    immediate,
    /** Adds something to the turn. */
    async add(events: number): Promise<void> {
      state.events += events;
      outputs.whenSettled(() => state.events = 0);
      await immediate();
    },
    /** The sockets are polled, and bring events. */
    async poll(events: number): Promise<void> {
      state.events += events;
      for (const run of state.polls.splice(0)) run();
      await immediate();
    },
  };
}

Deno.test("a turn with a single event, or with none, ends at once", async () => {
  const { state, add } = gathering();
  await add(0);
  await add(1);
  assert.equal(state.commits, 2);
  assert.equal(state.polls.length, 0);
});

Deno.test("a turn of several events waits as a whole while each poll brings more, but not for long", async () => {
  const { state, add, poll } = gathering();
  await add(2);
  await poll(1);
  assert.equal(state.commits, 0);
  await poll(0);
  assert.equal(state.commits, 1);
  await add(2);
  state.time += 0.6;
  await poll(1);
  assert.equal(state.commits, 1);
  state.time += 0.6;
  await poll(1);
  assert.equal(state.commits, 2);
});

Deno.test("a turn that is ended meanwhile does not end the next one early", async () => {
  const { state, outputs, add, poll } = gathering();
  await add(2);
  await outputs.finish();
  assert.equal(state.commits, 1);
  await poll(0);
  assert.equal(state.commits, 1);
});

Deno.test("after a slow commit of many messages, the next turn rests as long as the commit says", async () => {
  const { state, outputs, rests, immediate, add, poll } = gathering(() => Promise.resolve(4));
  await add(8);
  await poll(0);
  assert.deepEqual(rests.map(({ milliseconds }) => milliseconds), [4]);
  // What comes meanwhile waits, without ever ending the turn.
  await add(1);
  outputs.end();
  assert.equal(state.commits, 1);
  rests[0]!.end();
  await immediate();
  await immediate();
  assert.equal(state.commits, 2);
  assert.equal(rests.length, 1);
});

Deno.test("what waits during a rest is settled when the rest ends early", async () => {
  let isRefused = false;
  const { outputs, rests, immediate, add, poll } = gathering(() =>
    isRefused ? Promise.reject(new Error("deposed")) : Promise.resolve(4)
  );
  await add(8);
  await poll(0);
  let error: unknown;
  outputs.whenSettled((refused) => error = refused?.error);
  isRefused = true;
  assert.equal(rests.length, 1);
  outputs.endRest();
  await immediate();
  assert.match(String(error), /deposed/);
});

Deno.test("after a slow commit of few messages, the next turn does not rest", async () => {
  const { state, rests, immediate, add, poll } = gathering(() => Promise.resolve(4));
  await add(7);
  await poll(0);
  await add(1);
  await immediate();
  assert.equal(state.commits, 2);
  assert.equal(rests.length, 0);
});

Deno.test("what a turn that is committed slowly leaves to the next one gathers more, too", async () => {
  const committed = Promise.withResolvers<void>();
  const { state, outputs, immediate, add, poll } = gathering(() => committed.promise);
  const added = add(1);
  outputs.whenSettled(() => state.events = 2);
  await added;
  assert.equal(state.commits, 1);
  outputs.whenSettled(() => {});
  committed.resolve();
  await immediate();
  await poll(3);
  assert.equal(state.commits, 1);
  await poll(0);
  assert.equal(state.commits, 2);
});
