// Tests of lib/store/personal_data.ts: the export is complete, and an erasure leaves nothing.
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { ERASED_NAME } from "../../lib/protocol/names.ts";
import { AccountStore } from "../../lib/store/accounts.ts";
import { AuditStore } from "../../lib/store/audit.ts";
import { ChannelStore } from "../../lib/store/channels.ts";
import type { Database } from "../../lib/store/database.ts";
import { GroupStore } from "../../lib/store/groups.ts";
import { KnownNetworkStore } from "../../lib/store/known_networks.ts";
import { MailStore } from "../../lib/store/mail.ts";
import { MessageStore } from "../../lib/store/messages.ts";
import { ReadMarkStore } from "../../lib/store/page/read_marks.ts";
import { WebSessionStore } from "../../lib/store/page/web_sessions.ts";
import { PersonalDataStore } from "../../lib/store/personal_data.ts";
import { SanctionStore } from "../../lib/store/sanctions.ts";
import { readConsistently } from "../../lib/store/transaction.ts";
import { addAccount, withDatabase } from "../support/database.ts";
import { newMessage } from "../support/messages.ts";
import { TestIndex } from "../support/search.ts";

/** Fills a database with data of each kind about Ada, and some about Bob. Their ids are 1 and 2. */
function fill(database: Database): void {
  const ada = addAccount(database, "Ada");
  const bob = addAccount(database, "Bob");
  const networks = new KnownNetworkStore(database);
  networks.noteLogin(ada.id, "10.11.12.13", 3);
  networks.noteLogin(bob.id, "10.0.0.7", 3);
  const channels = new ChannelStore(database);
  const general = channels.find("#général")!;
  channels.create({ name: "#ada", key: "#ada", createdBy: ada.id, now: 4 });
  channels.addMember(general.id, ada.id, 5);
  channels.addMember(general.id, bob.id, 5);
  channels.expel(general.id, { accountId: ada.id, key: "ada" }, 1);
  const secret = (from: typeof ada, to: typeof ada, content: string) =>
    newMessage({
      subtype: "private",
      channel: null,
      sender: from.name,
      senderAccount: from.id,
      recipient: to.name,
      recipientAccount: to.id,
      content,
      undelivered: true,
    });
  new MessageStore(database).append([
    newMessage({ sender: "Ada", senderAccount: ada.id, content: "pubada", extra: '{"a":1}' }),
    newMessage({ sender: "Bob", senderAccount: bob.id, content: "pubbob" }),
    secret(ada, bob, "secretone"),
    secret(bob, ada, "secrettwo"),
    secret(bob, bob, "bobalone"),
  ]);
  const marks = new ReadMarkStore(database);
  marks.raiseChannel(ada.id, general.id, 2);
  marks.raiseConversation(ada.id, "bob", 3);
  const sanctions = new SanctionStore(database);
  const sanction = { name: "Ada", reason: "spam", by: "Bob", now: 7, until: 8 };
  sanctions.ban({ ...sanction, kind: "user", subject: "ada" });
  sanctions.ban({ ...sanction, kind: "user", subject: "bob" });
  sanctions.mute({ ...sanction, key: "ada", accountId: ada.id });
  // A ban ends those that there are.
  const sessions = new WebSessionStore(database);
  for (const { id: accountId, name } of [ada, bob]) {
    sessions.create({ accountId, tokenHash: name, client: "Firefox", now: 5, expiresAt: 9 });
  }
  const groups = new GroupStore(database);
  const lesson = groups.create({ name: "2SLAM", key: "2slam", isClass: true, now: 4 });
  const club = groups.create({ name: "club", key: "club", now: 4 });
  groups.add(lesson.id, [ada.id, bob.id], true);
  groups.add(club.id, [bob.id]);
  const act = { at: 9, actorAccount: null, channel: null, detail: "", address: "" };
  const audit = new AuditStore(database);
  audit.append({ ...act, actor: "Bob", actorAccount: bob.id, action: "kick", target: "Ada" });
  audit.append({ ...act, actor: "Ada", actorAccount: ada.id, action: "topic", target: null });
  audit.append({ ...act, actor: "Bob", actorAccount: bob.id, action: "ban", target: "Eve" });
}

const ids = (rows: readonly { id: number }[]) => rows.map(({ id }) => id);

Deno.test("exportAccount returns everything about an account, without the hash, and nothing about others", async () => {
  await withDatabase((database) => {
    fill(database);
    const store = new PersonalDataStore(database);
    const data = store.exportAccount(1)!;
    assert.equal(data.account.name, "Ada");
    assert.ok(!JSON.stringify(data).includes("hash"));
    assert.deepEqual(data.networks, [{ network: "10.11.12.13", lastLoginAt: 3 }]);
    assert.deepEqual(data.channels, [
      { channel: "#ada", joinedAt: null, hiddenTo: 0, maker: true, seen: 0 },
      { channel: "#général", joinedAt: 5, hiddenTo: 1, maker: false, seen: 2 },
    ]);
    assert.deepEqual(data.groups.map(({ name, isClass }) => [name, isClass]), [["2SLAM", true]]);
    assert.deepEqual(data.webSessions.map(({ id, client, expiresAt }) => [id, client, expiresAt]), [
      [1, "Firefox", 9],
    ]);
    assert.deepEqual(data.conversations, [{ peer: "bob", seen: 3 }]);
    assert.deepEqual(ids(data.privateMessages), [3, 4]);
    assert.deepEqual(data.undelivered, [4]);
    assert.deepEqual(ids(data.publicMessages), [1]);
    assert.deepEqual(data.bans.map(({ subject }) => subject), ["ada"]);
    assert.deepEqual(data.mutes.map(({ key }) => key), ["ada"]);
    assert.deepEqual(data.audit.map(({ action }) => action), ["topic", "kick"]);
    assert.equal(store.exportAccount(99), undefined);
  });
});

for (const publicMessages of [false, true]) {
  const how = publicMessages ? "public messages too" : "public messages without their sender";
  Deno.test(`erasing an account leaves none of its messages: ${how}`, async () => {
    await withDatabase((database) => {
      fill(database);
      const index = new TestIndex(database);
      index.step();
      const store = new PersonalDataStore(database);
      new PersonalDataStore(database).eraseAccount({ id: 1, key: "ada" }, { publicMessages });
      assert.equal(store.exportAccount(1), undefined);
      assert.deepEqual(new AccountStore(database).list().map(({ name }) => name), ["Bob"]);
      const left = [...new MessageStore(database).iterate({ includePrivate: true })];
      assert.deepEqual(ids(left), publicMessages ? [2, 5] : [1, 2, 5]);
      if (!publicMessages) {
        const { sender, senderAccount, content, extra } = left[0]!;
        assert.deepEqual([sender, senderAccount, content, extra], [
          ERASED_NAME,
          null,
          "pubada",
          null,
        ]);
      }
      const channels = [{ name: "#général", mark: 0 }];
      const find = (query: string) => index.ids(query, { channels, accountId: 2, limit: 9 });
      assert.deepEqual(find("secretone"), []);
      assert.deepEqual(find("pubada"), publicMessages ? [] : [1]);
      assert.deepEqual(find("bobalone"), [5]);
      assert.deepEqual(Array.from(new MailStore(database).pending(2), ({ id }) => id), [5]);
      assert.equal(new MailStore(database).count(), 1);
      assert.deepEqual(new SanctionStore(database).mutes(7), []);
      assert.equal(new SanctionStore(database).bans(7).length, 2);
      const { sqlite } = database;
      const rows = (table: string) => sqlite.prepare(`SELECT * FROM ${table}`).all();
      assert.deepEqual(rows("web_sessions").map((row) => row["token_hash"]), ["Bob"]);
      assert.deepEqual(rows("group_members").map((row) => row["account_id"]), [2, 2]);
      assert.deepEqual(rows("conversations").map((row) => row["peer_key"]), ["bob"]);
      assert.deepEqual(rows("read_marks"), []);
      assert.equal(new ChannelStore(database).find("#ada")?.createdBy, null);
      // A later user of the name is another user.
      const again = addAccount(database, "Ada");
      const data = store.exportAccount(again.id)!;
      assert.deepEqual([data.privateMessages, data.publicMessages, data.channels], [[], [], []]);
    });
  });
}

Deno.test("eraseMessages erases in steps", async () => {
  await withDatabase((database) => {
    fill(database);
    const store = new PersonalDataStore(database);
    const batch = { rows: 2, bytes: 100 };
    const erase = () => store.eraseMessages(1, { publicMessages: false }, batch);
    assert.deepEqual([erase(), erase(), erase(), erase()], [1, 1, 1, 0]);
  });
});

Deno.test("detachMessages keeps the messages with the name as text, in steps", async () => {
  await withDatabase((database) => {
    fill(database);
    const store = new PersonalDataStore(database);
    const accounts = new AccountStore(database);
    const detach = () => accounts.detachMessages(1, { rows: 1, bytes: 100 });
    assert.deepEqual([detach(), detach(), detach(), detach()], [1, 1, 1, 0]);
    const left = [...new MessageStore(database).iterate({ includePrivate: true })];
    assert.deepEqual(ids(left), [1, 2, 3, 4, 5]);
    assert.deepEqual(left.map(({ sender }) => sender), ["Ada", "Bob", "Ada", "Bob", "Bob"]);
    assert.equal(store.exportAccount(1)!.publicMessages.length, 0);
  });
});

Deno.test("an export does not block writers, and shows one state of the database", async () => {
  await withDatabase((database) => {
    fill(database);
    const other = new DatabaseSync(database.path);
    other.exec("PRAGMA busy_timeout = 0");
    readConsistently(database, () => {
      const { sqlite } = database;
      const count = () => sqlite.prepare("SELECT count(*) AS n FROM accounts").get()!["n"];
      const before = count();
      other.exec("DELETE FROM accounts WHERE name = 'Bob'");
      assert.equal(count(), before);
    });
    other.close();
    assert.equal(database.sqlite.isTransaction, false);
    assert.equal(new AccountStore(database).list().length, 1);
  });
});
