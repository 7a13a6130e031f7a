// Wrong passwords are counted by all nodes, so a take-over gives nobody more attempts.
import assert from "node:assert/strict";
import { GuessCounts } from "../../lib/auth/guess_counts.ts";
import { Client } from "../support/client.ts";
import type { TestServer } from "../support/server.ts";
import { startTown } from "./town.ts";
import { ask, OPEN } from "./townsfolk.ts";

/** Tries a password. @returns `ok`, or the code of the error. */
async function logIn(server: TestServer, username: string, password: string): Promise<unknown> {
  await using client = await Client.connect(server.port);
  const { status, code } = await ask(client, { type: "login", username, password });
  return status ?? code;
}

async function register(server: TestServer, username: string): Promise<void> {
  await using client = await Client.connect(server.port);
  const reply = await ask(client, { type: "register", username, password: "right" });
  assert.equal(reply["status"], "ok");
}

Deno.test("a take-over gives nobody more attempts at a password, and keeps nobody out", async () => {
  await using town = await startTown(OPEN);
  const [, second, third] = town.servers as [TestServer, TestServer, TestServer];
  for (const name of ["ada", "bob", "eve"]) await register(second, name);
  for (let attempt = 0; attempt < 5; attempt++) {
    for (const name of ["ada", "bob"]) {
      assert.equal(await logIn(attempt % 2 === 0 ? second : third, name, "wrong"), "login_failed");
    }
  }
  assert.equal(await logIn(third, "ada", "wrong"), "throttled");
  for (let attempt = 0; attempt < 3; attempt++) await logIn(second, "eve", "wrong");
  assert.equal(await logIn(second, "eve", "right"), "ok");
  // Somebody was given a new password.
  await using operator = await Client.operator(second.running.adminSocket!);
  const given = await ask(operator, { type: "user_passwd", user: "bob", password: "new one" });
  assert.equal(given["status"], "ok");
  await town.stopLeader();
  for (const server of [second, third]) {
    assert.equal(await logIn(server, "ada", "right"), "throttled");
    assert.equal(await logIn(server, "bob", "new one"), "ok");
    for (let attempt = 0; attempt < 2; attempt++) {
      assert.equal(await logIn(server, "eve", "wrong"), "login_failed");
    }
    assert.equal(await logIn(server, "eve", "right"), "ok");
  }
});

Deno.test("what one node counts has the same effect on another that hears of it", () => {
  const [here, there] = [new GuessCounts(() => 0), new GuessCounts(() => 0)];
  const tell = (counted: string) => there.hear(counted);
  const keys = () => [...Array(130).keys()].map((index) => `10.0.0.1 name ${index % 30}`);
  const same = () => {
    for (const key of keys()) {
      assert.deepEqual(
        [there.failed.wait(key), there.failed.hasFailed(key)],
        [here.failed.wait(key), here.failed.hasFailed(key)],
      );
    }
    assert.equal(there.size, here.size);
    const delays = [here, there].map(({ pace }) => pace.take("10.0.0.1", true).delay);
    assert.equal(delays[1], delays[0]);
    return delays[0]!;
  };
  for (let index = 0; index < 130; index++) {
    const guessed = { account: `name ${index % 30}`, network: "10.0.0.1" };
    here.wrong(guessed, index % 3 === 0, tell);
  }
  same();
  assert.ok(same() > 0, "the network is slowed down");
  here.right({ account: "name 7", network: "10.0.0.1" }, tell);
  here.forgive("name 1", tell);
  same();
  there.hear("something new 10.0.0.1 name");
  same();
});

Deno.test("a right password without a wrong one before is told to nobody", () => {
  const counts = new GuessCounts(() => 0);
  const told: string[] = [];
  counts.right({ account: "ada", network: "10.0.0.1" }, (counted) => told.push(counted));
  assert.deepEqual(told, []);
});
