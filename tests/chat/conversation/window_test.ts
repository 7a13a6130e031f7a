// Tests of `history` with `around`: the messages on both sides of an id, complete and in order, and whether more exist.
import assert from "node:assert/strict";
import fc from "fast-check";
import { type Line, makeChat } from "../fakes.ts";
import { ask, guest, member, say } from "../people.ts";

const ids = (line: Line) => (line["messages"] as { id: number }[]).map(({ id }) => id);

Deno.test("a window has the messages closest to its id, without a gap, and reports whether more exist", async () => {
  const chat = makeChat();
  const gus = await guest(chat, "gus");
  for (let i = 0; i < 40; i++) await say(chat, gus, `mot ${i}`);
  for (const id of [7, 8, 20, 40]) chat.services.history.delete(id);
  const all = ids(await ask(chat, gus, { type: "history", limit: 200 }));
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 60 }),
      fc.integer({ min: 1, max: 50 }),
      fc.constantFrom(undefined, 1_000, 3_000),
      async (around, limit, replyBytes) => {
        Object.assign(chat.services.limits, { replyBytes: replyBytes ?? 512 * 1024 });
        const reply = await ask(chat, gus, { type: "history", around, limit });
        const window = ids(reply);
        const first = all.indexOf(window[0]!);
        assert.deepEqual(window, all.slice(first, first + window.length));
        assert.ok(window.length > 0 && window.length <= limit);
        assert.equal(reply["older"], window[0] !== all[0]);
        assert.equal(reply["newer"], window.at(-1) !== all.at(-1));
        assert.equal(reply["more"], reply["older"] || reply["newer"]);
        // The window has the message itself or, if it is deleted, the one before it.
        assert.ok(window.includes(all.findLast((id) => id <= around)!));
        const later = all.find((id) => id > around);
        if (later !== undefined && limit > 1) assert.ok(window.includes(later));
        const older = window.filter((id) => id <= around).length;
        if (replyBytes === undefined) {
          const half = Math.min(Math.ceil(limit / 2), all.filter((id) => id <= around).length);
          assert.equal(older, half);
        }
      },
    ),
    { numRuns: 200 },
  );
});

Deno.test("a window has only messages that the user may read, in a channel or a conversation", async () => {
  const chat = makeChat({ ada: "1234", bob: "1234", max: "1234/moderator" });
  const [ada, bob, max] = [
    await member(chat, "ada"),
    await member(chat, "bob"),
    await member(chat, "max"),
  ];
  await say(chat, bob, "un");
  await ask(chat, max, { type: "kick", user: "ada", channel: "#général" });
  await ask(chat, ada, { type: "join", channel: "#général" });
  await say(chat, bob, "deux");
  await ask(chat, bob, { type: "message", to: "ada", content: "trois" });
  await ask(chat, ada, { type: "message", to: "bob", content: "quatre" });
  const around = (members: Line) => ask(chat, ada, { type: "history", around: 2, ...members });
  assert.deepEqual(ids(await around({ channel: "#général" })), [2]);
  assert.equal((await around({ channel: "#général" }))["older"], false);
  assert.deepEqual(ids(await around({ channel: "#général", around: 1, limit: 1 })), [2]);
  const talk = await around({ with: "BOB", around: 3 });
  assert.deepEqual([ids(talk), talk["with"], talk["channel"]], [[3, 4], "bob", undefined]);
  for (const wrong of [{ before: 5 }, { after: 1 }, { around: 0 }, { around: "2" }]) {
    const { code, reason } = await around(wrong);
    assert.deepEqual([code, reason], ["bad_request", "member"], JSON.stringify(wrong));
  }
});

Deno.test("cid and reply_to are relayed and stored, and history, window and search return them", async () => {
  const chat = makeChat();
  const [gus, zoe] = [await guest(chat, "gus"), await guest(chat, "zoé")];
  await gus.say({ type: "message", content: "bonjour", cid: "k3Jd93hd", reply_to: 12 });
  chat.turn();
  const own = ({ cid, reply_to }: Line) => [cid, reply_to];
  assert.deepEqual(zoe.take().map(own), [["k3Jd93hd", 12]]);
  for (
    const request of [
      { type: "history" },
      { type: "history", around: 1 },
      { type: "search", query: "bonjour" },
    ]
  ) {
    await zoe.say({ ...request, ref: "r" });
    chat.turn();
    let lines = zoe.take();
    while (lines.length === 0) {
      await new Promise((resolve) => setTimeout(resolve, 0));
      lines = zoe.take();
    }
    assert.deepEqual((lines[0]!["messages"] as Line[]).map(own), [["k3Jd93hd", 12]]);
  }
});
