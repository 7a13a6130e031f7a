// Tests of lib/store/search/index_file.ts: an index that is missing, damaged or from another database is rebuilt.
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { openDatabase } from "../../../lib/store/database.ts";
import { MessageStore } from "../../../lib/store/messages.ts";
import { IndexFile, removeIndexFile } from "../../../lib/store/search/index_file.ts";
import { withDirectory } from "../../support/directory.ts";
import { newMessage } from "../../support/messages.ts";

const SCOPE = { channels: [{ name: "#général", mark: 0 }], accountId: null, limit: 10 };
const LONG = "x ".repeat(4_000);
const MANY = 600;

function edit(path: string, sql: string): void {
  const sqlite = new DatabaseSync(path);
  sqlite.exec(sql);
  sqlite.close();
}

/** Overwrites everything except the first page. */
function damage(path: string): void {
  const bytes = Deno.readFileSync(path);
  bytes.fill(0x55, 4096);
  Deno.writeFileSync(path, bytes);
}

const SPOILED: Record<string, (path: string) => void | Promise<void>> = {
  "text": (path) => Deno.writeTextFileSync(path, "not a database, but a text of some length\n"),
  "damaged": damage,
  "truncated": (path) => Deno.truncateSync(path, 8192),
  "a directory": (path) => {
    Deno.removeSync(path);
    Deno.mkdirSync(`${path}/inside`, { recursive: true });
  },
  "a FIFO": async (path) => {
    Deno.removeSync(path);
    await new Deno.Command("mkfifo", { args: [path] }).output();
  },
  "of another program": (path) => {
    Deno.removeSync(path);
    edit(path, "CREATE TABLE state (id INTEGER); INSERT INTO state VALUES (1)");
  },
  "of an older version": (path) => edit(path, "PRAGMA user_version = 0"),
  "folded differently": (path) => edit(path, "UPDATE state SET folding = '0 15.0'"),
  "of another database": (path) => edit(path, "UPDATE state SET database = 'another'"),
  "of a later state": (path) => edit(path, "UPDATE state SET indexed_to = 1000000"),
  "without its state": (path) => edit(path, "DELETE FROM state"),
  "without its table": (path) => edit(path, "DROP TABLE state"),
  "without its words": (path) => edit(path, "DROP TABLE words"),
};

for (const [what, spoil] of Object.entries(SPOILED)) {
  Deno.test(`an index that is ${what} is rebuilt, and a search reports that it is incomplete`, async () => {
    await withDirectory(async (path) => {
      const database = openDatabase(path, { synchronous: "normal" });
      new MessageStore(database).append([
        newMessage({ content: "premier" }),
        ...Array.from({ length: MANY }, () => newMessage({ content: LONG })),
        newMessage({ content: "dernier" }),
      ]);
      const find = (file: IndexFile, query: string, told: string[]) =>
        file.use((index) => index.find(query, SCOPE, 60_000), (why) => void told.push(why));
      const wholeIn = (file: IndexFile) => {
        for (;;) {
          const { messages, complete } = find(file, "dernier", told);
          assert.equal(messages.length, complete ? 1 : 0);
          if (complete) return;
        }
      };
      const told: string[] = [];
      const first = new IndexFile(path);
      wholeIn(first);
      assert.deepEqual(told, [], "one that is missing is made without a word");
      first.close();
      await spoil(`${path}/search.db`);
      const second = new IndexFile(path);
      const { messages, complete } = find(second, "premier", told);
      assert.deepEqual([messages.length, complete, told.length], [1, false, 1], told.join());
      wholeIn(second);
      assert.equal(told.length, 1);
      second.close();
      database.close();
    });
  });
}

Deno.test("removing an index removes its companion files, and removing it again does nothing", async () => {
  await withDirectory((path) => {
    const database = openDatabase(path, { synchronous: "normal" });
    const file = new IndexFile(path);
    assert.equal(file.exists(), false);
    file.use(() => {}, assert.fail);
    assert.equal(file.exists(), true);
    removeIndexFile(path);
    removeIndexFile(path);
    assert.equal(file.exists(), false);
    file.close();
    database.close();
  });
});

Deno.test("only its owner can read an index", async () => {
  await withDirectory((path) => {
    const database = openDatabase(path, { synchronous: "normal" });
    const file = new IndexFile(path);
    file.use(() => {}, assert.fail);
    assert.equal(Deno.statSync(`${path}/search.db`).mode! & 0o777, 0o600);
    file.close();
    database.close();
  });
});
