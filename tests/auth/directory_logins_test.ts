// Tests of lib/auth/directory_logins.ts, and of where the directory enters a login, with a fake directory.
import assert from "node:assert/strict";
import { Accounts } from "../../lib/auth/accounts.ts";
import { DirectoryAway, type DirectoryPerson } from "../../lib/auth/directory.ts";
import { DeskLogins } from "../../lib/auth/directory_logins.ts";
import { formatHash, parseHash } from "../../lib/auth/password_hash.ts";
import { PoolBusy } from "../../lib/auth/password_pool.ts";
import { LOCAL_REQUESTER } from "../../lib/auth/requester.ts";
import { Throttle } from "../../lib/auth/throttle.ts";
import { ProtocolError } from "../../lib/protocol/errors.ts";
import { nameKey } from "../../lib/protocol/names.ts";
import { AccountStore, NO_PASSWORD } from "../../lib/store/accounts.ts";
import { KnownNetworkStore } from "../../lib/store/known_networks.ts";
import { FakeClock } from "../support/clock.ts";
import { withDatabase } from "../support/database.ts";

const HOUR_MS = 3_600_000;
const parameters = { memoryKib: 64, iterations: 1, parallelism: 1 };

/** Calls of the parts below, by name. */
type Calls = Record<string, number>;

/** Counts the calls of an object's methods. */
function counted<T extends object>(object: T, calls: Calls): T {
  return new Proxy(object, {
    get(target, name) {
      const value = Reflect.get(target, name);
      if (typeof value !== "function") return value;
      return (...args: unknown[]) => {
        calls[String(name)] = (calls[String(name)] ?? 0) + 1;
        return value.apply(target, args);
      };
    },
  });
}

interface Setup {
  readonly accounts: Accounts;
  readonly logins: DeskLogins;
  readonly store: AccountStore;
  readonly clock: FakeClock;
  readonly calls: Calls;
  /** What the directory answers: the password that is right, or an error. */
  readonly directory: { right: string; error?: Error | undefined; asked: number };
}

async function withLogins(
  { hasDirectory = true, keepMs = 0 }: { hasDirectory?: boolean; keepMs?: number },
  work: (setup: Setup) => Promise<void>,
): Promise<void> {
  await withDatabase(async (database) => {
    const clock = new FakeClock(0);
    const calls: Calls = {};
    const store = new AccountStore(database);
    const directory: Setup["directory"] = { right: "right", asked: 0 };
    const pool = counted({
      parameters,
      hash(password: string) {
        const hash = new TextEncoder().encode(password.padEnd(32));
        return Promise.resolve(formatHash({ ...parameters, salt: new Uint8Array(16), hash }));
      },
      verify: (phc: string, password: string) =>
        Promise.resolve(
          new TextDecoder().decode(parseHash(phc)?.hash) === password.padEnd(32),
        ),
    }, calls);
    const find = (name: string) => store.findByKey(nameKey(name));
    const logins = new DeskLogins({
      desk: {
        check({ name, password }) {
          directory.asked++;
          if (directory.error !== undefined) return Promise.reject(directory.error);
          const isRight = password === directory.right && name === "ada";
          const person: DirectoryPerson = { id: "1", names: ["ada"], role: undefined, groups: [] };
          return Promise.resolve(isRight ? person : undefined);
        },
        has: (name) => Promise.resolve(name === "ada"),
      },
      admit: ({ id, names: [name] }: DirectoryPerson) =>
        find(name) ?? store.create({
          ...{ name, key: nameKey(name), passwordHash: NO_PASSWORD, directoryId: id, now: 0 },
        }),
      find,
      pool,
      keepMs,
      now: clock.now,
    });
    const accounts = new Accounts({
      store: counted(store, calls),
      networks: new KnownNetworkStore(database),
      pool,
      throttle: new Throttle({ clock }),
      directory: hasDirectory ? logins : undefined,
      rules: { passwordMin: 4 },
      now: () => 7,
    });
    await work({ accounts, logins, store, clock, calls, directory });
  });
}

const login = (username: string, password: string) => ({
  username,
  password,
  requester: LOCAL_REQUESTER,
});

async function codeOf(work: Promise<unknown>): Promise<string> {
  const error = await work.then(() => undefined, (thrown) => thrown);
  if (error === undefined) return "ok";
  assert.ok(error instanceof ProtocolError, String(error));
  return error.reason ?? error.code;
}

Deno.test("a login with a local account does the same work with and without a directory", async () => {
  // The numbers are those of the version before there was a directory.
  const work = { findByKey: 3, findById: 1, verify: 1 };
  for (const hasDirectory of [false, true]) {
    await withLogins({ hasDirectory }, async ({ accounts, calls, directory }) => {
      await accounts.create({ username: "lea", password: "local" });
      for (const password of ["local", "wrong"]) {
        for (const name of Object.keys(calls)) delete calls[name];
        assert.equal(
          await codeOf(accounts.authenticate(login("lea", password))),
          {
            local: "ok",
            wrong: "login_failed",
          }[password],
        );
        // One look more finds out that the account lives here.
        const more = Number(hasDirectory);
        const right = password === "local";
        assert.deepEqual(
          calls,
          right
            ? { ...work, findByKey: work.findByKey + more }
            : { findByKey: 2 + more, verify: 1 },
        );
      }
      assert.equal(directory.asked, 0);
    });
  }
});

Deno.test("the password of an account of the directory is never hashed, and none is usable here", async () => {
  await withLogins({}, async ({ accounts, store, calls, directory }) => {
    assert.equal(await codeOf(accounts.authenticate(login("ada", "right"))), "ok");
    assert.equal(calls["hash"], undefined);
    const account = store.findByKey("ada")!;
    assert.throws(
      () => store.setPasswordHash(account.id, "$argon2id$1"),
      /CHECK constraint failed/,
    );
    assert.throws(
      () => store.create({ name: "x", key: "x", passwordHash: "h", directoryId: "2", now: 0 }),
      /CHECK constraint failed/,
    );
    const change = { account, old: "right", new: "another", requester: LOCAL_REQUESTER };
    assert.equal(await codeOf(accounts.changePassword(change)), "directory_account");
    assert.equal(directory.asked, 1);
  });
  await withLogins({ hasDirectory: false }, async ({ accounts, store, calls }) => {
    store.create({ name: "ada", key: "ada", passwordHash: NO_PASSWORD, directoryId: "1", now: 0 });
    for (const password of ["right", NO_PASSWORD, ""]) {
      assert.equal(await codeOf(accounts.authenticate(login("ada", password))), "login_failed");
    }
    // It takes as long as for an unknown name.
    assert.equal(calls["verify"], 3);
  });
});

Deno.test("failures at the directory are throttled like others, and an absent directory is no failure", async () => {
  await withLogins({}, async ({ accounts, directory }) => {
    directory.error = new DirectoryAway(4);
    for (let index = 0; index < 8; index++) {
      const error = await accounts.authenticate(login("ada", "right")).catch((thrown) => thrown);
      assert.deepEqual([error.code, error.reason, error.retryAfter], ["busy", "directory_away", 4]);
    }
    directory.error = new PoolBusy(3);
    assert.equal(await codeOf(accounts.authenticate(login("ada", "right"))), "busy");
    directory.error = undefined;
    const codes: string[] = [];
    for (let index = 0; index < 6; index++) {
      codes.push(await codeOf(accounts.authenticate(login("ADA", `wrong${index}`))));
    }
    assert.deepEqual(codes, [...Array(5).fill("login_failed"), "throttled"]);
    assert.equal(directory.asked, 14);
  });
});

Deno.test("a client cannot register the name of a person, or any name while the directory is away", async () => {
  await withLogins({}, async ({ accounts, store }) => {
    const own = { username: "ada", password: "mine", isOwn: true } as const;
    assert.equal(await codeOf(accounts.create(own)), "account_exists");
    assert.equal(await codeOf(accounts.create({ ...own, username: "zoe" })), "ok");
    assert.equal(await codeOf(accounts.create({ username: "ada", password: "mine" })), "ok");
    assert.equal(store.findByKey("ada")!.directoryId, null);
  });
});

Deno.test("a kept hash counts for its time only while the directory is away, and guesses at it are failures", async () => {
  await withLogins({ keepMs: HOUR_MS }, async ({ accounts, logins, store, clock, directory }) => {
    const attempt = (password: string) => codeOf(accounts.authenticate(login("ada", password)));
    directory.error = new DirectoryAway(1);
    assert.equal(await attempt("right"), "directory_away");
    directory.error = undefined;
    assert.equal(await attempt("right"), "ok");
    assert.equal(logins.kept, 1);
    directory.error = new DirectoryAway(1);
    assert.equal(await attempt("right"), "ok");
    assert.equal(await attempt("wrong"), "login_failed");
    assert.equal(await attempt(""), "login_failed");
    assert.equal(await codeOf(accounts.authenticate(login("bob", "right"))), "directory_away");
    clock.pass(HOUR_MS - 1);
    assert.equal(await attempt("right"), "ok");
    clock.pass(1);
    assert.equal(logins.kept, 1);
    assert.equal(logins.keeps("1"), false);
    assert.equal(logins.kept, 0);
    assert.equal(await attempt("right"), "directory_away");
    // The directory has another password now. Its next answer replaces the hash.
    directory.error = undefined;
    directory.right = "changed";
    assert.equal(await attempt("right"), "login_failed");
    assert.equal(await attempt("changed"), "ok");
    directory.error = new DirectoryAway(1);
    assert.equal(await attempt("changed"), "ok");
    store.setDisabled(store.findByKey("ada")!.id, 1);
    assert.equal(await attempt("changed"), "login_failed");
    store.setDisabled(store.findByKey("ada")!.id, null);
    logins.forget("1");
    assert.equal(await attempt("changed"), "directory_away");
  });
});
