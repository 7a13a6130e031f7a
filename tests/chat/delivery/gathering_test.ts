// Tests of lib/chat/delivery/outputs.ts: a turn of several messages waits while more arrive.
import { setImmediate } from "node:timers";
import assert from "node:assert/strict";
import { Outputs } from "../../../lib/chat/delivery/outputs.ts";

/** Outputs whose turns gather messages, and the functions that wait for a poll. */
function gathering() {
  const state = { events: 0, time: 0, commits: 0, polls: [] as (() => void)[] };
  const outputs = new Outputs(() => void state.commits++, {
    count: () => state.events,
    later: (run) => state.polls.push(run),
    now: () => state.time,
    after: () => {},
  });
  const immediate = () => new Promise((resolve) => setImmediate(resolve));
  return {
    state,
    outputs,
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
