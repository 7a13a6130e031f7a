// Tests of read marks in the database: they only rise, and a count reads a limited number of messages.
import assert from "node:assert/strict";
import {
  COUNTED_MAX,
  ReadMarkStore,
  UNREAD_FROM_ACCOUNT,
  UNREAD_FROM_GUEST,
  UNREAD_IN_CHANNEL,
} from "../../../lib/store/page/read_marks.ts";
import { ChannelStore } from "../../../lib/store/channels.ts";
import { HistoryStore } from "../../../lib/store/history.ts";
import { MessageStore } from "../../../lib/store/messages.ts";
import { addAccount, withDatabase } from "../../support/database.ts";
import { newMessage } from "../../support/messages.ts";

const nobody = { accountId: null, name: "x" };

Deno.test("a mark only rises, and is deleted with its account or its channel", async () => {
  await withDatabase((database) => {
    const marks = new ReadMarkStore(database);
    const channels = new ChannelStore(database);
    const [ada, bob] = [addAccount(database, "ada"), addAccount(database, "bob")];
    const general = channels.find("#général")!;
    const dev = channels.create({ name: "#dev", key: "#dev", createdBy: null, now: 0 });
    const raise = (id: number) => marks.raiseChannel(ada.id, dev.id, id);
    assert.deepEqual([raise(5), raise(5), raise(4), raise(6)], [true, false, false, true]);
    marks.raiseChannel(ada.id, general.id, 3);
    marks.raiseChannel(bob.id, general.id, 2);
    assert.deepEqual(marks.channels(ada.id), new Map([[general.id, 3], [dev.id, 6]]));
    channels.delete(dev.id);
    assert.deepEqual(marks.channels(ada.id), new Map([[general.id, 3]]));
    // An account that another process has deleted gets no mark.
    database.sqlite.prepare("DELETE FROM accounts WHERE id = ?").run(ada.id);
    assert.equal(marks.raiseChannel(ada.id, general.id, 9), false);
    assert.deepEqual(marks.channels(bob.id), new Map([[general.id, 2]]));
  });
});

Deno.test("a conversation is stored for both accounts until all its messages are deleted", async () => {
  await withDatabase((database) => {
    const marks = new ReadMarkStore(database);
    const messages = new MessageStore(database);
    const [ada, bob] = [addAccount(database, "Ada"), addAccount(database, "bob")];
    const send = (
      [sender, senderAccount]: [string, number | null],
      [recipient, recipientAccount]: [string, number | null],
    ) =>
      newMessage({
        subtype: "private",
        channel: null,
        sender,
        senderAccount,
        recipient,
        recipientAccount,
      });
    messages.append([
      send(["Ada", ada.id], ["bob", bob.id]),
      send(["Léa", null], ["Ada", ada.id]),
      send(["Léa", null], ["max", null]),
      send(["Ada", ada.id], ["Ada", ada.id]),
    ]);
    const list = (id: number) => marks.conversations(id, 9).map(({ peerKey }) => peerKey);
    assert.deepEqual([list(ada.id), list(bob.id)], [["ada", "léa", "bob"], ["ada"]]);
    assert.deepEqual(marks.conversations(ada.id, 1), [{ peerKey: "ada", seen: 0 }]);
    const raise = (id: number) => marks.raiseConversation(ada.id, "bob", id);
    assert.deepEqual([raise(5), raise(4)], [true, false]);
    assert.equal(marks.raiseConversation(ada.id, "nobody", 5), false);
    messages.append([send(["bob", bob.id], ["Ada", ada.id])]);
    assert.deepEqual(marks.conversations(ada.id, 1), [{ peerKey: "bob", seen: 5 }]);
    database.sqlite.exec("DELETE FROM messages WHERE id < 4");
    assert.equal(marks.prune(1), 1);
    assert.equal(marks.prune(9), 0);
    assert.deepEqual(list(ada.id), ["bob", "ada"]);
    database.sqlite.exec("DELETE FROM messages");
    assert.equal(marks.prune(9), 3);
  });
});

Deno.test("an unread count reads at most 1,001 messages, through indexes", async () => {
  await withDatabase((database) => {
    const { sqlite } = database;
    const { account, guest } = UNREAD_IN_CHANNEL;
    for (const sql of [account, guest, UNREAD_FROM_ACCOUNT, UNREAD_FROM_GUEST]) {
      const plan = sqlite.prepare(`EXPLAIN QUERY PLAN ${sql}`).all()
        .map(({ detail }) => detail).join("\n");
      assert.doesNotMatch(plan, /SCAN (messages|guest_letters)/, `${sql}\n${plan}`);
      assert.doesNotMatch(plan, /TEMP B-TREE/, `${sql}\n${plan}`);
      const isCovered = sql === account || sql === UNREAD_FROM_ACCOUNT;
      assert.equal(/USING COVERING INDEX/.test(plan), isCovered, `${sql}\n${plan}`);
    }
    const [ada, bob] = [addAccount(database, "ada"), addAccount(database, "bob")];
    sqlite.prepare(
      `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 30000)
       INSERT INTO messages (sent_at, subtype, sender, sender_account, recipient_account, recipient,
                             channel, content)
       SELECT i, iif(i % 3, 'global', 'private'), 'bob', ?, iif(i % 3, NULL, ?),
              iif(i % 3, NULL, 'ada'), iif(i % 3, '#général', NULL), 'x' FROM n`,
    ).run(bob.id, ada.id);
    const marks = new ReadMarkStore(database);
    const all = { count: COUNTED_MAX, more: true, rows: COUNTED_MAX + 1 };
    const subject = { accountId: bob.id, key: "bob" };
    assert.deepEqual(marks.unreadInChannel("#général", 0, nobody), all);
    assert.deepEqual(marks.unreadFrom(ada.id, subject, 0), all);
    assert.deepEqual(marks.unreadInChannel("#général", 29_990, nobody), {
      count: 6,
      more: false,
      rows: 6,
    });
    assert.deepEqual(marks.unreadFrom(ada.id, subject, 29_990), { count: 4, more: false, rows: 4 });
    const own = { accountId: bob.id, name: "bob" };
    assert.equal(marks.unreadInChannel("#général", 29_990, own).count, 0);
    assert.equal(marks.unreadFrom(bob.id, subject, 0).count, 0);
    assert.equal(new HistoryStore(database).lastId(), 30_000);
  });
});

Deno.test("messages under a guest's name without an account count as the guest's own", async () => {
  await withDatabase((database) => {
    const bob = addAccount(database, "bob");
    new MessageStore(database).append([
      newMessage({ sender: "gus" }),
      newMessage({ sender: "bob", senderAccount: bob.id }),
      newMessage({ sender: "bob" }),
    ]);
    const marks = new ReadMarkStore(database);
    const count = (reader: { accountId: number | null; name: string }) =>
      marks.unreadInChannel("#général", 0, reader).count;
    assert.equal(count({ accountId: null, name: "gus" }), 2);
    assert.equal(count({ accountId: null, name: "bob" }), 2);
    assert.equal(count({ accountId: bob.id, name: "bob" }), 2);
  });
});
