// Tests of lib/auth/accounts.ts: the rules about accounts, with a real database and a fake password pool.
import assert from "node:assert/strict";
import { Accounts } from "../../lib/auth/accounts.ts";
import { formatHash, type HashParameters, parseHash } from "../../lib/auth/password_hash.ts";
import { PoolBusy } from "../../lib/auth/password_pool.ts";
import { LOCAL_REQUESTER } from "../../lib/auth/requester.ts";
import { Throttle } from "../../lib/auth/throttle.ts";
import type { ErrorCode } from "../../lib/protocol/error_codes.ts";
import { ProtocolError } from "../../lib/protocol/errors.ts";
import { AccountStore } from "../../lib/store/accounts.ts";
import { openDatabase } from "../../lib/store/database.ts";
import { KnownNetworkStore } from "../../lib/store/known_networks.ts";
import { FakeClock } from "../support/clock.ts";
import { withDirectory } from "../support/directory.ts";

const cheap: HashParameters = { memoryKib: 64, iterations: 1, parallelism: 1 };

/** Creates a password pool that stores the password itself as the "hash". */
function fakePool(parameters: HashParameters) {
  const pool = {
    parameters,
    verified: 0,
    busy: false,
    /** Called while a password is hashed or checked. */
    meanwhile: () => {},
    hash(password: string) {
      pool.meanwhile();
      const hash = new TextEncoder().encode(password.padEnd(32));
      return Promise.resolve(formatHash({ ...pool.parameters, salt: new Uint8Array(16), hash }));
    },
    verify(phc: string, password: string) {
      if (pool.busy) return Promise.reject(new PoolBusy(3));
      pool.verified++;
      pool.meanwhile();
      const hash = parseHash(phc)!.hash;
      return Promise.resolve(new TextDecoder().decode(hash) === password.padEnd(32));
    },
  };
  return pool;
}

interface Setup {
  accounts: Accounts;
  store: AccountStore;
  pool: ReturnType<typeof fakePool>;
  networks: KnownNetworkStore;
  clock: FakeClock;
  throttle: Throttle;
  guessed: unknown[][];
}

async function withAccounts(work: (setup: Setup) => Promise<void>): Promise<void> {
  await withDirectory(async (path) => {
    const database = openDatabase(path, { synchronous: "normal" });
    const store = new AccountStore(database);
    const pool = fakePool({ ...cheap });
    const guessed: unknown[][] = [];
    const networks = new KnownNetworkStore(database);
    const clock = new FakeClock(0);
    const throttle = new Throttle({
      clock,
      guessed: (account, network, failures) => guessed.push([account, network, failures]),
    });
    const accounts = new Accounts({
      store,
      networks,
      pool,
      throttle,
      rules: { passwordMin: 4 },
      now: () => 7,
    });
    try {
      await work({ accounts, store, pool, networks, clock, guessed, throttle });
    } finally {
      database.close();
    }
  });
}

async function refused(work: Promise<unknown>, code: ErrorCode): Promise<ProtocolError> {
  const error = await work.then(() => assert.fail(`expected ${code}`), (thrown) => thrown);
  assert.ok(error instanceof ProtocolError, String(error));
  assert.equal(error.code, code);
  return error;
}

const from = (network: string) => ({ requester: { ...LOCAL_REQUESTER, network } });
const here = from("10.0.0.5");
const ada = { username: "ada", password: "1234" };

Deno.test("Accounts registers an account and accepts only its password", async () => {
  await withAccounts(async ({ accounts, store }) => {
    assert.equal((await accounts.create({ ...ada, username: "Ada" })).name, "Ada");
    assert.equal((await accounts.authenticate({ ...ada, ...here })).name, "Ada");
    assert.equal(store.findByKey("ada")!.lastLoginAt, 7);
    await refused(accounts.authenticate({ ...ada, password: "1235", ...here }), "login_failed");
  });
});

Deno.test("Accounts rejects invalid names and passwords, and names that are taken", async () => {
  await withAccounts(async ({ accounts }) => {
    await refused(accounts.create({ username: "root", password: "1234" }), "bad_username");
    await refused(accounts.create({ username: "a\u202eb", password: "1234" }), "bad_username");
    await refused(accounts.create({ username: "ada", password: "123" }), "weak_password");
    await refused(
      accounts.create({ username: "ada", password: "x".repeat(257) }),
      "weak_password",
    );
    await accounts.create({ username: "ada", password: "é".repeat(256) });
    const taken = await refused(accounts.create({ ...ada, username: "ADA" }), "username_taken");
    assert.equal(taken.reason, "account_exists");
    const alike = accounts.create({ ...ada, username: "\u0430da" });
    assert.equal((await refused(alike, "username_taken")).reason, "look_alike");
  });
});

Deno.test("Accounts registers only one of two simultaneous requests for the same name", async () => {
  await withAccounts(async ({ accounts }) => {
    const results = await Promise.allSettled([accounts.create(ada), accounts.create(ada)]);
    assert.deepEqual(results.map(({ status }) => status).sort(), ["fulfilled", "rejected"]);
  });
});

Deno.test("Accounts hashes for an unknown or disabled user as it does for a wrong password", async () => {
  await withAccounts(async ({ accounts, store, pool }) => {
    await accounts.create(ada);
    const attempts = [
      { username: "ada", password: "wrong" },
      { username: "nobody", password: "1234" },
      { username: "ada", password: "x".repeat(60_000) },
    ];
    for (const attempt of attempts) {
      const before = pool.verified;
      await refused(accounts.authenticate({ ...attempt, ...here }), "login_failed");
      assert.equal(pool.verified, before + 1);
    }
    store.setDisabled(store.findByKey("ada")!.id, 1);
    const before = pool.verified;
    await refused(accounts.authenticate({ ...ada, ...here }), "login_failed");
    assert.equal(pool.verified, before + 1);
  });
});

Deno.test("Accounts replaces a hash at login if it is weaker than configured", async () => {
  await withAccounts(async ({ accounts, store, pool }) => {
    await accounts.create(ada);
    const weak = store.findByKey("ada")!.passwordHash;
    pool.parameters = { ...cheap, iterations: 3 };
    await accounts.authenticate({ ...ada, ...here });
    const strong = store.findByKey("ada")!.passwordHash;
    assert.equal(parseHash(weak)!.iterations, 1);
    assert.equal(parseHash(strong)!.iterations, 3);
    await accounts.authenticate({ ...ada, ...here });
  });
});

Deno.test("Accounts throttles guesses without hashing, for one address only", async () => {
  await withAccounts(async ({ accounts, pool }) => {
    await accounts.create(ada);
    const wrong = { ...ada, password: "wrong", ...here };
    for (let i = 0; i < 5; i++) await refused(accounts.authenticate(wrong), "login_failed");
    const before = pool.verified;
    const error = await refused(accounts.authenticate({ ...ada, ...here }), "throttled");
    assert.ok(error.retryAfter! > 0);
    assert.equal(pool.verified, before);
    await accounts.authenticate({ ...ada, ...from("10.0.0.6") });
  });
});

Deno.test("Accounts changes a password if the old one is correct", async () => {
  await withAccounts(async ({ accounts, store }) => {
    const account = await accounts.create(ada);
    const change = { account, old: "wrong", new: "5678", ...here };
    await refused(accounts.changePassword(change), "login_failed");
    await refused(accounts.changePassword({ ...change, old: "1234", new: "5" }), "weak_password");
    await accounts.changePassword({ ...change, old: "1234" });
    await refused(accounts.authenticate({ ...ada, ...here }), "login_failed");
    await accounts.authenticate({ ...ada, password: "5678", ...here });
    assert.equal(store.list().length, 1);
  });
});

Deno.test("Accounts does not replace a password that the administrator sets during a change", async () => {
  await withAccounts(async ({ accounts, store, pool }) => {
    const account = await accounts.create(ada);
    const set = await pool.hash("by the administrator");
    const hash = pool.hash;
    pool.hash = (password) => {
      store.setPasswordHash(account.id, set);
      return hash(password);
    };
    const change = { account, old: ada.password, new: "5678", ...here };
    await refused(accounts.changePassword(change), "login_failed");
    assert.equal(store.findById(account.id)?.passwordHash, set);
  });
});

Deno.test("Accounts replies busy if too many passwords are waiting", async () => {
  await withAccounts(async ({ accounts, pool }) => {
    pool.busy = true;
    const error = await refused(accounts.authenticate({ ...ada, ...here }), "busy");
    assert.equal(error.retryAfter, 3);
  });
});

Deno.test("Accounts limits the owner's wait to one minute on a network where the account has logged in", async () => {
  await withAccounts(async ({ accounts, clock, guessed }) => {
    await accounts.create(ada);
    await accounts.authenticate({ ...ada, ...here });
    const wrong = { ...ada, password: "wrong", ...here };
    for (let i = 0; i < 11; i++) {
      await refused(accounts.authenticate(wrong), "login_failed");
      clock.pass(60_000);
    }
    await accounts.authenticate({ ...ada, ...here });
    for (let i = 0; i < 5; i++) await refused(accounts.authenticate(wrong), "login_failed");
    for (let i = 0; i < 20; i++) {
      const error = await refused(accounts.authenticate(wrong), "throttled");
      assert.ok(error.retryAfter! <= 60);
    }
    assert.deepEqual(guessed, []);
  });
});

Deno.test("Accounts knows at most eight networks per account, each for 30 days", async () => {
  await withAccounts(async ({ accounts, store, networks }) => {
    const { id } = await accounts.create(ada);
    await accounts.authenticate({ ...ada, ...here });
    for (let i = 0; i < 9; i++) networks.noteLogin(id, `10.1.0.${i}`, 10 + i);
    assert.equal(networks.list(id).length, 8);
    assert.equal(networks.isKnown(id, "10.0.0.5", 20), false);
    assert.equal(networks.isKnown(id, "10.1.0.0", 20), false);
    assert.equal(networks.isKnown(id, "10.1.0.8", 20), true);
    const month = 30 * 86_400_000;
    assert.equal(networks.isKnown(id, "10.1.0.8", 17 + month), true);
    assert.equal(networks.isKnown(id, "10.1.0.8", 18 + month), false);
    assert.equal(networks.prune(12 + month, 1), 1);
    assert.equal(networks.prune(12 + month, 9), 1);
    assert.deepEqual(networks.list(id).map(({ lastLoginAt }) => lastLoginAt), [
      18,
      17,
      16,
      15,
      14,
      13,
    ]);
    networks.noteLogin(id + 1, "10.0.0.5", 20);
    store.delete(id);
    assert.deepEqual(networks.list(id), []);
  });
});

Deno.test("Accounts stores nothing about attempts rejected because of a full queue, whatever their number and names", async () => {
  await withAccounts(async ({ accounts, pool, throttle }) => {
    pool.busy = true;
    for (let i = 0; i < 1000; i++) {
      const username = "\ufdfa".repeat(250) + i;
      await refused(accounts.authenticate({ username, password: "x", ...here }), "busy");
    }
    assert.equal(throttle.size, 0);
  });
});

Deno.test("Accounts checks a password again if the account's hash has changed meanwhile", async () => {
  await withAccounts(async ({ accounts, store, pool }) => {
    const { id } = await accounts.create(ada);
    const parts = parseHash(store.findByKey("ada")!.passwordHash)!;
    pool.meanwhile = () => {
      pool.meanwhile = () => {};
      const salt = new Uint8Array(16).fill(1);
      store.setPasswordHash(id, formatHash({ ...parts, salt }));
    };
    const before = pool.verified;
    await accounts.authenticate({ ...ada, ...here });
    assert.equal(pool.verified, before + 2);
    const other = await pool.hash("other");
    pool.meanwhile = () => store.setPasswordHash(id, other);
    await refused(accounts.authenticate({ ...ada, ...here }), "login_failed");
  });
});

Deno.test("Accounts checks the length of a password before it normalizes it, and rejects a row of many marks", async () => {
  await withAccounts(async ({ accounts, pool }) => {
    const heap = "a" + "\u0301".repeat(15_000) + "\u0316".repeat(15_000);
    const error = await refused(
      accounts.create({ username: "zoe", password: heap }),
      "weak_password",
    );
    assert.deepEqual(error.places, { min: 4, max: 256, length: 30_001 });
    const before = pool.verified;
    await refused(accounts.authenticate({ ...ada, password: heap, ...here }), "login_failed");
    assert.equal(pool.verified, before + 1);
    const vietnamese = "ế".repeat(256);
    await accounts.create({ username: "zoe", password: vietnamese.normalize("NFD") });
  });
});
