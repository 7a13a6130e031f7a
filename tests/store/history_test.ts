// Tests of lib/store/history.ts: paging and deleting in bounded steps, and access to messages.
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
import { ChannelStore } from "../../lib/store/channels.ts";
import { MessageStore, type NewMessage } from "../../lib/store/messages.ts";
import { addAccount, withDatabase } from "../support/database.ts";
import { newMessage } from "../support/messages.ts";

function say(database: Database, ...messages: Partial<NewMessage>[]): number[] {
  return new MessageStore(database).append(messages.map(newMessage));
}

const ids = ({ messages }: { messages: readonly { id: number }[] }) => messages.map(({ id }) => id);

Deno.test("HistoryStore pages a channel in both directions, oldest first", async () => {
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
    const between = (
      me: number,
      other: { accountId: number | null; key: string },
      page: Page = { limit: 9 },
    ) => ids(history.conversation(me, other, page));
    assert.deepEqual(between(ada!, { accountId: bob!, key: "bob" }), [1, 2]);
    assert.deepEqual(between(bob!, { accountId: ada!, key: "ada" }), [1, 2]);
    assert.deepEqual(between(ada!, { accountId: bob!, key: "bob" }, { limit: 1 }), [2]);
    assert.deepEqual(between(ada!, { accountId: bob!, key: "bob" }, { limit: 1, after: 0 }), [1]);
    assert.deepEqual(between(eve!, { accountId: bob!, key: "bob" }), []);
    assert.deepEqual(between(ada!, { accountId: null, key: "zoé" }), [4, 5]);
    assert.deepEqual(between(ada!, { accountId: null, key: "zoé" }, { limit: 1 }), [5]);
    assert.deepEqual(between(bob!, { accountId: null, key: "zoé" }), []);
    assert.deepEqual(between(ada!, { accountId: ada!, key: "ada" }), [7]);
    // A new account with the same name is another user, with another id.
    new AccountStore(database).delete(eve!);
    const again = addAccount(database, "Eve").id;
    assert.notEqual(again, eve);
    assert.deepEqual(between(again, { accountId: ada!, key: "ada" }), []);
    assert.deepEqual(between(ada!, { accountId: again, key: "eve" }), []);
  });
});

Deno.test("a conversation with a user without an account is found by name, without reading other messages", async () => {
  await withDatabase((database) => {
    const [ada, eve] = ["Ada", "Eve"].map((name) => addAccount(database, name).id);
    const letter = (members: Partial<NewMessage>) => ({
      subtype: "private" as const,
      channel: null,
      sender: "Ada",
      senderAccount: ada!,
      ...members,
    });
    say(
      database,
      letter({ recipient: "Eve", recipientAccount: eve! }),
      letter({ sender: "Eve", senderAccount: eve!, recipient: "Ada", recipientAccount: ada! }),
      letter({ recipient: "EVE", recipientAccount: null }),
      letter({ sender: "Gus", senderAccount: null, recipient: "Ada", recipientAccount: ada! }),
    );
    const history = new HistoryStore(database);
    const withEve = () =>
      ids(history.conversation(ada!, { accountId: null, key: "eve" }, { limit: 9 }));
    assert.deepEqual(withEve(), [3]);
    // After its account is deleted, the user is identified by name, whether deleted in steps or immediately.
    const accounts = new AccountStore(database);
    assert.equal(accounts.detachMessages(eve!, { rows: 1, bytes: 1 }), 1);
    assert.deepEqual(withEve(), [2, 3]);
    accounts.delete(eve!);
    assert.deepEqual(withEve(), [1, 2, 3]);
    history.delete(2);
    assert.deepEqual(withEve(), [1, 3]);
    accounts.delete(ada!);
    const { n } = database.sqlite.prepare("SELECT count(*) AS n FROM guest_letters").get()!;
    assert.equal(n, 0);
  });
});

Deno.test("a page is read only as far as the reply needs", async () => {
  await withDatabase((database) => {
    say(database, ...Array.from({ length: 50 }, () => ({})));
    const history = new HistoryStore(database);
    const page = (page: Partial<Page>, room: number) => {
      const asked: number[] = [];
      const fits = ({ id }: { id: number }) => asked.push(id) <= room;
      const result = history.channel("#général", { limit: 20, after0: 0, ...page, fits });
      return { ids: ids(result), asked, more: result.more };
    };
    assert.deepEqual(page({}, 2), { ids: [49, 50], asked: [50, 49, 48], more: true });
    assert.deepEqual(page({ after: 0 }, 2), { ids: [1, 2], asked: [1, 2, 3], more: true });
    assert.deepEqual(page({ after: 0 }, 0), { ids: [1], asked: [1, 2], more: true });
    assert.deepEqual(page({ after: 48 }, 9), { ids: [49, 50], asked: [49, 50], more: false });
  });
});

Deno.test("messages are deleted in batches bounded in rows and bytes", async () => {
  await withDatabase((database) => {
    say(database, ...Array.from({ length: 9 }, () => ({ content: "x".repeat(100), sentAt: 1 })));
    const history = new HistoryStore(database);
    assert.equal(history.prune(2, { rows: 2, bytes: 1_000 }), 2);
    assert.equal(history.prune(2, { rows: 9, bytes: 250 }), 3);
    assert.equal(history.prune(2, { rows: 9, bytes: 1 }), 1);
    assert.equal(history.prune(1, { rows: 9, bytes: 1_000 }), 0);
    assert.equal(history.prune(2, { rows: 9, bytes: 1_000 }), 3);
    assert.equal(history.prune(2, { rows: 9, bytes: 1_000 }), 0);
  });
});

Deno.test("a channel is deleted immediately, its messages in steps, and a new channel of the name has none of them", async () => {
  await withDatabase((database) => {
    const channels = new ChannelStore(database);
    const create = () => channels.create({ name: "#dev", key: "#dev", createdBy: null, now: 1 });
    const first = create();
    assert.equal(first.hiddenTo, 0);
    say(database, ...Array.from({ length: 3 }, () => ({ channel: "#dev" })), {});
    channels.delete(first.id);
    const exported = () => [...new MessageStore(database).iterate()].map(({ id }) => id);
    assert.deepEqual(exported(), [4]);
    const second = create();
    assert.equal(second.hiddenTo, 4);
    assert.equal(channels.isUsed(second.id), false);
    say(database, { channel: "#dev" });
    assert.equal(channels.isUsed(second.id), true);
    const history = new HistoryStore(database);
    const batch = { rows: 2, bytes: 9_999 };
    const clear = () => history.clearDeletedChannels(batch);
    assert.deepEqual([clear(), clear(), clear(), clear()], [2, 1, 1, 0]);
    assert.deepEqual(exported(), [4, 5]);
    assert.equal(new MessageStore(database).count(), 2);
    assert.equal(channels.find("#dev")?.hiddenTo, 4);
    // If it is deleted again while the first one is being cleared, all messages are deleted.
    channels.delete(second.id);
    channels.delete(create().id);
    while (clear() > 0);
    assert.deepEqual(exported(), [4]);
  });
});

Deno.test("paging uses indexes", async () => {
  await withDatabase(({ sqlite }) => {
    const statements = [CHANNEL_PAGE, CONVERSATION_PAGE, GUEST_CONVERSATION]
      .flatMap((both) => Object.values(both));
    for (const sql of statements) {
      const plan = sqlite.prepare(`EXPLAIN QUERY PLAN ${sql}`).all().map(({ detail }) => detail)
        .join("\n");
      assert.doesNotMatch(plan, /SCAN (messages|guest_letters)/, `${sql}\n${plan}`);
      assert.doesNotMatch(plan, /USE TEMP B-TREE FOR ORDER BY/, `${sql}\n${plan}`);
    }
  });
});
