// Tests of lib/store/history.ts: paging and searching, and that nobody gets what is not theirs.
import assert from "node:assert/strict";
import type { Database } from "../../lib/store/database.ts";
import {
  CHANNEL_PAGE,
  CONVERSATION_PAGE,
  GUEST_CONVERSATION,
  HistoryStore,
  type Page,
} from "../../lib/store/history.ts";
import { AccountStore } from "../../lib/store/accounts.ts";
import { MessageStore, type NewMessage } from "../../lib/store/messages.ts";
import { SearchIndex } from "../../lib/store/search_index.ts";
import { addAccount, withDatabase } from "../support/database.ts";
import { newMessage } from "../support/messages.ts";

function say(database: Database, ...messages: Partial<NewMessage>[]): number[] {
  return new MessageStore(database).append(messages.map(newMessage));
}

const ids = ({ messages }: { messages: readonly { id: number }[] }) => messages.map(({ id }) => id);

Deno.test("HistoryStore pages a channel both ways, oldest first", async () => {
  await withDatabase((database) => {
    say(database, {}, { channel: "#dev" }, {}, {}, { channel: "#dev" }, {});
    const history = new HistoryStore(database);
    const page = (page: Page, after0 = 0) => {
      const result = history.channel("#général", { ...page, after0 });
      return [ids(result), result.more];
    };
    assert.deepEqual(page({ limit: 2 }), [[4, 6], true]);
    assert.deepEqual(page({ limit: 2, before: 4 }), [[1, 3], false]);
    assert.deepEqual(page({ limit: 2, before: 6 }), [[3, 4], true]);
    assert.deepEqual(page({ limit: 2, after: 0 }), [[1, 3], true]);
    assert.deepEqual(page({ limit: 2, after: 3 }), [[4, 6], false]);
    assert.deepEqual(page({ limit: 9, after: 1, before: 6 }), [[3, 4], false]);
    assert.deepEqual(page({ limit: 9, after: 0 }, 3), [[4, 6], false]);
    assert.deepEqual(page({ limit: 9 }, 6), [[], false]);
    assert.deepEqual(ids(history.channel("#dev", { limit: 9, after0: 0 })), [2, 5]);
    assert.equal(history.lastId(), 6);
    assert.equal(history.delete(6), true);
    assert.equal(history.delete(6), false);
    assert.equal(history.find(6), undefined);
    assert.equal(history.find(5)?.channel, "#dev");
    assert.equal(history.lastId(), 6);
  });
});

Deno.test("HistoryStore reads a conversation between two accounts, and with a guest by name", async () => {
  await withDatabase((database) => {
    const [ada, bob, eve] = ["Ada", "Bob", "Eve"].map((name) => addAccount(database, name).id);
    const write = (sender: number | null, recipient: number | null, names: string[]) => ({
      subtype: "private" as const,
      channel: null,
      sender: names[0]!,
      senderAccount: sender,
      recipient: names[1]!,
      recipientAccount: recipient,
    });
    say(
      database,
      write(ada!, bob!, ["Ada", "Bob"]),
      write(bob!, ada!, ["Bob", "Ada"]),
      write(ada!, eve!, ["Ada", "Eve"]),
      write(null, ada!, ["Zoé", "Ada"]),
      write(ada!, null, ["Ada", "ZOÉ"]),
      write(ada!, null, ["Ada", "other"]),
      write(ada!, ada!, ["Ada", "Ada"]),
      { sender: "Ada", senderAccount: ada! },
    );
    const history = new HistoryStore(database);
    const between = (me: number, other: number | null, key: string, page: Page = { limit: 9 }) =>
      ids(history.conversation(me, { accountId: other, key }, page));
    assert.deepEqual(between(ada!, bob!, "bob"), [1, 2]);
    assert.deepEqual(between(bob!, ada!, "ada"), [1, 2]);
    assert.deepEqual(between(ada!, bob!, "bob", { limit: 1 }), [2]);
    assert.deepEqual(between(ada!, bob!, "bob", { limit: 1, after: 0 }), [1]);
    assert.deepEqual(between(eve!, bob!, "bob"), []);
    assert.deepEqual(between(ada!, null, "zoé"), [4, 5]);
    assert.deepEqual(between(ada!, null, "zoé", { limit: 1 }), [5]);
    assert.deepEqual(between(bob!, null, "zoé"), []);
    assert.deepEqual(between(ada!, ada!, "ada"), [7]);
    // Who registers a name again is somebody else, with another id.
    new AccountStore(database).delete(eve!);
    const again = addAccount(database, "Eve").id;
    assert.notEqual(again, eve);
    assert.deepEqual(between(again, ada!, "ada"), []);
    assert.deepEqual(between(ada!, again, "eve"), []);
  });
});

Deno.test("HistoryStore finds words whatever their accents, in what may be read only", async () => {
  await withDatabase((database) => {
    const [ada, bob] = ["Ada", "Bob"].map((name) => addAccount(database, name).id);
    say(
      database,
      { content: "Le cours de FRANÇAIS commence" },
      { content: "français encore", channel: "#dev" },
      {
        content: "un secret en francais",
        subtype: "private",
        channel: null,
        senderAccount: ada!,
        recipient: "Bob",
        recipientAccount: bob!,
      },
      { content: "aujourd'hui, peut-être" },
      { content: "françaises" },
    );
    const history = new HistoryStore(database);
    const find = (query: string, scope: Partial<Parameters<HistoryStore["search"]>[1]> = {}) =>
      history.search(query, {
        channels: [{ name: "#général", mark: 0 }],
        accountId: null,
        limit: 20,
        ...scope,
      });
    const both = [{ name: "#général", mark: 0 }, { name: "#dev", mark: 1 }];
    assert.deepEqual(ids(find("francais")), [5, 1]);
    assert.deepEqual(ids(find("francais ")), [1]);
    assert.deepEqual(ids(find("Français cours")), [1]);
    assert.deepEqual(ids(find("fran", { channels: both })), [5, 2, 1]);
    assert.deepEqual(ids(find("fran", { channels: [{ name: "#dev", mark: 2 }] })), []);
    assert.deepEqual(ids(find("fran", { channels: [] })), []);
    assert.deepEqual(ids(find("fran", { accountId: ada! })), [5, 3, 1]);
    assert.deepEqual(ids(find("fran", { accountId: bob!, channels: [] })), [3]);
    assert.deepEqual(ids(find("fran", { accountId: 99, channels: [] })), []);
    assert.deepEqual(ids(find("fran", { accountId: ada!, before: 5 })), [3, 1]);
    const page = find("fran", { accountId: ada!, limit: 2 });
    assert.deepEqual([ids(page), page.more], [[5, 3], true]);
    assert.equal(find("cours").messages[0]?.snippet, "Le «cours» de FRANÇAIS commence");
    assert.deepEqual(ids(find("aujourd'hui")), [4]);
    assert.deepEqual(ids(find("etre")), [4]);
    history.delete(1);
    assert.deepEqual(ids(find("cours")), []);
    new AccountStore(database).delete(bob!);
    assert.deepEqual(ids(find("secret", { accountId: ada! })), [3]);
    assert.deepEqual(ids(find("secret", { accountId: bob! })), []);
    new SearchIndex(database).catchUp(100);
    database.sqlite.exec("INSERT INTO search (search, rank) VALUES ('integrity-check', 1)");
  });
});

Deno.test("paging uses indices", async () => {
  await withDatabase(({ sqlite }) => {
    const statements = [CHANNEL_PAGE, CONVERSATION_PAGE, GUEST_CONVERSATION]
      .flatMap((both) => Object.values(both));
    for (const sql of statements) {
      const plan = sqlite.prepare(`EXPLAIN QUERY PLAN ${sql}`).all().map(({ detail }) => detail)
        .join("\n");
      assert.doesNotMatch(plan, /SCAN messages/, `${sql}\n${plan}`);
      assert.doesNotMatch(plan, /USE TEMP B-TREE FOR ORDER BY/, `${sql}\n${plan}`);
    }
  });
});
