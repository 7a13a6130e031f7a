// Tests of searches that take time: what the asker may read is looked at when the search is done, others are
// heard meanwhile, and each failure has its answer.
import assert from "node:assert/strict";
import { LiveSettings } from "../../lib/live_settings.ts";
import { defaultConfig } from "../../lib/ops/config/schema.ts";
import { SearchBusy, type Searcher, SearchUnavailable } from "../../lib/store/search/desk.ts";
import type { SearchScope } from "../../lib/store/search/scope.ts";
import { type Found, SearchExpired } from "../../lib/store/search/search_index.ts";
import { TestIndex } from "../support/search.ts";
import { type ChatOverrides, type FakeChat, type FakePeer, makeChat } from "./fakes.ts";
import { ask, guest, heard, member, outcome, say } from "./people.ts";

/** A search of an index that ends when the test says so. */
class SlowSearch implements Searcher {
  readonly #gate = Promise.withResolvers<void>();
  index!: TestIndex;

  async find(query: string, scope: SearchScope): Promise<Found> {
    const found = await this.index.find(query, scope);
    await this.#gate.promise;
    return found;
  }

  /** Lets it end. */
  end(): void {
    this.#gate.resolve();
  }
}

function makeSlowChat(
  accounts: Record<string, string> = {},
  overrides: ChatOverrides = {},
): { chat: FakeChat; search: SlowSearch } {
  const search = new SlowSearch();
  const chat = makeChat(accounts, { search, ...overrides });
  search.index = new TestIndex(chat.database);
  return { chat, search };
}

/** What a search answers if something happens while it goes on. */
async function meanwhile(
  { chat, search }: ReturnType<typeof makeSlowChat>,
  peer: FakePeer,
  { request = {}, happens }: {
    request?: Record<string, unknown>;
    happens: () => void | Promise<unknown>;
  },
): Promise<Record<string, unknown>> {
  peer.take();
  const asked = peer.say({ type: "search", query: "word", ref: "s", ...request });
  await happens();
  search.end();
  await asked;
  chat.turn();
  return peer.take().find(({ ref }) => ref === "s")!;
}

const contents = (line: Record<string, unknown>) =>
  (line["messages"] as Record<string, unknown>[]).map(({ content }) => content);

Deno.test("what was deleted while a search went on is not shown", async () => {
  const stage = makeSlowChat({ max: "1234/moderator" });
  const { chat } = stage;
  const max = await member(chat, "max");
  const gus = await guest(chat, "gus");
  for (const n of [1, 2, 3]) await say(chat, gus, `word ${n}`);
  const reply = await meanwhile(stage, gus, {
    happens: () => ask(chat, max, { type: "delete", id: 2 }),
  });
  assert.deepEqual(contents(reply), ["word 3", "word 1"]);
});

Deno.test("who is expelled while a search goes on sees nothing of what that hides", async () => {
  const stage = makeSlowChat({ max: "1234/moderator", bob: "1234" });
  const { chat } = stage;
  const max = await member(chat, "max");
  const bob = await member(chat, "bob");
  await ask(chat, bob, { type: "join", channel: "#dev" });
  await say(chat, bob, "word in dev");
  await say(chat, max, "word in general", "#général");
  const reply = await meanwhile(stage, bob, {
    happens: () => ask(chat, max, { type: "kick", user: "bob", channel: "#dev" }),
  });
  assert.deepEqual(contents(reply), ["word in general"]);
});

Deno.test("who is disconnected while a search goes on is answered nothing of it", async () => {
  const stage = makeSlowChat({ max: "1234/moderator", bob: "1234" });
  const { chat } = stage;
  const max = await member(chat, "max");
  const bob = await member(chat, "bob");
  await say(chat, bob, "word");
  const reply = await meanwhile(stage, bob, {
    happens: () => ask(chat, max, { type: "kick", user: "bob" }),
  });
  assert.equal(reply, undefined);
  assert.equal(bob.reason, "kicked");
});

Deno.test("a channel that is closed to the asker while it is searched is forbidden", async () => {
  const stage = makeSlowChat({ bob: "1234" });
  const { chat } = stage;
  const bob = await member(chat, "bob");
  await ask(chat, bob, { type: "join", channel: "#dev" });
  await say(chat, bob, "word");
  const { channels } = chat.services;
  const reply = await meanwhile(stage, bob, {
    request: { channel: "#dev" },
    happens: () => channels.change(channels.find("#dev")!, { roles: ["moderator"] }),
  });
  assert.equal(reply["code"], "forbidden");
});

Deno.test("a channel that was deleted and made anew has nothing of what was said before", async () => {
  const chat = makeChat({ bob: "1234" });
  const operator = chat.operate();
  const bob = await member(chat, "bob");
  await ask(chat, bob, { type: "join", channel: "#dev" });
  await say(chat, bob, "word");
  await ask(chat, operator, { type: "channel_delete", channel: "#dev" });
  await ask(chat, bob, { type: "join", channel: "#dev" });
  await say(chat, bob, "later");
  const history = await ask(chat, bob, { type: "history", channel: "#dev", after: 0 });
  assert.deepEqual(contents(history), ["later"]);
  const found = await ask(chat, bob, { type: "search", query: "word" });
  assert.deepEqual(contents(found), []);
  const all = await ask(chat, operator, { type: "history", channel: "#dev", after: 0 });
  assert.deepEqual(contents(all), ["later"]);
});

Deno.test("others are heard while a search goes on", async () => {
  const stage = makeSlowChat();
  const { chat } = stage;
  const gus = await guest(chat, "gus");
  const eve = await guest(chat, "eve");
  await meanwhile(stage, gus, {
    async happens() {
      await say(chat, eve, "hello");
      assert.deepEqual(heard(gus), ["hello"]);
    },
  });
});

const failures: [Error, RegExp, number | undefined][] = [
  [new SearchExpired(2_000), /takes too long.*fewer/, undefined],
  [new SearchBusy(3), /Too many searches/, 3],
  [new SearchUnavailable("disk is full"), /cannot be searched now/, 60],
];

for (const [error, text, retryAfter] of failures) {
  Deno.test(`a search that fails with ${error.name} is answered with busy`, async () => {
    const chat = makeChat({}, { search: { find: () => Promise.reject(error) } });
    const gus = await guest(chat, "gus");
    const reply = await ask(chat, gus, { type: "search", query: "word" });
    assert.deepEqual([reply["code"], reply["retry_after"]], ["busy", retryAfter]);
    assert.match(reply["message"] as string, text);
    const failed = chat.events.filter(([name]) => name === "handlerFailed").length;
    assert.equal(failed, error instanceof SearchUnavailable ? 1 : 0);
    await gus.say({ type: "message", content: "/search word" });
    chat.turn();
    assert.equal(heard(gus).length, 1);
  });
}

Deno.test("a search that takes too long is explained to old clients", async () => {
  for (const [language, text] of [["en", /fewer/], ["fr", /moins de mots/]] as const) {
    const search = { find: () => Promise.reject(new SearchExpired(2_000)) };
    const chat = makeChat({}, { search, language });
    const gus = await guest(chat, "gus");
    await gus.say({ type: "message", content: "/search word" });
    chat.turn();
    assert.match(String(heard(gus)[0]), text);
  }
});

Deno.test("the results of a search are read no further than the reply goes", async () => {
  const { limits } = makeChat().services;
  const chat = makeChat({}, { limits: { ...limits, replyBytes: 2_000 } });
  const gus = await guest(chat, "gus");
  for (let n = 1; n <= 20; n++) await say(chat, gus, `word ${n} ${"x".repeat(300)}`);
  const { history } = chat.services;
  const read: number[] = [];
  const find = history.find.bind(history);
  history.find = (id) => {
    read.push(id);
    return find(id);
  };
  const reply = await ask(chat, gus, { type: "search", query: "word" });
  assert.deepEqual([contents(reply).length, reply["more"]], [2, true]);
  assert.deepEqual(read, [20, 19, 18]);
});

Deno.test("a reply with a list takes 128 KiB at most", () => {
  const { limits } = new LiveSettings(defaultConfig(), {});
  assert.equal(limits.replyBytes, 128 * 1024);
});

Deno.test("a query of a hundred parts finds what has the first of them", async () => {
  const chat = makeChat();
  const gus = await guest(chat, "gus");
  await say(chat, gus, "a.".repeat(100));
  const reply = await ask(chat, gus, { type: "search", query: "a.".repeat(100) });
  assert.equal(outcome(reply), "search");
  assert.equal(contents(reply).length, 1);
});
