// Tests of lib/store: the database, accounts, messages, and the server lock.
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { nameKey } from "../../lib/protocol/names.ts";
import { AccountStore } from "../../lib/store/accounts.ts";
import { openDatabase } from "../../lib/store/database.ts";
import { asStoreError, NameTaken, StoreError, type StoreFailure } from "../../lib/store/errors.ts";
import { APPLICATION_ID, readPragma } from "../../lib/store/inspect.ts";
import { KnownNetworkStore } from "../../lib/store/known_networks.ts";
import { MessageStore } from "../../lib/store/messages.ts";
import { SCHEMA_VERSION } from "../../lib/store/migrations.ts";
import { SanctionStore } from "../../lib/store/sanctions.ts";
import { lockForServer, ServerRunning } from "../../lib/store/server_lock.ts";
import { addAccount, withDatabase } from "../support/database.ts";
import { withDirectory } from "../support/directory.ts";
import { newMessage } from "../support/messages.ts";

function refusal(path: string): StoreError {
  try {
    openDatabase(path, { synchronous: "normal" }).close();
  } catch (error) {
    if (error instanceof StoreError) return error;
    throw error;
  }
  assert.fail("the database was opened");
}

Deno.test("openDatabase creates a database that only its owner can read, and opens it again", async () => {
  await withDirectory((path) => {
    const dataDir = `${path}/new/data`;
    for (let time = 0; time < 2; time++) {
      const { sqlite, close } = openDatabase(dataDir, { synchronous: "full" });
      assert.equal(readPragma(sqlite, "application_id"), APPLICATION_ID);
      assert.equal(readPragma(sqlite, "user_version"), SCHEMA_VERSION);
      assert.equal(readPragma(sqlite, "synchronous"), 2);
      assert.equal(readPragma(sqlite, "foreign_keys"), 1);
      assert.equal(sqlite.prepare("PRAGMA journal_mode").get()!["journal_mode"], "wal");
      close();
    }
    assert.equal(Deno.statSync(dataDir).mode! & 0o777, 0o700);
    assert.equal(Deno.statSync(`${dataDir}/classcord.db`).mode! & 0o777, 0o600);
  });
});

Deno.test("openDatabase rejects other files and leaves them unchanged", async () => {
  const cases: Record<string, [StoreFailure, (file: string) => void]> = {
    "another program's database": ["foreign", (file) => {
      const other = new DatabaseSync(file);
      other.exec("CREATE TABLE t (x); PRAGMA application_id = 7");
      other.close();
    }],
    "a newer schema": ["newer", (file) => {
      const newer = new DatabaseSync(file);
      newer.exec(`PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = 999`);
      newer.close();
    }],
    "no database": ["corrupt", (file) => Deno.writeTextFileSync(file, "text ".repeat(2000))],
    "a directory": ["io", (file) => Deno.mkdirSync(file)],
  };
  for (const [what, [kind, make]] of Object.entries(cases)) {
    await withDirectory((path) => {
      const file = `${path}/classcord.db`;
      make(file);
      const before = Deno.statSync(file).isFile ? Deno.readFileSync(file) : undefined;
      const error = refusal(path);
      assert.equal(error.kind, kind, what);
      assert.ok(error.message.includes(file), error.message);
      if (before !== undefined) assert.deepEqual(Deno.readFileSync(file), before, what);
    });
  }
});

Deno.test("openDatabase detects an overwritten page", async () => {
  await withDirectory((path) => {
    const database = openDatabase(path, { synchronous: "normal" });
    const store = new MessageStore(database);
    store.append(Array.from({ length: 500 }, () => newMessage({ content: "x".repeat(200) })));
    database.close();
    const file = Deno.openSync(database.path, { write: true });
    file.seekSync(4096 * 8, Deno.SeekMode.Start);
    file.writeSync(new Uint8Array(4096 * 4).fill(0xa5));
    file.close();
    const error = refusal(path);
    assert.equal(error.kind, "corrupt");
    assert.match(error.message, /classcord restore/);
  });
});

Deno.test("AccountStore finds an account by its key and rejects a second one", async () => {
  await withDatabase((database) => {
    const store = new AccountStore(database);
    const made = addAccount(database, "Élodie");
    assert.deepEqual(store.findByKey(nameKey("ÉLODIE")), made);
    assert.equal(made.role, "member");
    assert.throws(() => addAccount(database, "élodie"), NameTaken);
    store.setRole(made.id, "admin");
    store.setDisabled(made.id, 5);
    new KnownNetworkStore(database).noteLogin(made.id, "10.0.0.5", 6);
    store.setPasswordHash(made.id, "other");
    const { role, disabledAt, lastLoginAt, passwordHash } = store.findByKey(made.key)!;
    assert.deepEqual([role, disabledAt, lastLoginAt, passwordHash], ["admin", 5, 6, "other"]);
  });
});

// As on a full disk: the row exists until the commit fails.
Deno.test("an account or a ban whose commit fails throws an error", async () => {
  await withDatabase((database) => {
    database.sqlite.exec(`
      CREATE TABLE orphan (account REFERENCES accounts (id) DEFERRABLE INITIALLY DEFERRED);
      CREATE TRIGGER a AFTER INSERT ON accounts BEGIN INSERT INTO orphan VALUES (-1); END;
      CREATE TRIGGER b AFTER INSERT ON bans BEGIN INSERT INTO orphan VALUES (-1); END;
    `);
    assert.throws(() => addAccount(database, "zoe"), /FOREIGN KEY/);
    const bans = new SanctionStore(database);
    const ban = { kind: "user", subject: "eve", name: "Eve", reason: "", by: "ada" } as const;
    assert.throws(() => bans.ban({ ...ban, now: 1, until: null }), /FOREIGN KEY/);
    assert.deepEqual([new AccountStore(database).list(), bans.bans(2)], [[], []]);
  });
});

Deno.test("a full or failing disk is not treated as a bug", () => {
  for (const text of ["database or disk is full", "disk I/O error"]) {
    const error = asStoreError(new Error(text), "/srv/classcord.db");
    assert.ok(error instanceof StoreError && error.kind === "io");
    assert.equal(error.message, `/srv/classcord.db: ${text}`);
  }
});

Deno.test("AccountStore deletes an account and keeps its messages, with the name as text", async () => {
  await withDatabase((database) => {
    const store = new AccountStore(database);
    const { id } = addAccount(database, "bob");
    const messages = new MessageStore(database);
    messages.append([newMessage({ sender: "bob", senderAccount: id })]);
    store.delete(id);
    assert.deepEqual(store.list(), []);
    const [kept] = [...messages.iterate()];
    assert.deepEqual([kept?.sender, kept?.senderAccount], ["bob", null]);
  });
});

Deno.test("MessageStore stores a batch completely or not at all, and never reuses an id", async () => {
  await withDatabase((database) => {
    const messages = new MessageStore(database);
    assert.deepEqual(messages.append([newMessage(), newMessage()]), [1, 2]);
    const impossible = newMessage({ subtype: "other" as "global" });
    assert.throws(() => messages.append([newMessage(), impossible]));
    assert.equal(messages.count(), 2);
    database.sqlite.exec("DELETE FROM messages");
    assert.deepEqual(messages.append([newMessage()]), [3]);
  });
});

Deno.test("MessageStore reads stored messages, filtered", async () => {
  await withDatabase((database) => {
    const messages = new MessageStore(database);
    const first = newMessage({ sentAt: 10, extra: '{"mood":1.0}', content: "é € '\n" });
    const secret = newMessage({
      sentAt: 20,
      subtype: "private",
      sender: "Bob",
      recipient: "carol",
      channel: null,
    });
    const last = newMessage({ sentAt: 30, sender: "carol" });
    messages.append([first, secret, last]);
    const ids = (filter: Parameters<MessageStore["iterate"]>[0]) =>
      [...messages.iterate(filter)].map(({ id }) => id);
    assert.deepEqual([...messages.iterate()][0], { ...first, id: 1 });
    assert.deepEqual(ids({}), [1, 3]);
    assert.deepEqual(ids({ includePrivate: true }), [1, 2, 3]);
    assert.deepEqual(ids({ from: 20, before: 30, includePrivate: true }), [2]);
    assert.deepEqual(ids({ userKey: "carol", includePrivate: true }), [2, 3]);
    assert.deepEqual(ids({ userKey: "bob" }), []);
  });
});

Deno.test("lockForServer allows one server, and the next one after the release", async () => {
  await withDirectory((path) => {
    const lock = lockForServer(path);
    assert.throws(() => lockForServer(path), (error: Error) => {
      assert.ok(error instanceof ServerRunning);
      assert.ok(error.message.includes(String(Deno.pid)), error.message);
      return true;
    });
    lock.release();
    lockForServer(path).release();
  });
});
