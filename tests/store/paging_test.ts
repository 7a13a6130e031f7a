// Properties of paging: each visible message appears exactly once, and no hidden message appears.
import assert from "node:assert/strict";
import fc from "fast-check";
import { HistoryStore, type Messages } from "../../lib/store/history.ts";
import { MessageStore, type NewMessage, type StoredMessage } from "../../lib/store/messages.ts";
import { addAccount, withDatabase } from "../support/database.ts";
import { newMessage } from "../support/messages.ts";

type Bounds = { readonly limit: number; readonly before?: number; readonly after?: number };

function readBack(read: (page: Bounds) => Messages, limits: readonly number[]): StoredMessage[] {
  let all: StoredMessage[] = [];
  for (let turn = 0;; turn++) {
    const limit = limits[turn % limits.length]!;
    const page = read(all.length === 0 ? { limit } : { limit, before: all[0]!.id });
    assert.ok(page.messages.length <= limit);
    all = [...page.messages, ...all];
    if (!page.more) return all;
  }
}

function readForth(read: (page: Bounds) => Messages, limits: readonly number[]): StoredMessage[] {
  const all: StoredMessage[] = [];
  for (let turn = 0;; turn++) {
    const limit = limits[turn % limits.length]!;
    const page = read({ limit, after: all.at(-1)?.id ?? 0 });
    all.push(...page.messages);
    if (!page.more) return all;
  }
}

const limits = fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 5 });
const channels = fc.array(fc.constantFrom("#a", "#b", null), { maxLength: 40 });

Deno.test("paging a channel returns each message after the mark exactly once, in both directions", async () => {
  await withDatabase((database) => {
    const messages = new MessageStore(database);
    const history = new HistoryStore(database);
    fc.assert(
      fc.property(
        channels,
        limits,
        fc.nat(40),
        fc.array(fc.nat(39)),
        (where, limits, mark, gone) => {
          database.sqlite.exec("DELETE FROM messages");
          const base = history.lastId();
          messages.append(where.map((channel) =>
            newMessage(
              channel === null ? { channel, subtype: "private", recipient: "bob" } : { channel },
            )
          ));
          gone.forEach((id) => history.delete(base + id));
          const expected = [...messages.iterate({ channel: "#a" })]
            .filter(({ id }) => id > base + mark);
          const read = (page: Bounds) => history.channel("#a", { ...page, after0: base + mark });
          assert.deepEqual(readBack(read, limits), expected);
          assert.deepEqual(readForth(read, limits), expected);
          // No request returns a message at or before the mark.
          for (const bound of [0, base, base + mark]) {
            for (const page of [{ before: bound }, { after: bound }, { after: 0, before: bound }]) {
              assert.ok(read({ limit: 50, ...page }).messages.every(({ id }) => id > base + mark));
            }
          }
          assert.deepEqual(read({ limit: 50, before: base + mark + 1 }).messages, []);
        },
      ),
      { numRuns: 60 },
    );
  });
});

Deno.test("paging a conversation returns each message between its two users exactly once, and no others", async () => {
  await withDatabase((database) => {
    const messages = new MessageStore(database);
    const history = new HistoryStore(database);
    const names = ["ada", "bob", "eve"];
    const accounts = names.map((name) => addAccount(database, name).id);
    // The last two are guests. One of them has the name of an account.
    const people = [...names, "ada", "zoé"].map((name, i) => ({
      name,
      accountId: accounts[i] ?? null,
    }));
    const pairs = fc.array(fc.tuple(fc.nat(4), fc.nat(4)), { maxLength: 40 });
    fc.assert(
      fc.property(pairs, limits, fc.nat(2), fc.nat(4), (pairs, limits, me, other) => {
        database.sqlite.exec("DELETE FROM messages");
        messages.append(pairs.map(([from, to]): NewMessage =>
          newMessage({
            subtype: "private",
            channel: null,
            sender: people[from]!.name,
            senderAccount: people[from]!.accountId,
            recipient: people[to]!.name,
            recipientAccount: people[to]!.accountId,
          })
        ));
        const between = pairs.map(([from, to], i) => ({ from, to, i }))
          .filter(({ from, to }) => (from === me && to === other) || (from === other && to === me));
        const [first] = [...messages.iterate({ includePrivate: true })];
        const expected = between.map(({ i }) => first!.id + i);
        const { name, accountId } = people[other]!;
        const read = (page: Bounds) =>
          history.conversation(accounts[me]!, { accountId, key: name }, page);
        const ids = (found: StoredMessage[]) => found.map(({ id }) => id);
        assert.deepEqual(ids(readBack(read, limits)), expected);
        assert.deepEqual(ids(readForth(read, limits)), expected);
      }),
      { numRuns: 60 },
    );
  });
});
