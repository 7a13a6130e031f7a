// Tests of lib/store/channels.ts and lib/store/mail.ts.
import assert from "node:assert/strict";
import { nameKey } from "../../lib/protocol/names.ts";
import { AccountStore } from "../../lib/store/accounts.ts";
import { ChannelStore } from "../../lib/store/channels.ts";
import { NameTaken } from "../../lib/store/errors.ts";
import { MailStore } from "../../lib/store/mail.ts";
import { MessageStore } from "../../lib/store/messages.ts";
import { addAccount, withDatabase } from "../support/database.ts";
import { newMessage } from "../support/messages.ts";

Deno.test("ChannelStore has #général from the start, and stores new channels and changes", async () => {
  await withDatabase((database) => {
    const store = new ChannelStore(database);
    const [general] = store.list();
    assert.deepEqual([general?.name, general?.key], ["#général", nameKey("#général")]);
    const { id: ada } = addAccount(database, "Ada");
    const make = { name: "#Dev", key: "#dev", createdBy: ada, now: 5 };
    const dev = store.create({ ...make, topic: "code", roles: ["moderator"], accounts: ["bob"] });
    assert.deepEqual(store.find("#dev"), dev);
    assert.deepEqual(dev, {
      id: dev.id,
      name: "#Dev",
      key: "#dev",
      topic: "code",
      roles: ["moderator"],
      accounts: ["bob"],
      invited: [],
      groups: [],
      readOnly: false,
      closed: false,
      kept: false,
      hiddenTo: 0,
      createdBy: ada,
      createdAt: 5,
    });
    assert.throws(() => store.create(make), NameTaken);
    const changed = store.update(dev.id, { topic: "", readOnly: true, closed: true });
    assert.deepEqual(changed, { ...dev, topic: "", readOnly: true, closed: true });
    assert.equal(store.update(dev.id, { kept: true }).kept, true);
    assert.equal(store.update(dev.id, { kept: false }).kept, false);
    const admitting = store.update(dev.id, { groups: ["2slam"] });
    assert.deepEqual(admitting, { ...changed, kept: false, groups: ["2slam"] });
    assert.deepEqual(store.find("#dev"), admitting);
    const opened = store.update(dev.id, { roles: [], accounts: [], groups: [], readOnly: false });
    assert.deepEqual(opened, { ...changed, roles: [], accounts: [], readOnly: false });
    assert.deepEqual(store.find("#dev"), opened);
    assert.throws(() => store.update(99, { topic: "x" }), /99/);
    new AccountStore(database).delete(ada);
    assert.equal(store.find("#dev")?.createdBy, null);
  });
});

Deno.test("ChannelStore stores members, until their account or channel is deleted", async () => {
  await withDatabase((database) => {
    const store = new ChannelStore(database);
    const [ada, bob] = ["Ada", "Bob"].map((name) => addAccount(database, name).id);
    const general = store.find("#général")!.id;
    const dev = store.create({ name: "#dev", key: "#dev", createdBy: null, now: 1 }).id;
    for (const account of [ada!, bob!]) {
      store.addMember(general, account, 1);
      store.addMember(dev, account, 1);
      store.addMember(dev, account, 2);
    }
    store.removeMember(general, ada!);
    assert.deepEqual(store.membersOf(ada!), [dev]);
    assert.deepEqual(store.membersOf(bob!), [general, dev]);
    store.delete(dev);
    assert.deepEqual(store.membersOf(bob!), [general]);
    new AccountStore(database).delete(bob!);
    assert.deepEqual(store.membersOf(bob!), []);
  });
});

Deno.test("ChannelStore keeps the greatest expulsion mark of an account or a guest", async () => {
  await withDatabase((database) => {
    const store = new ChannelStore(database);
    const general = store.find("#général")!.id;
    const { id } = addAccount(database, "Ada");
    const account = { accountId: id, key: "ada" };
    const guest = { accountId: null, key: "ada" };
    assert.equal(store.marksOf(account).get(general) ?? 0, 0);
    store.expel(general, account, 7);
    store.expel(general, account, 3);
    assert.equal(store.marksOf(account).get(general) ?? 0, 7);
    assert.equal(store.marksOf(guest).get(general) ?? 0, 0);
    store.expel(general, guest, 2);
    store.expel(general, guest, 4);
    assert.deepEqual([...store.marksOf(guest)], [[general, 4]]);
    assert.deepEqual([...store.marksOf(account)], [[general, 7]]);
  });
});

Deno.test("ChannelStore deletes a channel with its messages, and no other messages", async () => {
  await withDatabase((database) => {
    const store = new ChannelStore(database);
    const messages = new MessageStore(database);
    const dev = store.create({ name: "#dev", key: "#dev", createdBy: null, now: 1 });
    store.expel(dev.id, { accountId: null, key: "bob" }, 1);
    messages.append([newMessage({ channel: "#dev" }), newMessage()]);
    store.delete(dev.id);
    assert.equal(store.find("#dev"), undefined);
    assert.deepEqual([...messages.iterate()].map(({ id }) => id), [2]);
    assert.equal(store.marksOf({ accountId: null, key: "bob" }).size, 0);
    assert.notEqual(store.create({ ...dev, now: 1 }).id, dev.id);
  });
});

Deno.test("MailStore keeps messages until they are delivered or their account is deleted", async () => {
  await withDatabase((database) => {
    const [ada, bob] = ["Ada", "Bob"].map((name) => addAccount(database, name).id);
    const to = (account: number | null) =>
      newMessage({
        subtype: "private",
        channel: null,
        recipient: "x",
        recipientAccount: account,
        undelivered: true,
      });
    new MessageStore(database).append([to(ada!), to(bob!), { ...to(ada!), content: "b" }, to(99)]);
    const mail = new MailStore(database);
    assert.equal(mail.count(), 3);
    assert.deepEqual(Array.from(mail.pending(ada!), ({ id }) => id), [1, 3]);
    assert.equal([...mail.pending(ada!)][1]?.content, "b");
    mail.delivered(ada!, [1, 2]);
    assert.deepEqual(Array.from(mail.pending(ada!), ({ id }) => id), [3]);
    assert.deepEqual(Array.from(mail.pending(bob!), ({ id }) => id), [2]);
    new AccountStore(database).delete(bob!);
    assert.equal(mail.count(), 1);
    mail.delivered(ada!, [3]);
    assert.equal(mail.count(), 0);
    assert.equal(new MessageStore(database).count(), 4);
  });
});
