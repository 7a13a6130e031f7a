// Tests of web/model/unread.ts and arrivals.ts: marks only increase, and the messages of others after them are
// unread.
import assert from "node:assert/strict";
import fc from "fast-check";
import { Conversation, lineOf, NOON } from "./fakes.ts";

function ready(before = 0): Conversation {
  const talk = new Conversation();
  for (let i = 0; i < before; i++) talk.server.say({ from: "Bob", content: `b${i}` });
  talk.open();
  talk.settle();
  return talk;
}

function look(talk: Conversation, id: number): void {
  talk.page.event({ type: "on_screen", room: "#dev", id });
}

const STEPS = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant("other" as const) }),
    fc.record({ kind: fc.constant("own" as const) }),
    fc.record({
      kind: fc.constant("look" as const),
      place: fc.double({ min: 0, max: 1, noNaN: true }),
    }),
    fc.record({
      kind: fc.constant("attention" as const),
      visible: fc.boolean(),
      focused: fc.boolean(),
    }),
    fc.record({ kind: fc.constant("ring" as const) }),
    fc.record({
      kind: fc.constant("device" as const),
      place: fc.double({ min: 0, max: 1, noNaN: true }),
    }),
    fc.record({ kind: fc.constantFrom("serve" as const, "deliver" as const, "settle" as const) }),
    fc.record({ kind: fc.constantFrom("break" as const, "open" as const) }),
  ),
  { maxLength: 80, size: "max" },
);

Deno.test("marks only increase, are sent only for visible messages, and the final count is correct", () => {
  fc.assert(
    fc.property(STEPS, (steps) => {
      const talk = ready(5);
      const { page, server } = talk;
      let mark = 0;
      for (const [number, step] of steps.entries()) {
        const { visible, focused } = page.app.attention;
        page.take("send");
        const newest = server.stored.length;
        if (step.kind === "other") server.sayOther(`${number}`);
        else if (step.kind === "own") {
          page.event({ type: "say", room: "#dev", text: "x", cid: `c${number}` });
        } else if (step.kind === "look") look(talk, Math.ceil(step.place * newest));
        else if (step.kind === "attention") page.event({ ...step, type: "attention" });
        else if (step.kind === "ring") page.event({ type: "timer", name: "seen" });
        else if (step.kind === "device") {
          server.seen = Math.max(server.seen, Math.ceil(step.place * newest));
          const unread = server.messages.filter(({ id, from }) =>
            from !== "Ada" && id > server.seen
          ).length;
          if (server.isJoined) {
            server.wire.push({ type: "seen", channel: "#dev", id: server.seen, unread });
          }
        } else talk[step.kind]();
        const room = page.app.rooms.get("#dev");
        if (room === undefined) continue;
        assert.ok(room.seen >= mark, "marks only grow");
        mark = room.seen;
        for (const { line } of page.take("send")) {
          if (line.type !== "seen") continue;
          assert.equal(line.id, room.seen);
          if (step.kind === "ring") assert.ok(visible && focused && room.onScreen! >= room.seen);
        }
        assert.ok(room.unread >= 0 && room.mentions <= room.unread);
      }
      talk.open();
      talk.settle();
      const room = page.room();
      const unread = server.messages.filter(({ id, from }) =>
        from !== "Ada" && id > room.seen
      ).length;
      assert.equal(room.unread, unread);
      assert.equal(server.seen, room.seen);
    }),
    { numRuns: 300 },
  );
});

Deno.test("messages on the screen count as read after one second in which the page has the focus", () => {
  const talk = ready(3);
  const { page } = talk;
  assert.equal(page.room().unread, 3);
  page.event({ type: "attention", visible: true, focused: false });
  look(talk, 3);
  assert.deepEqual(page.take("timer").filter(({ name }) => name === "seen"), []);
  page.event({ type: "attention", visible: true, focused: true });
  assert.equal(page.take("timer").find(({ name }) => name === "seen")?.ms, 1000);
  page.event({ type: "timer", name: "seen" });
  assert.equal(page.room().unread, 0);
  talk.settle();
  assert.equal(talk.server.seen, 3);
});

Deno.test("messages that arrive while the user looks elsewhere get one line above them", () => {
  const talk = ready(2);
  const { page, server } = talk;
  look(talk, 2);
  page.event({ type: "timer", name: "seen" });
  talk.settle();
  page.event({ type: "attention", visible: false, focused: false });
  server.sayOther("drei");
  server.sayOther("vier");
  talk.settle();
  assert.equal(page.room().line, 2);
  assert.equal(page.room().unread, 2);
});

Deno.test("after 300 missed messages, the line follows the last message that was read", () => {
  const talk = ready(10);
  const { page, server } = talk;
  look(talk, 10);
  page.event({ type: "timer", name: "seen" });
  talk.settle();
  talk.break();
  for (let i = 0; i < 300; i++) server.sayOther(`${i}`);
  server.pageSize = 100;
  talk.open();
  talk.settle();
  assert.equal(page.room().unread, 300);
  assert.equal(page.room().line, 10);
  assert.equal(page.ids().includes(10), true, "what the user was reading is still shown");
  while (page.room().window.newer) {
    page.event({ type: "edge", room: "#dev", side: "newer" });
    talk.settle();
  }
  assert.equal(page.ids().at(-1), 310);
});

Deno.test("a new message in the room that is shown is announced once, and a page of history is not announced", () => {
  const talk = ready(20);
  const { page, server } = talk;
  assert.deepEqual(page.take("announce"), []);
  server.sayOther("neu");
  talk.settle();
  page.line(lineOf(server.stored.at(-1)!));
  page.event({ type: "edge", room: "#dev", side: "older" });
  talk.settle();
  const said = page.take("announce").map(({ what }) =>
    what.kind === "message" ? what.item.content : what.kind
  );
  assert.deepEqual(said, ["neu"]);
});

Deno.test("a mention or a private message causes a notification only if the user looks elsewhere and wants it", () => {
  const talk = ready();
  const { page, server } = talk;
  page.event({ type: "prefs", prefs: { notify: "on" } });
  const hear = (content: string) => {
    server.sayOther(content);
    talk.settle();
    return page.take("notify").map(({ why }) => why);
  };
  page.now = Date.UTC(2026, 10, 27, 12);
  assert.deepEqual(hear("hallo @Ada"), []);
  page.event({ type: "attention", visible: false, focused: false });
  assert.deepEqual(hear("hallo @Ada"), ["mention"]);
  assert.deepEqual(hear("hallo alle"), []);
  page.line({
    ...lineOf({ id: 99, from: "Bob", content: "psst" }),
    ...{ subtype: "private", to: "Ada", channel: undefined },
  });
  assert.deepEqual(page.take("notify").map(({ why }) => why), ["private"]);
  assert.equal(page.app.rooms.get("@bob")!.unread, 1);
  page.event({ type: "prefs", prefs: { notify: "off" } });
  assert.deepEqual(hear("hallo @Ada"), []);
});

Deno.test("a message of the same turn as one's own, whose line follows the ack, is counted and announced", () => {
  const talk = ready(3);
  const { page, server } = talk;
  page.event({ type: "attention", visible: true, focused: false });
  page.take("announce");
  page.event({ type: "say", room: "#dev", text: "mine", cid: "c1" });
  const { ref } = page.sent.pop()!;
  const id = server.say({ from: "Bob", content: "theirs" });
  const own = server.say({ from: "Ada", content: "mine", cid: "c1" });
  page.line({ type: "ack", id: own, timestamp: new Date(NOON).toISOString(), ref });
  const { unread } = page.room();
  page.line(lineOf(server.stored.find((each) => each.id === id)!));
  assert.equal(page.room().unread, unread + 1);
  assert.equal(page.take("announce").length, 1);
});

Deno.test("a message that the history brought before its line is announced", () => {
  const talk = ready(3);
  const { page, server } = talk;
  page.take("announce");
  server.sayOther("new");
  const [line] = server.wire.splice(0);
  talk.break();
  talk.open();
  talk.settle();
  assert.ok(page.ids().includes(4));
  page.line(line!);
  assert.equal(page.take("announce").filter(({ what }) => what.kind === "message").length, 1);
});
