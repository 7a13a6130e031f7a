// Tests of password hashes and the password workers, against the reference implementation.
import assert from "node:assert/strict";
import { loadArgon2id } from "../../lib/auth/argon2.ts";
import {
  formatHash,
  type HashParameters,
  needsRehash,
  parseHash,
} from "../../lib/auth/password_hash.ts";
import { PasswordPool, PoolBusy } from "../../lib/auth/password_pool.ts";

// Created with the program `argon2` of the Debian package of the same name.
const REFERENCE: readonly [string, string][] = [
  [
    "password",
    "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
  ],
  [
    "Été à Paris €",
    "$argon2id$v=19$m=19456,t=2,p=1$c2VpemVvY3RldHNkZXNlbA$ybGmAbehevsr9wULjl9RxXRPKuilgAO3YwUeB2lys7w",
  ],
];

const parameters: HashParameters = { memoryKib: 64, iterations: 1, parallelism: 1 };
const workerUrl = new URL("../../main.ts", import.meta.url);

async function withPool(
  options: { workers?: number; maxWaitingBytes?: number },
  work: (pool: PasswordPool) => Promise<void>,
): Promise<void> {
  const pool = new PasswordPool({ parameters, workerUrl, workers: 2, ...options });
  try {
    await work(pool);
  } finally {
    pool.close();
  }
}

Deno.test("loadArgon2id computes the same hashes as the reference implementation", async () => {
  const argon2id = await loadArgon2id();
  for (const [password, phc] of REFERENCE) {
    const { hash, ...rest } = parseHash(phc)!;
    assert.deepEqual(argon2id({ ...rest, password: new TextEncoder().encode(password) }), hash);
  }
});

Deno.test("parseHash reads the output of formatHash, and nothing else", () => {
  for (const [, phc] of REFERENCE) assert.equal(formatHash(parseHash(phc)!), phc);
  const [, good] = REFERENCE[0]!;
  for (
    const bad of [
      "",
      "1234",
      good.replace("argon2id", "argon2i"),
      good.replace("19", "16"),
      `${good}=`,
    ]
  ) assert.equal(parseHash(bad), undefined, bad);
});

Deno.test("needsRehash is true for a hash that costs too little, and for an invalid hash", () => {
  const [, phc] = REFERENCE[1]!;
  const cost = { memoryKib: 19456, iterations: 2, parallelism: 1 };
  assert.equal(needsRehash(phc, cost), false);
  assert.equal(needsRehash(phc, { ...cost, memoryKib: 1024 }), false);
  for (const member of Object.keys(cost) as (keyof HashParameters)[]) {
    assert.equal(needsRehash(phc, { ...cost, [member]: cost[member] + 1 }), true, member);
  }
  assert.equal(needsRehash("1234", cost), true);
});

Deno.test("PasswordPool verifies a password in any normal form against its hash only", async () => {
  await withPool({}, async (pool) => {
    const phc = await pool.hash("Été");
    assert.notEqual(await pool.hash("Été"), phc, "each hash has a salt of its own");
    assert.equal(await pool.verify(phc, "Été".normalize("NFD")), true);
    assert.equal(await pool.verify(phc, "Ete"), false);
    assert.equal(await pool.verify("not a hash", "Été"), false);
    for (const [password, reference] of REFERENCE) {
      assert.equal(await pool.verify(reference, password), true);
    }
  });
});

Deno.test("PasswordPool serves many jobs with few workers, and rejects jobs beyond its limit", async () => {
  await withPool({ workers: 1, maxWaitingBytes: 12_000 }, async (pool) => {
    const jobs = Array.from({ length: 10 }, () => pool.hash("1234").catch((error) => error));
    const done = await Promise.all(jobs);
    const refused = done.filter((result) => result instanceof PoolBusy);
    assert.equal(refused.length, 4, "one at work, five waiting");
    assert.ok(refused.every(({ retryAfter }) => retryAfter >= 1));
    assert.equal(pool.waiting, 0);
  });
});

Deno.test("PasswordPool rejects unfinished jobs when it is closed", async () => {
  const pool = new PasswordPool({ parameters, workerUrl, workers: 1 });
  const jobs = [pool.hash("a"), pool.hash("b")];
  pool.close();
  for (const result of await Promise.allSettled(jobs)) assert.equal(result.status, "rejected");
  await assert.rejects(pool.hash("c"));
});

Deno.test("PasswordPool rejects a job whose worker cannot start, and continues", async () => {
  const pool = new PasswordPool({
    parameters,
    workerUrl: new URL("data:text/javascript,throw new Error('no')"),
    workers: 1,
  });
  await assert.rejects(pool.hash("a"), /worker failed/);
  await assert.rejects(pool.hash("b"), /worker failed/);
  pool.close();
});
