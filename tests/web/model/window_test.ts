// Tests of web/model/window.ts and reading.ts: compares the window with a simple model, in any order of events.
import assert from "node:assert/strict";
import fc from "fast-check";
import type { Item } from "../../../web/model/state.ts";
import {
  append,
  BLOCK,
  forget,
  insert,
  itemsOf,
  prepend,
  sizeOf,
  UNREAD,
  WINDOW_MAX,
  windowOf,
} from "../../../web/model/window.ts";
import { Conversation } from "./fakes.ts";

function item(id: number, more: Partial<Item> = {}): Item {
  const base = {
    from: "Bob",
    fromKey: "bob",
    at: id,
    content: `m${id}`,
    cid: undefined,
    replyTo: undefined,
  };
  return { id, ...base, mine: false, deleted: false, ...more };
}

function range(from: number, to: number): Item[] {
  return Array.from({ length: to - from + 1 }, (_, i) => item(from + i));
}

function ids(window: Parameters<typeof itemsOf>[0]): number[] {
  return [...itemsOf(window)].map(({ id }) => id);
}

Deno.test("a window grows at both ends in blocks, and only changed blocks are new objects", () => {
  const first = windowOf({ items: range(101, 200), older: true, newer: false });
  assert.equal(first.blocks.length, 2);
  const grown = insert(prepend(first, { items: range(51, 100), older: false }), item(201));
  assert.deepEqual(ids(grown), range(51, 201).map(({ id }) => id));
  assert.equal(grown.blocks[1], first.blocks[0]);
  assert.equal(grown.blocks[2], first.blocks[1]);
  assert.equal(new Set(grown.blocks.map(({ key }) => key)).size, grown.blocks.length);
  const forgotten = forget(grown, 150);
  assert.deepEqual(forgotten.blocks.map((block, i) => block === grown.blocks[i]), [
    true,
    false,
    true,
    true,
  ]);
  assert.equal([...itemsOf(forgotten)].find(({ id }) => id === 150)?.content, "");
});

Deno.test("a window of more than 2,000 messages is cut at the other end in blocks, and reports more there", () => {
  let window = windowOf({ items: range(2001, 2100), older: true, newer: false });
  for (let first = 1901; first > 0; first -= 100) {
    window = prepend(window, { items: range(first, first + 99), older: first > 1 });
  }
  assert.ok(sizeOf(window) <= WINDOW_MAX && sizeOf(window) > WINDOW_MAX - 2 * BLOCK);
  assert.equal(window.newer, true);
  assert.equal(window.last, ids(window).at(-1));
  const back = append(window, { items: range(window.last + 1, 2100), newer: false });
  assert.equal(back.newer, false);
  assert.equal(back.older, true);
  assert.equal(back.first, ids(back)[0]);
  assert.ok(sizeOf(back) <= WINDOW_MAX);
});

Deno.test("a new message is not added to a window that does not reach the present", () => {
  const window = windowOf({ items: range(1, 10), older: false, newer: true });
  assert.equal(insert(window, item(99)), window);
  assert.equal(insert(UNREAD, item(99)), UNREAD);
});

Deno.test("of two copies of a message with the same cid, only one is shown, in any order of reading", () => {
  const [a, b] = [3, 7].map((id) => item(id, { cid: "x", content: "hello" })) as [Item, Item];
  const live = insert(windowOf({ items: [item(1), a], older: false, newer: false }), b);
  assert.deepEqual(ids(live), [1, 3]);
  assert.equal(live.last, 7);
  const paged = prepend(windowOf({ items: [b], older: true, newer: false }), {
    items: [item(1), a],
    older: false,
  });
  assert.deepEqual(ids(paged), [1, 7]);
  assert.equal(paged.first, 1);
  const others = insert(live, item(8, { cid: "x", fromKey: "eve" }));
  assert.deepEqual(ids(others), [1, 3, 8]);
  const reused = insert(live, item(9, { cid: "x", content: "an insult" }));
  assert.deepEqual(ids(reused), [1, 3, 9], "a reused cid hides nothing");
});

/** The events between a page and its server. */
const STEPS = fc.array(
  fc.oneof(
    {
      arbitrary: fc.record({
        kind: fc.constant("other" as const),
        count: fc.integer({ min: 1, max: 12 }),
      }),
      weight: 4,
    },
    { arbitrary: fc.record({ kind: fc.constant("serve" as const) }), weight: 5 },
    { arbitrary: fc.record({ kind: fc.constant("deliver" as const) }), weight: 6 },
    fc.record({ kind: fc.constant("settle" as const) }),
    fc.record({ kind: fc.constant("break" as const) }),
    fc.record({ kind: fc.constant("open" as const) }),
    fc.record({ kind: fc.constant("edge" as const), older: fc.boolean() }),
    fc.record({
      kind: fc.constant("jump" as const),
      place: fc.double({ min: 0, max: 1, noNaN: true }),
    }),
    fc.record({ kind: fc.constant("present" as const) }),
    fc.record({
      kind: fc.constant("delete" as const),
      place: fc.double({ min: 0, max: 1, noNaN: true }),
    }),
    fc.record({ kind: fc.constant("away" as const) }),
    fc.record({ kind: fc.constant("say" as const) }),
  ),
  { maxLength: 120, size: "max" },
);

type StepOf = typeof STEPS extends fc.Arbitrary<readonly (infer S)[]> ? S : never;

function play(talk: Conversation, step: StepOf, number: number): void {
  const { page, server } = talk;
  switch (step.kind) {
    case "other":
      for (let i = 0; i < step.count; i++) server.sayOther(`${number}.${i}`);
      return;
    case "serve":
      return talk.serve();
    case "deliver":
      return talk.deliver();
    case "settle":
      return talk.settle();
    case "break":
      return talk.break();
    case "open":
      return talk.open();
    case "edge":
      return page.event({ type: "edge", room: "#dev", side: step.older ? "older" : "newer" });
    case "jump":
      return page.event({
        type: "jump",
        room: "#dev",
        id: 1 + Math.floor(step.place * server.stored.length),
      });
    case "present":
      return page.event({ type: "to_present", room: "#dev" });
    case "delete":
      return server.delete(1 + Math.floor(step.place * server.stored.length));
    case "away":
      page.event({ type: "route", route: { at: "settings" } });
      return page.event({
        type: "route",
        route: { at: "room", room: "#dev", name: "#dev", id: undefined },
      });
    case "say":
      return page.event({ type: "say", room: "#dev", text: `own ${number}`, cid: `own${number}` });
  }
}

/** Asserts that the window contains a whole range of the server's messages, as far as the page can know. */
function checkWindow({ page, server }: Conversation): void {
  const room = page.app.rooms.get("#dev");
  if (room === undefined || room.reading === "none") return;
  const { window } = room;
  const shown = [...itemsOf(window)];
  const shownIds = shown.map(({ id }) => id);
  assert.deepEqual(shownIds, [...new Set(shownIds)].sort((a, b) => a - b), "in order, no doubles");
  const within = server.messages.filter(({ id }) => id >= window.first && id <= window.last);
  const isAtRest = page.sent.length === 0 && server.wire.length === 0 && !server.isLate;
  if (isAtRest && room.reading === "live" && !window.newer) {
    assert.ok(window.last >= (server.messages.at(-1)?.id ?? 0), "up to the present");
  }
  const present = new Set(shownIds);
  // A message that was deleted while shown may remain until the notice arrives.
  assert.deepEqual(within.filter(({ id }) => !present.has(id)), [], "no gap");
  const onWire = new Set(server.wire.filter(({ code }) => code === "deleted").map(({ id }) => id));
  for (const { id, deleted } of shown) {
    assert.ok(
      deleted || !server.deleted.has(id) || onWire.has(id) || room.reading !== "live",
      "forgotten",
    );
    assert.ok(id >= window.first && id <= window.last);
    assert.ok(!deleted || server.deleted.has(id));
  }
}

Deno.test("a window has no gap and no duplicate, and is in order, whatever breaks and arrives", () => {
  fc.assert(
    fc.property(STEPS, fc.integer({ min: 0, max: 40 }), fc.boolean(), (steps, before, isSlow) => {
      const talk = new Conversation();
      talk.server.isSlow = isSlow;
      for (let i = 0; i < before; i++) talk.server.say({ from: "Bob", content: `b${i}` });
      talk.open();
      for (const [number, step] of steps.entries()) {
        play(talk, step, number);
        checkWindow(talk);
      }
      // Once all lines have arrived and the window reaches the present, the page shows exactly what the server has.
      talk.break();
      talk.open();
      talk.settle();
      talk.page.event({ type: "to_present", room: "#dev" });
      talk.settle();
      const all = talk.server.messages.map(({ id }) => id);
      const shown = talk.page.ids();
      assert.equal(talk.page.room().window.newer, false);
      assert.deepEqual(shown, all.slice(all.length - shown.length));
      while (talk.page.room().window.older) {
        talk.page.event({ type: "edge", room: "#dev", side: "older" });
        talk.settle();
      }
      assert.deepEqual(talk.page.ids(), all);
    }),
    { numRuns: 300 },
  );
});
