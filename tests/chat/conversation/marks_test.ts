// Tests of read marks: marks of channels and conversations, unread counts, and the `seen` events of other connections.
import assert from "node:assert/strict";
import fc from "fast-check";
import { type FakeChat, type FakePeer, type Line, makeChat } from "../fakes.ts";
import { comeBack, hangUp, openPage, signIn, signInGuest } from "../pages.ts";
import { ask, guest, member, say } from "../people.ts";

interface Row {
  readonly name?: string;
  readonly with?: string;
  readonly last: number;
  readonly seen: number;
  readonly unread: number;
  readonly unread_more?: true;
}

async function overview(
  chat: FakeChat,
  peer: FakePeer,
): Promise<{ channels: Row[]; conversations: Row[] }> {
  const { type: _, ...lists } = await ask(chat, peer, { type: "overview" });
  return lists as never;
}

const seen = (chat: FakeChat, peer: FakePeer, members: Line) =>
  ask(chat, peer, { type: "seen", ...members });

Deno.test("overview lists channels and conversations with the last message, the mark and the unread count", async () => {
  const chat = makeChat({ Ada: "1234", bob: "1234", max: "1234/moderator" });
  const [ada, bob, max] = [
    await signIn(chat, "Ada"),
    await member(chat, "bob"),
    await member(chat, "max"),
  ];
  const gus = await guest(chat, "Gus");
  await ask(chat, max, { type: "join", channel: "#vide" });
  await ask(chat, max, { type: "topic", channel: "#vide", topic: "rien" });
  await ask(chat, ada.peer, { type: "join", channel: "#vide" });
  await ask(chat, bob, { type: "join", channel: "#autre" });
  await say(chat, bob, { content: "un", channel: "#général" }); // 1
  await say(chat, ada.peer, { content: "deux", channel: "#général" }); // 2
  await say(chat, bob, { content: "trois", channel: "#autre" }); // 3
  await ask(chat, bob, { type: "message", to: "ada", content: "quatre" }); // 4
  await ask(chat, ada.peer, { type: "message", to: "BOB", content: "cinq" }); // 5
  await ask(chat, gus, { type: "message", to: "Ada", content: "six" }); // 6
  await ask(chat, ada.peer, { type: "message", to: "max", content: "sept" }); // 7
  const at = new Date(chat.time).toISOString();
  const conversation = (name: string, last: number, unread: number) => ({
    with: name,
    last,
    last_at: at,
    seen: 0,
    unread,
  });
  assert.deepEqual(await overview(chat, ada.peer), {
    channels: [
      { name: "#général", topic: "", members: 4, restricted: false, last: 2, seen: 0, unread: 1 },
      { name: "#vide", topic: "rien", members: 2, restricted: false, last: 0, seen: 0, unread: 0 },
    ],
    conversations: [
      conversation("max", 7, 0),
      conversation("Gus", 6, 1),
      conversation("bob", 5, 1),
    ],
  });
  // The name of a guest who has left stays. A conversation without messages is not listed.
  hangUp(chat, gus);
  chat.services.history.delete(7);
  const { conversations } = await overview(chat, ada.peer);
  assert.deepEqual(conversations.map((row) => row.with), ["Gus", "bob"]);
});

Deno.test("only the other pages of a user receive a raised mark", async () => {
  const chat = makeChat({ ada: "1234", bob: "1234" });
  const first = await signIn(chat, "ada", { tab: "one" });
  const second = await comeBack(chat, first.token, { tab: "two" });
  const deaf = await openPage(chat);
  await ask(chat, deaf, { type: "hello", features: ["session"] });
  await ask(chat, deaf, { type: "login", username: "ada", password: "1234" });
  const old = await member(chat, "ada");
  const bob = await signIn(chat, "bob");
  await say(chat, bob.peer, "un");
  await ask(chat, bob.peer, { type: "message", to: "ada", content: "deux" });
  const all = [first.peer, second.peer, deaf, old, bob.peer];
  all.forEach((peer) => peer.take());
  await seen(chat, first.peer, { channel: "#general", id: 1 });
  await seen(chat, first.peer, { channel: "#général", id: 1 });
  await seen(chat, first.peer, { with: "BOB", id: 2 });
  const told = [
    { type: "seen", channel: "#général", id: 1, unread: 0 },
    { type: "seen", with: "bob", id: 2, unread: 0 },
  ];
  assert.deepEqual(all.map((peer) => peer.take()), [[], told, [], [], []]);
});

Deno.test("a mark is sent after the messages from before it", async () => {
  const chat = makeChat({ ada: "1234" });
  const first = await signIn(chat, "ada", { tab: "one" });
  const second = await comeBack(chat, first.token, { tab: "two" });
  second.peer.take();
  await first.peer.say({ type: "message", content: "un" });
  await first.peer.say({ type: "seen", channel: "#général", id: 1 });
  chat.turn();
  assert.deepEqual(second.peer.take().map(({ type }) => type), ["message", "seen"]);
});

Deno.test("seen rejects unreadable channels and guests' conversations, and limits the id to the last message", async () => {
  const chat = makeChat({ ada: "1234", max: "1234/moderator" });
  chat.services.channels.configure(
    [{ name: "#profs", roles: ["moderator"], accounts: [], readOnly: false }],
    0,
  );
  const [ada, max] = [await signIn(chat, "ada"), await member(chat, "max")];
  await say(chat, max, { content: "un", channel: "#profs" });
  assert.equal((await seen(chat, ada.peer, { channel: "#profs", id: 1 }))["code"], "forbidden");
  assert.equal(
    (await seen(chat, ada.peer, { channel: "#rien", id: 1 }))["code"],
    "unknown_channel",
  );
  for (const members of [{ id: 1 }, { id: 1, channel: "#a", with: "b" }, { channel: "#général" }]) {
    assert.equal((await seen(chat, ada.peer, members))["code"], "bad_request");
  }
  // No mark is stored for a conversation that does not exist.
  const mark = await seen(chat, ada.peer, { with: "x".repeat(64), id: 1 });
  assert.deepEqual([mark["id"], mark["unread"]], [0, 0]);
  assert.equal((await seen(chat, ada.peer, { channel: "#général", id: 99 }))["id"], 1);
  const gus = await signInGuest(chat, "gus");
  assert.equal((await seen(chat, gus.peer, { with: "ada", id: 1 }))["code"], "login_required");
  const { sqlite } = chat.database;
  assert.deepEqual(sqlite.prepare("SELECT * FROM conversations").all(), []);
});

Deno.test("messages hidden by a kick are neither last nor unread", async () => {
  const chat = makeChat({ ada: "1234", max: "1234/moderator" });
  const [ada, max] = [await signIn(chat, "ada"), await member(chat, "max")];
  await ask(chat, ada.peer, { type: "join", channel: "#dev" });
  await say(chat, max, { content: "un", channel: "#dev" });
  await ask(chat, max, { type: "kick", user: "ada", channel: "#dev" });
  await ask(chat, ada.peer, { type: "join", channel: "#dev" });
  const dev = async () => (await overview(chat, ada.peer)).channels[1]!;
  assert.deepEqual([(await dev()).last, (await dev()).unread], [0, 0]);
  await say(chat, max, { content: "deux", channel: "#dev" });
  assert.deepEqual([(await dev()).last, (await dev()).unread], [2, 1]);
});

Deno.test("a guest's marks begin at its first request and survive a reload", async () => {
  const chat = makeChat({ bob: "1234" });
  const bob = await member(chat, "bob");
  await say(chat, bob, "avant");
  const gus = await signInGuest(chat, "gus");
  const general = async (peer: FakePeer) => (await overview(chat, peer)).channels[0]!;
  assert.equal((await general(gus.peer)).unread, 0);
  await say(chat, bob, "un");
  await say(chat, gus.peer, "à moi");
  await say(chat, bob, "deux");
  assert.equal((await general(gus.peer)).unread, 2);
  await seen(chat, gus.peer, { channel: "#général", id: 2 });
  hangUp(chat, gus.peer);
  chat.clock.pass(60_000);
  const back = await comeBack(chat, gus.token);
  assert.deepEqual([(await general(back.peer)).seen, (await general(back.peer)).unread], [2, 1]);
});

Deno.test("messages from before the creation of an account are not unread", async () => {
  const chat = makeChat({ bob: "1234" });
  const bob = await member(chat, "bob");
  await say(chat, bob, "avant");
  const page = await openPage(chat);
  await ask(chat, page, { type: "register", username: "ada", password: "1234" });
  await say(chat, bob, "après");
  await ask(chat, page, { type: "login", username: "ada", password: "1234", session: true });
  const [general] = (await overview(chat, page)).channels;
  assert.deepEqual([general!.last, general!.seen, general!.unread], [2, 1, 1]);
});

Deno.test("a count stops after 1,000 messages of any sender and reports that there are more", async () => {
  const chat = makeChat({ ada: "1234", bob: "1234" });
  const { peer } = await signIn(chat, "ada");
  const [ada, bob] = ["ada", "bob"].map((name) => chat.accountStore.findByKey(name)!.id);
  const insert = chat.database.sqlite.prepare(
    `INSERT INTO messages (sent_at, subtype, sender, sender_account, channel, content)
     VALUES (0, 'global', ?, ?, '#général', 'x')`,
  );
  for (let i = 0; i < 1_000; i++) insert.run("bob", bob!);
  const counted = async () => {
    const [general] = (await overview(chat, peer)).channels;
    return [general?.unread, general?.unread_more];
  };
  assert.deepEqual(await counted(), [1_000, undefined]);
  insert.run("bob", bob!);
  assert.deepEqual(await counted(), [1_000, true]);
  await seen(chat, peer, { channel: "#général", id: 1_001 });
  for (let i = 0; i < 1_001; i++) insert.run("ada", ada!);
  assert.deepEqual(await counted(), [0, true]);
});

Deno.test("counting costs tokens of the rate limit", async () => {
  const chat = makeChat({ ada: "1234", bob: "1234" });
  const { peer } = await signIn(chat, "ada");
  const charged: number[] = [];
  for (const session of chat.services.sessions) session.charge = (price) => charged.push(price);
  chat.database.sqlite.prepare(
    `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000)
     INSERT INTO messages (sent_at, subtype, sender, channel, content)
     SELECT 0, 'global', 'bob', '#général', 'x' FROM n`,
  ).run();
  await overview(chat, peer);
  const sum = charged.reduce((a, b) => a + b, 0);
  assert.ok(sum >= 0.5 && sum < 1, String(sum));
});

Deno.test("overview of 150 channels counts in short steps, and others have their turn between two steps", async () => {
  const chat = makeChat({ ada: "1234" });
  const { peer } = await signIn(chat, "ada");
  const { services } = chat;
  const [general] = services.channels.of([...services.roster.users][0]!);
  services.channels.of = () => Array.from({ length: 150 }, () => general!);
  // Each count takes one millisecond of this clock. Whole numbers keep the differences exact.
  const { now } = performance;
  const steps = [0];
  let time = Math.ceil(now.call(performance));
  const count = services.readMarks.unreadInChannel.bind(services.readMarks);
  services.readMarks.unreadInChannel = (...about) => {
    time++;
    steps[steps.length - 1]!++;
    return count(...about);
  };
  const next = services.turns.next.bind(services.turns);
  services.turns.next = async (network) => {
    await next(network);
    steps.push(0);
  };
  performance.now = () => time;
  try {
    assert.equal((await overview(chat, peer)).channels.length, 150);
  } finally {
    performance.now = now;
  }
  assert.equal(steps.reduce((sum, counts) => sum + counts, 0), 150);
  assert.ok(Math.max(...steps) <= 3, String(steps));
});

const NAMES = ["ada", "bob", "zoé"] as const;
const ROOM = "#général";

interface Step {
  readonly who: typeof NAMES[number];
  readonly act: "say" | "mark" | "delete";
  /** A channel, or the other user of a conversation. */
  readonly where: typeof NAMES[number] | typeof ROOM;
  readonly id: number;
}

interface Said {
  readonly id: number;
  readonly from: string;
  readonly to: string;
}

/** A simple model of the marks and of the messages that they count. */
class Model {
  said: Said[] = [];
  readonly #marks = new Map<string, number>();

  mark(who: string, where: string): number {
    return this.#marks.get(`${who} ${where}`) ?? 0;
  }

  raise(who: string, where: string, id: number): number {
    const isKnown = where === ROOM || this.in(who, where).length > 0;
    const mark = isKnown ? Math.max(this.mark(who, where), id) : this.mark(who, where);
    this.#marks.set(`${who} ${where}`, mark);
    return mark;
  }

  in(who: string, where: string): Said[] {
    return this.said.filter(({ from, to }) =>
      where === ROOM ? to === ROOM : from === who && to === where || from === where && to === who
    );
  }

  reading(who: string, where: string): { last: number; seen: number; unread: number } {
    const seen = this.mark(who, where);
    const messages = this.in(who, where);
    const unread = messages.filter(({ from, id }) => from !== who && id > seen).length;
    return { last: messages.at(-1)?.id ?? 0, seen, unread };
  }
}

const step: fc.Arbitrary<Step> = fc.record({
  who: fc.constantFrom(...NAMES),
  act: fc.constantFrom("say", "say", "mark", "delete"),
  where: fc.constantFrom(...NAMES, ROOM, ROOM),
  id: fc.integer({ min: 1, max: 25 }),
});

Deno.test("marks only rise, and the messages of others with a greater id are unread", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const chat = makeChat(Object.fromEntries(NAMES.map((name) => [name, "1234"])));
      const root = chat.operate();
      const pages = new Map<string, FakePeer>();
      for (const name of NAMES) pages.set(name, (await signIn(chat, name)).peer);
      const model = new Model();
      let last = 0;
      for (const { who, act, where, id } of steps) {
        const peer = pages.get(who)!;
        const place = where === ROOM ? { channel: ROOM } : { with: where };
        if (act === "say") {
          const to = where === ROOM ? {} : { to: where };
          last = Number((await ask(chat, peer, { type: "message", content: "x", ...to }))["id"]);
          model.said.push({ id: last, from: who, to: where });
        } else if (act === "mark") {
          const expected = model.raise(who, where, Math.min(id, last));
          assert.equal((await seen(chat, peer, { ...place, id }))["id"], expected);
        } else if (model.in(who, ROOM).some((message) => message.id === id)) {
          await ask(chat, root, { type: "delete", id });
          model.said = model.said.filter((message) => message.id !== id);
        }
      }
      for (const [who, peer] of pages) {
        const { channels, conversations } = await overview(chat, peer);
        const reading = ({ last, seen, unread }: Row) => ({ last, seen, unread });
        assert.deepEqual(channels.map(reading), [model.reading(who, ROOM)]);
        const talks = NAMES.filter((other) => model.in(who, other).length > 0)
          .map((other) => ({ with: other, ...model.reading(who, other) }))
          .sort((a, b) => b.last - a.last);
        assert.deepEqual(conversations.map((row) => ({ with: row.with, ...reading(row) })), talks);
      }
    }),
    { numRuns: 60 },
  );
});
