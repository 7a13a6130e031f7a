// Tests of how many messages may be kept for one account, and of the work to deliver them.
import assert from "node:assert/strict";
import { setImmediate } from "node:timers/promises";
import { Mailbox } from "../../../lib/chat/delivery/mailbox.ts";
import { MailQuota } from "../../../lib/chat/delivery/mail_quota.ts";
import type { ServerObserver } from "../../../lib/chat/observer.ts";
import type { Session } from "../../../lib/chat/presence/session.ts";
import type { MailStore, MailUsage } from "../../../lib/store/mail.ts";
import type { StoredMessage } from "../../../lib/store/messages.ts";
import { type FakeChat, type FakePeer, makeChat } from "../fakes.ts";
import { guest, member } from "../people.ts";

async function codes(chat: FakeChat, from: FakePeer, count: number): Promise<unknown[]> {
  for (let i = 0; i < count; i++) await from.say({ type: "private", to: "bob", content: `${i}` });
  chat.turn();
  return from.take().filter(({ type }) => type === "error").map(({ code, error }) =>
    `${code} ${error}`
  );
}

Deno.test("a full mailbox rejects messages with an error for the sender", async () => {
  const chat = makeChat({ bob: "1234", ada: "1234", eve: "1234" });
  Object.assign(chat.services.limits, { mailMessages: 8, mailBytes: 0 });
  const [ada, eve, gus, ida] = [
    await member(chat, "ada"),
    await member(chat, "eve"),
    await guest(chat, "gus"),
    await guest(chat, "ida"),
  ];
  const own =
    "forbidden Not sent: too many of your messages are waiting for bob, who must log in first.";
  const full = "forbidden Not sent: too many messages are waiting for bob, who must log in first.";
  assert.deepEqual(await codes(chat, ada, 3), [own]);
  assert.deepEqual(await codes(chat, gus, 3), []);
  assert.deepEqual(await codes(chat, ida, 2), [own], "guests share");
  assert.deepEqual(await codes(chat, eve, 3), [full]);
  const bob = chat.connect();
  await bob.say({ type: "login", username: "bob", password: "1234", ref: "1" });
  chat.turn();
  assert.equal(bob.take().filter(({ type }) => type === "message").length, 8);
  bob.consumer.ended("client");
  assert.deepEqual(await codes(chat, ada, 1), [], "it was emptied");
});

Deno.test("bytes count as well, but one long message always fits", () => {
  const quota = new MailQuota(
    { usage: () => new Map() },
    { mailMessages: 0, mailBytes: 1_000 },
    () => 0,
  );
  const add = (sender: number | null, bytes: number) => quota.add({ accountId: 1, sender, bytes });
  assert.equal(add(1, 900), undefined);
  assert.equal(add(1, 10), "share");
  assert.equal(add(2, 200), "full");
  assert.equal(add(2, 100), undefined);
});

Deno.test("the messages of a mailbox are counted rarely, even while it is full", () => {
  let now = 0;
  let counted = 0;
  let usage = new Map<number | null, MailUsage>([[1, { messages: 10, bytes: 10 }]]);
  const store = {
    usage() {
      counted++;
      return new Map(usage);
    },
  };
  const quota = new MailQuota(store, { mailMessages: 10, mailBytes: 0 }, () => now);
  const add = () => quota.add({ accountId: 1, sender: 2, bytes: 1 });
  for (let i = 0; i < 100; i++) assert.equal(add(), "full");
  assert.equal(counted, 1);
  usage = new Map();
  now += 10_000;
  assert.deepEqual([add(), add(), add()], [undefined, undefined, "share"]);
  assert.equal(counted, 2);
  quota.changed(1);
  assert.equal(add(), undefined);
  assert.equal(counted, 3);
});

/** A mailbox over kept messages in memory, with counters for the work. */
function countedMailbox(letters: Map<number, number[]>, bytes: number) {
  const work = { rows: 0, rowsOfTurn: 0, mostOfTurn: 0 };
  const content = "x".repeat(bytes);
  const store = {
    *pending(accountId: number) {
      for (const id of letters.get(accountId)!) {
        work.rows++;
        work.rowsOfTurn++;
        work.mostOfTurn = Math.max(work.mostOfTurn, work.rowsOfTurn);
        yield {
          id,
          subtype: "private",
          sender: "a",
          recipient: "b",
          content,
          extra: null,
          sentAt: 0,
        };
      }
    },
    delivered(accountId: number, ids: readonly number[]) {
      letters.set(accountId, letters.get(accountId)!.slice(ids.length));
    },
  };
  const observer = new Proxy({} as ServerObserver, { get: () => () => {} });
  const mailbox = new Mailbox({
    store: store as unknown as MailStore & { pending(): Iterable<StoredMessage> },
    observer,
    limits: { mailMessages: 0, mailBytes: 0 },
  });
  /** A connection that takes all bytes immediately. */
  function connect(accountId: number): { session: Session; got: () => number } {
    let got = 0;
    const session = {
      peer: { closed: false, heardAt: 0 },
      user: { accountId, sessions: new Set() },
      sendMissed(lines: string, written: () => void) {
        got += lines.split("\n").length - 1;
        queueMicrotask(written);
      },
    };
    return { session: session as unknown as Session, got: () => got };
  }
  return { mailbox, work, connect };
}

Deno.test("1,900 messages of 63 KB are read once each, a few per turn of the event loop", async () => {
  const ids = Array.from({ length: 1_900 }, (_, i) => i);
  const { mailbox, work, connect } = countedMailbox(new Map([[1, ids]]), 63 * 1024);
  const { session, got } = connect(1);
  mailbox.deliver(session, 1);
  while (got() < 1_900) {
    await setImmediate();
    work.rowsOfTurn = 0;
  }
  assert.equal(work.rows, 1_900);
  // The first count covers two turns.
  assert.ok(work.mostOfTurn <= 6, `${work.mostOfTurn} rows in one turn`);
});

Deno.test("accounts that receive their kept messages at the same time share the turns", async () => {
  const accounts = Array.from({ length: 50 }, (_, i) => i);
  const letters = new Map(accounts.map((id) => [id, Array.from({ length: 20 }, (_, i) => i)]));
  const { mailbox, work, connect } = countedMailbox(letters, 63 * 1024);
  const connections = accounts.map((id) => ({ id, ...connect(id) }));
  for (const { id, session } of connections) mailbox.deliver(session, id);
  const progress: number[] = [];
  while (connections.some(({ got }) => got() < 20)) {
    await setImmediate();
    work.rowsOfTurn = 0;
    const counts = connections.map(({ got }) => got());
    progress.push(Math.max(...counts) - Math.min(...counts));
  }
  assert.equal(work.rows, 50 * 20);
  // The first count covers two turns.
  assert.ok(work.mostOfTurn <= 6, `${work.mostOfTurn} rows in one turn`);
  assert.ok(Math.max(...progress) <= 2, "one account is ahead of the others");
});
