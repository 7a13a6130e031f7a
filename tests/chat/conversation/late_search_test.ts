// Tests of slow searches: permissions that change meanwhile, requests of others, and failures.
import assert from "node:assert/strict";
import {
  type Asker,
  SearchBusy,
  type Searcher,
  SearchUnavailable,
} from "../../../lib/store/search/searcher.ts";
import { type Found, SearchExpired } from "../../../lib/store/search/search_index.ts";
import type { SearchScope } from "../../../lib/store/search/scope.ts";
import { TestIndex } from "../../support/search.ts";
import { type FakeChat, type FakePeer, type Line, makeChat } from "../fakes.ts";
import { ask, guest, heard, member, outcome, say } from "../people.ts";

type Lines = Record<string, unknown>[];
const contents = (line: Line) => (line["messages"] as Lines).map(({ content }) => content);

/** Searches immediately but answers only when the test says so. */
class LateSearch implements Searcher {
  index: TestIndex | undefined;
  askers: Asker[] = [];
  #go = Promise.withResolvers<void>();

  async find(query: string, scope: SearchScope, asker: Asker): Promise<Found> {
    this.askers.push(asker);
    const found = this.index!.search(query, scope);
    await this.#go.promise;
    return found;
  }

  answer(): void {
    this.#go.resolve();
  }

  fail(error: Error): void {
    this.#go.reject(error);
  }
}

function lateChat(accounts: Record<string, string> = {}): { chat: FakeChat; late: LateSearch } {
  const late = new LateSearch();
  const chat = makeChat(accounts, { search: late });
  late.index = new TestIndex(chat.database);
  return { chat, late };
}

const STAFF = { ada: "1234/admin", max: "1234/moderator", bob: "1234", eve: "1234" };

/** What happens while bob's search runs, and which of `before`, `secret` and `letter` he gets. */
const MEANWHILE: readonly {
  readonly what: string;
  readonly happens: (
    people: { chat: FakeChat; ada: FakePeer; max: FakePeer; bob: FakePeer },
  ) => Promise<unknown>;
  readonly shown: readonly string[];
}[] = [
  {
    what: "nothing happens",
    happens: () => Promise.resolve(),
    shown: ["word letter", "word secret", "word before"],
  },
  {
    what: "bob is expelled from a channel",
    happens: ({ chat, max }) => ask(chat, max, { type: "kick", user: "bob", channel: "#général" }),
    shown: ["word letter", "word secret"],
  },
  {
    what: "a channel is deleted",
    happens: ({ chat, ada }) => ask(chat, ada, { type: "channel_delete", channel: "#salle" }),
    shown: ["word letter", "word before"],
  },
  {
    what: "a channel is deleted and created again",
    async happens({ chat, ada, bob }) {
      await ask(chat, ada, { type: "channel_delete", channel: "#salle" });
      const other = await member(chat, "eve");
      await ask(chat, other, { type: "join", channel: "#salle" });
      chat.services.channels.join(
        [...chat.services.roster.users].find(({ name }) => name === "bob")!,
        chat.services.channels.list().find(({ channel }) => channel.name === "#salle")!,
        0,
      );
      bob.take();
    },
    shown: ["word letter", "word before"],
  },
  {
    what: "a channel is closed",
    happens: ({ chat, max }) => ask(chat, max, { type: "close_channel", channel: "#salle" }),
    shown: ["word letter", "word secret", "word before"],
  },
  {
    what: "a message is deleted",
    happens: ({ chat, max }) => ask(chat, max, { type: "delete", id: 1 }),
    shown: ["word letter", "word secret"],
  },
];

for (const { what, happens, shown } of MEANWHILE) {
  Deno.test(`while a search runs: ${what}`, async () => {
    const { chat, late } = lateChat(STAFF);
    const [ada, max, bob] = [
      chat.operate(),
      await member(chat, "max"),
      await member(chat, "bob"),
    ];
    await say(chat, max, "word before");
    await ask(chat, max, { type: "join", channel: "#salle" });
    await ask(chat, bob, { type: "join", channel: "#salle" });
    await say(chat, max, { content: "word secret", channel: "#salle" });
    await ask(chat, max, { type: "private", to: "bob", content: "word letter" });
    bob.take();
    const searched = bob.say({ type: "search", query: "word", ref: "s" });
    await happens({ chat, ada, max, bob });
    late.answer();
    await searched;
    chat.turn();
    const reply = bob.take().find(({ ref }) => ref === "s")!;
    assert.deepEqual(contents(reply), shown, JSON.stringify(reply));
  });
}

Deno.test("a search in a channel that is deleted meanwhile fails because the channel does not exist", async () => {
  const { chat, late } = lateChat(STAFF);
  const bob = await member(chat, "bob");
  await ask(chat, bob, { type: "join", channel: "#salle" });
  await say(chat, bob, { content: "word", channel: "#salle" });
  const searched = bob.say({ type: "search", query: "word", channel: "#salle", ref: "s" });
  await ask(chat, chat.operate(), { type: "channel_delete", channel: "#salle" });
  late.answer();
  await searched;
  assert.equal(outcome(bob.take().find(({ ref }) => ref === "s")!), "unknown_channel");
});

Deno.test("an account that is deleted while its search runs gets no results", async () => {
  const { chat, late } = lateChat(STAFF);
  const bob = await member(chat, "bob");
  await ask(chat, bob, { type: "private", to: "eve", content: "word" });
  const searched = bob.say({ type: "search", query: "word", ref: "s" });
  await ask(chat, chat.operate(), { type: "user_delete", user: "bob" });
  assert.ok(bob.closed);
  late.answer();
  await searched;
  assert.equal(bob.take().find(({ ref }) => ref === "s"), undefined);
  assert.equal(late.askers[0]!.gone(), true, "had it waited, it would not have been made");
});

Deno.test("other lines are delivered while a search runs, to clients of any age", async () => {
  for (
    const request of [
      { type: "search", query: "word" },
      { type: "message", content: "/search word" },
    ]
  ) {
    const { chat, late } = lateChat();
    const gus = await guest(chat, "gus");
    const eve = await guest(chat, "eve");
    await say(chat, eve, "a word");
    gus.take();
    const searched = gus.say(request);
    await say(chat, eve, "meanwhile");
    assert.deepEqual(heard(gus), ["meanwhile"], request.type);
    late.answer();
    await searched;
    chat.turn();
    const lines = gus.take();
    assert.equal(lines.length, 1, "one line is the answer");
    assert.match(JSON.stringify(lines[0]), /a «word»/);
  }
});

Deno.test("a failed search is answered with the reason, and the next request works", async () => {
  const failures = [
    { error: new SearchExpired(2_000), retryAfter: undefined, reason: "search_expired" },
    { error: new SearchBusy(2), retryAfter: 2, reason: "searches_wait" },
    {
      error: new SearchUnavailable("disk I/O error"),
      retryAfter: 60,
      reason: "search_unavailable",
    },
  ];
  for (const { error, retryAfter, reason } of failures) {
    const { chat, late } = lateChat();
    const gus = await guest(chat, "gus");
    const searched = gus.say({ type: "search", query: "word", ref: "s" });
    late.fail(error);
    await searched;
    const [reply] = gus.take();
    const { code, reason: told, retry_after } = reply!;
    assert.deepEqual([code, told, retry_after], ["busy", reason, retryAfter]);
    await gus.say({ type: "message", content: "/search word" });
    const [answer] = gus.take();
    assert.deepEqual([answer?.["type"], answer?.["from"]], ["message", "ClassCord"]);
    assert.equal(outcome(await ask(chat, gus, { type: "ping" })), "pong");
  }
});

Deno.test("only unexpected failures are logged", async () => {
  for (
    const [error, logged] of [[new SearchExpired(2_000), 0], [new Error("broken"), 1]] as const
  ) {
    const { chat, late } = lateChat();
    const gus = await guest(chat, "gus");
    const searched = gus.say({ type: "search", query: "word" });
    late.fail(error);
    await searched;
    const failures = chat.events.filter(([name]) => name === "handlerFailed");
    assert.equal(failures.length, logged);
  }
});
