// Tests of the import of users.pkl. The pickles were created by Python's pickle module.
import assert from "node:assert/strict";
import fc from "fast-check";
import { importUsers, readPickle } from "../../../lib/ops/data/import_users.ts";
import { PickleError } from "../../../lib/ops/data/pickled.ts";
import { nameKey } from "../../../lib/protocol/names.ts";
import { AccountStore } from "../../../lib/store/accounts.ts";
import { openDatabase } from "../../../lib/store/database.ts";
import { withDirectory } from "../../support/directory.ts";
import { testWith } from "../../support/programs.ts";

/** {"Élodie": "été", "bob": "1234"}, by protocol. Protocol 0 has ASCII only. */
const PICKLES: Record<number, string> = {
  0: "KGRwMApWRWxvZGllCnAxClZldGUKcDIKc1Zib2IKcDMKVjEyMzQKcDQKcy4=",
  1: "fXEAKFgHAAAAw4lsb2RpZXEBWAUAAADDqXTDqXECWAMAAABib2JxA1gEAAAAMTIzNHEEdS4=",
  2: "gAJ9cQAoWAcAAADDiWxvZGllcQFYBQAAAMOpdMOpcQJYAwAAAGJvYnEDWAQAAAAxMjM0cQR1Lg==",
  3: "gAN9cQAoWAcAAADDiWxvZGllcQFYBQAAAMOpdMOpcQJYAwAAAGJvYnEDWAQAAAAxMjM0cQR1Lg==",
  4: "gASVJAAAAAAAAAB9lCiMB8OJbG9kaWWUjAXDqXTDqZSMA2JvYpSMBDEyMzSUdS4=",
  5: "gAWVJAAAAAAAAAB9lCiMB8OJbG9kaWWUjAXDqXTDqZSMA2JvYpSMBDEyMzSUdS4=",
};
/** From Python 3, protocol 0: {"Élodie": "été", "z\\u0041": "a\\b\nc😀", "n": "x\\"}. */
const PROTOCOL_0_ESCAPES =
  "KGRwMApWyWxvZGllCnAxClbpdOkKcDIKc1Z6XHUwMDVjdTAwNDEKcDMKVmFcdTAwNWNiXHUwMDBh" +
  "Y1xVMDAwMWY2MDAKcDQKc1ZuCnA1ClZ4XHUwMDVjCnA2CnMu";
/**
 * From Python 2, protocol 2: UTF-8 {"Élodie": "été"}, cp1252 {"café": "1234"}, {"bob": cp1252 "café"}, {"ada": "pw"}.
 */
const PYTHON_2 =
  "gAJ9cQAoVQfDiWxvZGllcQFVBcOpdMOpcQJVBGNhZulxA1UEMTIzNHEEVQNib2JVBGNhZulVA2FkYVUCcHd1Lg==";
/** From Python 2, protocol 0: {"o'brien": "a\\b\té", "x'y": cp1252 "café", u"Élodie": u"été"}. */
const PYTHON_2_PROTOCOL_0 =
  "KGRwMApTJ29cJ2JyaWVuJwpwMQpTJ2FcXGJcdFx4YzNceGE5JwpwMgpzUyJ4J3kiClMnY2FmXHhl" +
  "OScKc1ZcdTAwYzlsb2RpZQpW6XTpCnMu";
/** {"sur": "a\ud800b", "ok": "1234", "bom": "\ufeffpw"}. */
const SURROGATE = "gASVLQAAAAAAAAB9lCiMA3N1cpSMBWHtoIBilIwCb2uUjAQxMjM0lIwDYm9tlIwF77u/cHeUdS4=";
/** {b"bob": b"pé" in UTF-8, b"café" in cp1252: b"x", "cp": the same bytes again}. */
const BYTES = "gASVIwAAAAAAAAB9lChDA2JvYpRDA3DDqZRDBGNhZumUQwF4lIwCY3CUaAN1Lg==";
/** {b"ann": {b"password": b"pw"}, "none": {"a": 1}}. */
const BYTES_NESTED = "gASVLgAAAAAAAAB9lChDA2FubpR9lEMIcGFzc3dvcmSUQwJwd5RzjARub25llH2UjAFhlEsBc3Uu";
/** An object that runs `os.system` when it is loaded. */
const PROGRAM = "gASVJgAAAAAAAAB9lIwBeJSMBXBvc2l4lIwGc3lzdGVtlJOUjAR0cnVllIWUUpRzLg==";
/** {"ann": {"password": "pw"}, 5: "x", "odd": 7}. */
const NESTED = "gASVLAAAAAAAAAB9lCiMA2FubpR9lIwIcGFzc3dvcmSUjAJwd5RzSwWMAXiUjANvZGSUSwd1Lg==";

const bytes = (base64: string) => Uint8Array.fromBase64(base64);

Deno.test("readPickle reads protocols 1 to 5, and protocol 0 in ASCII", () => {
  for (const [protocol, pickle] of Object.entries(PICKLES)) {
    const { users, leftOut } = readPickle(bytes(pickle));
    const first = protocol === "0"
      ? { name: "Elodie", password: "ete" }
      : { name: "Élodie", password: "été" };
    assert.deepEqual(users, [first, { name: "bob", password: "1234" }], protocol);
    assert.deepEqual(leftOut, []);
  }
});

Deno.test("readPickle reads nested dictionaries, and reports the entries that are not users", () => {
  const { users, leftOut } = readPickle(bytes(NESTED));
  assert.deepEqual(users, [{ name: "ann", password: "pw" }]);
  assert.deepEqual(leftOut.map(({ name }) => name), ["(no text)", "odd"]);
});

Deno.test("readPickle reads the escapes of protocol 0", () => {
  assert.deepEqual(readPickle(bytes(PROTOCOL_0_ESCAPES)), {
    users: [
      { name: "Élodie", password: "été" },
      { name: "z\\u0041", password: "a\\b\nc😀" },
      { name: "n", password: "x\\" },
    ],
    leftOut: [],
  });
});

Deno.test("readPickle never changes a password: byte strings are UTF-8, or are left out with the reason", () => {
  const unknown = "in bytes that are not UTF-8: their character set is unknown";
  const expected: [pickle: string, users: [string, string][], leftOut: [string, string][]][] = [
    [PYTHON_2, [["Élodie", "été"], ["ada", "pw"]], [
      ["caf\\xe9", `the name is ${unknown}`],
      ["bob", `the password is ${unknown}`],
    ]],
    [PYTHON_2_PROTOCOL_0, [["o'brien", "a\\b\té"], ["Élodie", "été"]], [
      ["x'y", `the password is ${unknown}`],
    ]],
    [SURROGATE, [["ok", "1234"], ["bom", "\ufeffpw"]], [["sur", `the password is ${unknown}`]]],
    [BYTES, [["bob", "pé"]], [
      ["caf\\xe9", `the name is ${unknown}`],
      ["cp", `the password is ${unknown}`],
    ]],
    [BYTES_NESTED, [["ann", "pw"]], [["none", "the password is missing"]]],
  ];
  for (const [pickle, users, leftOut] of expected) {
    const read = readPickle(bytes(pickle));
    assert.deepEqual(read.users.map(({ name, password }) => [name, password]), users);
    assert.deepEqual(read.leftOut.map(({ name, reason }) => [name, reason]), leftOut);
  }
});

const DUMP = `
import base64, json, pickle, sys
for pairs in json.load(sys.stdin):
    print(json.dumps([base64.b64encode(pickle.dumps(dict(pairs), n)).decode() for n in range(6)]))
`;

testWith(
  "python3",
  "readPickle reads what Python writes, for any texts and protocol",
  async () => {
    const text = fc.string({ unit: "grapheme", maxLength: 20 });
    const given = fc.sample(
      fc.uniqueArray(fc.tuple(text, text), { selector: ([name]) => name }),
      200,
    );
    const python = new Deno.Command("python3", {
      args: ["-c", DUMP],
      stdin: "piped",
      stdout: "piped",
    }).spawn();
    const output = python.output();
    await new Response(JSON.stringify(given)).body!.pipeTo(python.stdin);
    const lines = new TextDecoder().decode((await output).stdout).trim().split("\n");
    for (const [at, line] of lines.entries()) {
      for (const pickle of JSON.parse(line) as string[]) {
        const { users, leftOut } = readPickle(bytes(pickle));
        assert.deepEqual(users.map(({ name, password }) => [name, password]), given[at]);
        assert.deepEqual(leftOut, []);
      }
    }
    assert.equal(lines.length, given.length);
  },
);

Deno.test("readPickle rejects a pickle that could run a program", () => {
  assert.throws(() => readPickle(bytes(PROGRAM)), /could run a program/);
});

Deno.test("readPickle throws no other error than PickleError, for any bytes", () => {
  const broken = fc.oneof(
    fc.uint8Array(),
    fc.tuple(
      fc.constantFrom(...Object.values(PICKLES), PYTHON_2_PROTOCOL_0, PROTOCOL_0_ESCAPES, NESTED),
      fc.nat(),
      fc.nat(255),
    ).map(
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

Deno.test("importUsers adds valid users, does not change existing accounts, and can be repeated", async () => {
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
