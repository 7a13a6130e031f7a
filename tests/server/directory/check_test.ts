// Tests of lib/server/directory/check.ts with a directory that stops answering, and with many accounts.
import assert from "node:assert/strict";
import { DirectoryAway } from "../../../lib/auth/directory.ts";
import type { Steps } from "../../../lib/ldap/login.ts";
import type { Search } from "../../../lib/ldap/talk.ts";
import { DirectoryCheck, startDirectoryCheck } from "../../../lib/server/directory/check.ts";
import { NO_PASSWORD } from "../../../lib/store/accounts.ts";
import { FakeClock } from "../../support/clock.ts";
import { settingsFor } from "../../support/ldap_settings.ts";
import { startTestServer, type TestServer } from "../../support/server.ts";

/** Creates accounts of the directory. Clients stay signed in to those for which `hasToken` returns true. */
function addAccounts(
  { running: { services } }: TestServer,
  count: number,
  hasToken: (index: number) => boolean,
): void {
  for (let index = 0; index < count; index++) {
    const name = `p${String(index).padStart(3, "0")}`;
    const { id } = services.accountChanges.create({
      ...{ name, key: name, passwordHash: NO_PASSWORD, directoryId: `id-${name}`, now: 1 },
    });
    if (!hasToken(index)) continue;
    const expiresAt = Date.now() + 1_000_000;
    services.webSessions.create({ accountId: id, tokenHash: name, client: "", now: 1, expiresAt });
  }
}

/** A desk whose directory has all accounts except some, and answers a number of conversations. */
function fakeDesk(answers: number, isGone: (id: string) => boolean) {
  const searched: string[] = [];
  const desk = {
    searched,
    answers,
    conversations: 0,
    async ask<T>(_about: unknown, work: (steps: Steps) => Promise<T>): Promise<T> {
      if (desk.conversations >= desk.answers) throw new DirectoryAway(1);
      desk.conversations++;
      const talk = {
        bind: () => Promise.resolve(true),
        search({ filter }: Search) {
          const [, id = ""] = /entryUUID=(id-\w+)/.exec(filter.toString())!;
          searched.push(id);
          const entry = { dn: `uid=${id}`, entryUUID: id, uid: id.slice(3) };
          return Promise.resolve(isGone(id) ? [] : [entry]);
        },
      };
      return await work({ talk, settings: settingsFor([]) });
    },
  };
  return desk;
}

Deno.test("the check looks up accounts that stay signed in, in parts, and goes on where the directory stopped answering", async () => {
  await using server = await startTestServer();
  const { services } = server.running;
  addAccounts(server, 170, (index) => index < 50 || index >= 100);
  const desk = fakeDesk(1, (id) => id === "id-p101");
  const failures: unknown[] = [];
  const failed = (error: unknown) => failures.push(error);
  const check = new DirectoryCheck({ services, desk, report: assert.fail, failed });
  await check.run();
  assert.equal(desk.searched.length, 50);
  // The part without anybody signed in needs no conversation.
  desk.answers = 3;
  await check.run();
  assert.equal(desk.conversations, 3);
  assert.equal(desk.searched.length, 120);
  assert.equal(new Set(desk.searched).size, 120);
  const tokens = (name: string) => {
    const { id } = services.accountStore.findByKey(name)!;
    return services.webSessions.list(id, Date.now()).length;
  };
  assert.deepEqual(["p000", "p101", "p102"].map(tokens), [1, 0, 1]);
  assert.deepEqual(failures, []);
  // The next run begins again. What fails for one account does not keep it from the others.
  desk.answers = 9;
  const broken = { ...services, directoryAccounts: Object.create(services.directoryAccounts) };
  const find = services.directoryAccounts.find.bind(services.directoryAccounts);
  broken.directoryAccounts.page = services.directoryAccounts.page.bind(services.directoryAccounts);
  broken.directoryAccounts.givenGroups = () => [];
  broken.directoryAccounts.find = (id: string) => {
    if (id === "id-p003") throw new TypeError("a bug");
    return find(id);
  };
  await new DirectoryCheck({ services: broken, desk, report: assert.fail, failed }).run();
  assert.deepEqual(failures.map(String), ["TypeError: a bug"]);
  assert.equal(desk.searched.length, 239);
});

Deno.test("the check asks the directory even if nobody is signed in, and again after its time until it is stopped", async () => {
  await using server = await startTestServer();
  const { services } = server.running;
  const clock = new FakeClock(0);
  const desk = fakeDesk(Infinity, () => false);
  let scheduled = Promise.withResolvers<void>();
  const after: typeof clock.after = (milliseconds, run) => {
    scheduled.resolve();
    return clock.after(milliseconds, run);
  };
  const stop = startDirectoryCheck({
    services,
    desk,
    clock: { now: clock.now, after },
    everyMs: 60_000,
    report: assert.fail,
    failed: (error) => assert.fail(String(error)),
  });
  scheduled = Promise.withResolvers();
  clock.pass(0);
  await scheduled.promise;
  clock.pass(59_999);
  assert.equal(desk.conversations, 1);
  scheduled = Promise.withResolvers();
  clock.pass(1);
  await scheduled.promise;
  stop();
  assert.equal(clock.waiting, 0);
  assert.equal(desk.conversations, 2);
});
