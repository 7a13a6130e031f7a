// Tests of the import of users.pkl. The pickles were made by Python's pickle module.
import assert from "node:assert/strict";
import fc from "fast-check";
import { importUsers, PickleError, readPickle } from "../../lib/ops/import_users.ts";
import { nameKey } from "../../lib/protocol/names.ts";
import { AccountStore } from "../../lib/store/accounts.ts";
import { openDatabase } from "../../lib/store/database.ts";
import { withDirectory } from "../support/directory.ts";

/** {"Élodie": "été", "bob": "1234"}, by protocol; 0 has ASCII only. */
const PICKLES: Record<number, string> = {
  0: "KGRwMApWRWxvZGllCnAxClZldGUKcDIKc1Zib2IKcDMKVjEyMzQKcDQKcy4=",
  1: "fXEAKFgHAAAAw4lsb2RpZXEBWAUAAADDqXTDqXECWAMAAABib2JxA1gEAAAAMTIzNHEEdS4=",
  2: "gAJ9cQAoWAcAAADDiWxvZGllcQFYBQAAAMOpdMOpcQJYAwAAAGJvYnEDWAQAAAAxMjM0cQR1Lg==",
  3: "gAN9cQAoWAcAAADDiWxvZGllcQFYBQAAAMOpdMOpcQJYAwAAAGJvYnEDWAQAAAAxMjM0cQR1Lg==",
  4: "gASVJAAAAAAAAAB9lCiMB8OJbG9kaWWUjAXDqXTDqZSMA2JvYpSMBDEyMzSUdS4=",
  5: "gAWVJAAAAAAAAAB9lCiMB8OJbG9kaWWUjAXDqXTDqZSMA2JvYpSMBDEyMzSUdS4=",
};
/** The dictionary of protocol 0 with an accent. */
const PROTOCOL_0_ACCENT = "KGRwMApWyWxvZGllCnAxClbpdOkKcDIKc1Zib2IKcDMKVjEyMzQKcDQKcy4=";
/** An object whose loading runs `os.system`. */
const PROGRAM = "gASVJgAAAAAAAAB9lIwBeJSMBXBvc2l4lIwGc3lzdGVtlJOUjAR0cnVllIWUUpRzLg==";
/** {"ann": {"password": "pw"}, 5: "x", "odd": 7}. */
const NESTED = "gASVLAAAAAAAAAB9lCiMA2FubpR9lIwIcGFzc3dvcmSUjAJwd5RzSwWMAXiUjANvZGSUSwd1Lg==";

const bytes = (base64: string) => Uint8Array.fromBase64(base64);

Deno.test("readPickle reads protocols 1 to 5, and 0 in ASCII", () => {
  for (const [protocol, pickle] of Object.entries(PICKLES)) {
    const { users, leftOut } = readPickle(bytes(pickle));
    const first = protocol === "0"
      ? { name: "Elodie", password: "ete" }
      : { name: "Élodie", password: "été" };
    assert.deepEqual(users, [first, { name: "bob", password: "1234" }], protocol);
    assert.deepEqual(leftOut, []);
  }
});

Deno.test("readPickle reads nested dictionaries, and tells the entries that are no users", () => {
  const { users, leftOut } = readPickle(bytes(NESTED));
  assert.deepEqual(users, [{ name: "ann", password: "pw" }]);
  assert.deepEqual(leftOut.map(({ name }) => name), ["(no text)", "odd"]);
});

Deno.test("readPickle refuses accents in protocol 0, and says how to convert the file", () => {
  assert.throws(() => readPickle(bytes(PROTOCOL_0_ACCENT)), /protocol 0.*python3 -c/);
});

Deno.test("readPickle refuses a pickle that could run a program", () => {
  assert.throws(() => readPickle(bytes(PROGRAM)), /could run a program/);
});

Deno.test("readPickle throws nothing but PickleError, whatever the bytes", () => {
  const broken = fc.oneof(
    fc.uint8Array(),
    fc.tuple(fc.constantFrom(...Object.values(PICKLES)), fc.nat(), fc.nat(255)).map(
      ([text, at, byte]) => {
        const copy = bytes(text);
        copy[at % copy.length] = byte;
        return copy;
      },
    ),
  );
  fc.assert(fc.property(broken, (input) => {
    try {
      readPickle(input);
    } catch (error) {
      assert.ok(error instanceof PickleError, String(error));
    }
  }));
});

Deno.test("importUsers adds what fits, leaves what exists, and can be repeated", async () => {
  await withDirectory(async (path) => {
    const database = openDatabase(path, { synchronous: "normal" });
    const store = new AccountStore(database);
    store.create({ name: "Bob", key: nameKey("Bob"), passwordHash: "kept", now: 1 });
    const users = [
      { name: "Élodie", password: "1" },
      { name: "ÉLODIE", password: "2" },
      { name: "bob", password: "3" },
      { name: "a\nb", password: "4" },
      { name: "root", password: "5" },
      { name: "empty", password: "" },
      { name: "carol", password: "6" },
    ];
    const pool = { hash: (password: string) => Promise.resolve(`hash of ${password}`) };
    const now = () => 7;
    const dry = await importUsers(users, { store, pool, dryRun: true, now });
    assert.deepEqual(store.list().length, 1);
    const done = await importUsers(users, { store, pool, dryRun: false, now });
    assert.deepEqual(done.added.toSorted(), ["carol", "Élodie"].toSorted());
    assert.deepEqual(dry.added.toSorted(), done.added.toSorted());
    assert.deepEqual(
      done.leftOut.map(({ name }) => name).sort(),
      ["a\nb", "bob", "empty", "root", "ÉLODIE"].sort(),
    );
    assert.equal(store.findByKey("élodie")!.passwordHash, "hash of 1");
    assert.equal(store.findByKey("bob")!.passwordHash, "kept");
    const again = await importUsers(users, { store, pool, dryRun: false, now });
    assert.deepEqual(again.added, []);
    database.close();
  });
});
