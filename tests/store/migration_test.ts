// Tests of migrations: a database of the first version is migrated with all its data.
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { AccountStore } from "../../lib/store/accounts.ts";
import { ChannelStore } from "../../lib/store/channels.ts";
import { openDatabase } from "../../lib/store/database.ts";
import { APPLICATION_ID, readPragma } from "../../lib/store/inspect.ts";
import { HistoryStore } from "../../lib/store/history.ts";
import { ReadMarkStore } from "../../lib/store/page/read_marks.ts";
import { MessageStore } from "../../lib/store/messages.ts";
import { SCHEMA_VERSION } from "../../lib/store/migrations.ts";
import { addAccount } from "../support/database.ts";
import { withDirectory } from "../support/directory.ts";
import { newMessage } from "../support/messages.ts";
import { TestIndex } from "../support/search.ts";
import { SCHEMA_V1 } from "../support/schema_v1.ts";

const MANY = 20_000;

/** Creates the file as the first version wrote it: two accounts, many public messages, two private ones. */
function makeVersion1(path: string): void {
  const sqlite = new DatabaseSync(path);
  sqlite.exec(`
    PRAGMA journal_mode = WAL;
    PRAGMA foreign_keys = ON;
    BEGIN;
    ${SCHEMA_V1}
    PRAGMA application_id = ${APPLICATION_ID};
    PRAGMA user_version = 1;
    INSERT INTO accounts (name, key, password_hash, role, created_at, last_login_at)
      VALUES ('Ada', 'ada', '$argon2id$1', 'admin', 10, 20),
             ('Élodie', 'élodie', '$argon2id$2', 'member', 11, NULL);
    WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${MANY})
      INSERT INTO messages (sent_at, subtype, sender, sender_account, channel, content, extra)
      SELECT 1000 + i, 'global', iif(i % 2, 'Ada', 'bob'), iif(i % 2, 1, NULL), '#général',
             'message numéro ' || i, iif(i = 1, '{"mood":1.0}', NULL)
        FROM n;
    INSERT INTO messages
        (sent_at, subtype, sender, sender_account, recipient, recipient_account, content)
      VALUES (99999, 'private', 'Ada', 1, 'Élodie', 2, 'un secret'),
             (99999, 'private', 'Ada', 1, 'bob', NULL, 'autre secret');
    DELETE FROM messages WHERE id = 17;
    COMMIT;
  `);
  sqlite.close();
}

Deno.test("a database of the first version keeps its accounts and messages, and gets history and search", async () => {
  await withDirectory((path) => {
    makeVersion1(`${path}/classcord.db`);
    for (const time of ["migrated", "opened again"]) {
      const database = openDatabase(path, { synchronous: "normal" });
      assert.equal(readPragma(database.sqlite, "user_version"), SCHEMA_VERSION, time);
      const accounts = new AccountStore(database).list();
      assert.deepEqual(
        accounts.map((
          { name, key, passwordHash, role, createdAt, lastLoginAt },
        ) => [name, key, passwordHash, role, createdAt, lastLoginAt]),
        [
          ["Ada", "ada", "$argon2id$1", "admin", 10, 20],
          ["Élodie", "élodie", "$argon2id$2", "member", 11, null],
        ],
      );
      assert.equal(new MessageStore(database).count(), MANY + 1);
      const history = new HistoryStore(database);
      const ids = ({ messages }: { messages: readonly { id: number }[] }) =>
        messages.map(({ id }) => id);
      const page = (page: { limit: number; after?: number }) =>
        ids(history.channel("#général", { after0: 0, ...page }));
      assert.deepEqual(page({ limit: 3 }), [MANY - 2, MANY - 1, MANY]);
      assert.deepEqual(page({ limit: 3, after: 15 }), [16, 18, 19]);
      assert.deepEqual(
        ids(history.conversation(2, { accountId: 1, key: "ada" }, { limit: 9 })),
        [MANY + 1],
      );
      assert.deepEqual(
        ids(history.conversation(1, { accountId: null, key: "bob" }, { limit: 9 })),
        [MANY + 2],
      );
      const index = new TestIndex(database);
      index.step();
      const channels = [{ name: "#général", mark: 0 }];
      const find = (query: string, accountId: number | null) =>
        index.ids(query, { channels, accountId, limit: 5 });
      assert.deepEqual(find("numero 12345", null), [12_345]);
      assert.deepEqual(find("numero 17 ", null), []);
      assert.deepEqual(find("secret", 2), [MANY + 1]);
      assert.deepEqual(find("secret", 1), [MANY + 2, MANY + 1]);
      // Nothing of what was said before is unread, and the conversations are known.
      const marks = new ReadMarkStore(database);
      assert.deepEqual([1, 2].map((id) => marks.startOf(id)), [MANY + 2, MANY + 2]);
      const talks = (id: number) => marks.conversations(id, 9).map(({ peerKey }) => peerKey);
      assert.deepEqual([talks(1), talks(2)], [["bob", "élodie"], ["ada"]]);
      assert.equal(history.find(1)?.extra, '{"mood":1.0}');
      assert.deepEqual(new ChannelStore(database).list().map(({ name }) => name), ["#général"]);
      assert.equal(database.sqlite.prepare("PRAGMA foreign_key_check").get(), undefined);
      database.close();
    }
    const database = openDatabase(path, { synchronous: "normal" });
    assert.deepEqual(new MessageStore(database).append([newMessage()]), [MANY + 3]);
    // The id of a deleted account is never reused, although the first version would have done so.
    new AccountStore(database).delete(2);
    assert.equal(addAccount(database, "Zoé").id, 3);
    database.close();
  });
});

Deno.test("a failed migration leaves the database unchanged", async () => {
  await withDirectory((path) => {
    const file = `${path}/classcord.db`;
    makeVersion1(file);
    const sqlite = new DatabaseSync(file);
    sqlite.exec("CREATE TABLE audit (x)");
    sqlite.close();
    assert.throws(() => openDatabase(path, { synchronous: "normal" }), /audit/);
    const after = new DatabaseSync(file);
    assert.equal(readPragma(after, "user_version"), 1);
    const tables = after.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all();
    assert.ok(!tables.some(({ name }) => name === "channels"));
    after.close();
  });
});
