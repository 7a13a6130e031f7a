// Tests of web/model/saving.ts: rooms are read whole for a file, and attendance page by page.
import assert from "node:assert/strict";
import * as fc from "fast-check";
import { EXPORT_MAX } from "../../../web/model/saving.ts";
import type { Lesson } from "../../../web/model/state.ts";
import { Conversation, type Line, NOON } from "./fakes.ts";

function ready(): Conversation {
  const talk = new Conversation();
  talk.open();
  talk.settle();
  return talk;
}

const exporting = (talk: Conversation) => talk.page.app.lesson.exporting;

Deno.test("an export has every message once and in order, however the pages fall and while others write", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 60 }),
      fc.integer({ min: 1, max: 9 }),
      fc.array(fc.constantFrom("serve", "deliver", "other", "break"), { maxLength: 60 }),
      (count, pageSize, steps) => {
        const talk = ready();
        for (let i = 0; i < count; i++) talk.server.say({ from: "Bob", content: `${i}` });
        talk.server.pageSize = pageSize;
        const wanted = talk.server.messages.map(({ id }) => id);
        talk.page.event({ type: "export", room: "#dev", from: 0 });
        for (const step of steps) {
          if (step === "serve") talk.serve();
          else if (step === "deliver") talk.deliver();
          else if (step === "other") talk.server.sayOther("neu");
          else {
            talk.break();
            talk.open();
            talk.settle();
            talk.page.event({ type: "export_more" });
          }
        }
        talk.settle();
        assert.equal(exporting(talk)!.state, "done");
        const ids = exporting(talk)!.items.map(({ id }) => id);
        assert.deepEqual(ids, [...new Set(ids)].sort((a, b) => b - a));
        // Messages that were written before the export began are all there.
        assert.deepEqual(ids.filter((id) => id <= (wanted.at(-1) ?? 0)).reverse(), wanted);
      },
    ),
  );
});

Deno.test("an export ends at the beginning of its period, and reads no page before it", () => {
  const talk = ready();
  for (let i = 0; i < 50; i++) talk.server.say({ from: "Bob", content: `${i}` });
  talk.server.pageSize = 10;
  const from = NOON + 35;
  talk.page.event({ type: "export", room: "#dev", from });
  talk.settle();
  assert.deepEqual(exporting(talk)!.items.map(({ at }) => at >= from), Array(16).fill(true));
  assert.equal(exporting(talk)!.state, "done");
});

Deno.test("an export waits when the server asks to, goes on after a break, and can be ended", () => {
  const talk = ready();
  talk.page.take("timer");
  talk.page.event({ type: "export", room: "#dev", from: 0 });
  const request = talk.page.sent.pop()!;
  talk.page.line({ type: "error", code: "rate_limited", retry_after: 2, ref: request.ref });
  assert.equal(exporting(talk)!.state, "busy");
  const timer = talk.page.take("timer").find(({ name }) => name === "export");
  assert.equal(timer!.ms, 2000);
  talk.page.event({ type: "timer", name: "export" });
  assert.equal(talk.page.sent.at(-1)!.type, "history");
  talk.break();
  assert.equal(exporting(talk)!.state, "failed");
  assert.equal(exporting(talk)!.failure!.code, "offline");
  talk.page.event({ type: "export_end" });
  assert.equal(exporting(talk), undefined);
  talk.open();
  talk.settle();
  talk.page.event({ type: "timer", name: "export" });
  assert.equal(exporting(talk), undefined);
});

Deno.test("an export ends at its maximum and says so", () => {
  const talk = ready();
  talk.page.event({ type: "export", room: "#dev", from: 0 });
  const item = { id: 0, from: "B", fromKey: "b", at: NOON, content: "", mine: false };
  const rest = { cid: undefined, replyTo: undefined, deleted: false };
  const items = Array.from(
    { length: EXPORT_MAX - 1 },
    (_, at) => ({ ...item, ...rest, id: 10 ** 6 - at }),
  );
  const before = items.at(-1)!.id;
  const { app } = talk.page;
  const lesson: Lesson = { ...app.lesson, exporting: { ...app.lesson.exporting!, items } };
  talk.page.app = { ...app, lesson };
  const ref = talk.page.sent.pop()!.ref as string;
  const asked = new Map(app.asked).set(ref, { for: "export", room: "#dev", before });
  talk.page.app = { ...talk.page.app, asked };
  const row = (id: number): Line => ({ id, from: "B", content: "", timestamp: "2026-11-27" });
  talk.page.line({ type: "history", messages: [row(1), row(2)], more: true, ref });
  assert.equal(exporting(talk)!.items.length, EXPORT_MAX);
  assert.equal(exporting(talk)!.state, "done");
  assert.equal(exporting(talk)!.isCut, true);
});

Deno.test("attendance is read page by page; a reply to an earlier request is ignored", () => {
  const talk = ready();
  const { page } = talk;
  const list = { from: NOON - 3_600_000, to: NOON };
  page.event({ type: "attendance", className: "A", ...list });
  const old = page.sent.pop()!;
  page.event({ type: "attendance", className: "B", ...list });
  const first = page.sent.pop()!;
  assert.equal(first.class, "B");
  assert.equal(first.from, "2026-11-27T11:00:00.000Z");
  page.line({ type: "attendance", people: [{ name: "Old", visits: [] }], ref: old.ref });
  const visit = { from: "2026-11-27T11:10:00.000Z", to: null };
  page.line({
    ...{ type: "attendance", more: true, ref: first.ref },
    people: [{ name: "Ada", visits: [visit] }],
  });
  const second = page.sent.pop()!;
  assert.equal(second.after, "Ada");
  page.line({ type: "attendance", people: [{ name: "Zoé", visits: [] }], ref: second.ref });
  const { attendance } = page.app.lesson;
  assert.equal(attendance!.state, "done");
  assert.deepEqual(attendance!.people, [
    {
      name: "Ada",
      guest: false,
      visits: [{ from: Date.parse(visit.from), to: undefined }],
    },
    { name: "Zoé", guest: false, visits: [] },
  ]);
  page.event({ type: "attendance", className: "B", ...list });
  page.line({ type: "error", code: "forbidden", message: "-", ref: page.sent.pop()!.ref });
  assert.equal(page.app.lesson.attendance!.state, "failed");
});
