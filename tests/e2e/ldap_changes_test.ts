// What happens to accounts of a real OpenLDAP when their entries change, and while it is away.
import assert from "node:assert/strict";
import { writeCertificate } from "../support/certificate.ts";
import { Client, type Line } from "../support/client.ts";
import { checkNow, outcome, startWithDirectory, tryLogin } from "../support/ldap_server.ts";
import { testWith } from "../support/programs.ts";
import type { TestServer } from "../support/server.ts";
import { dnOf, group, groupDn, NEEDS_SLAPD, person, startSlapd } from "../support/slapd.ts";

/** Logs in like a page that stays signed in. @returns The client and its token. */
async function signIn(port: number, username: string): Promise<[Client, string]> {
  const client = await Client.connect(port);
  const login = { type: "login", username, password: `pw-${username}`, session: true, ref: "1" };
  const reply = await client.ask(login);
  assert.equal(reply["status"], "ok");
  return [client, reply["token"] as string];
}

async function resume(port: number, token: string): Promise<Line> {
  await using client = await Client.connect(port);
  return await client.ask({ type: "resume", token, ref: "1" });
}

async function readiness({ metricsPort }: TestServer): Promise<[number, string]> {
  const response = await fetch(`http://127.0.0.1:${metricsPort}/readyz`);
  return [response.status, await response.text()];
}

testWith(
  NEEDS_SLAPD,
  "a renamed entry keeps its account, also while the person is online",
  async () => {
    await using slapd = await startSlapd();
    await slapd.add(person({ uid: "marie.dupont" }) + person({ uid: "zoe" }));
    await using server = await startWithDirectory(slapd);
    const { port, running: { services } } = server;
    const [marie] = await signIn(port, "marie.dupont");
    await using _marie = marie;
    const { id } = services.accountStore.findByKey("marie.dupont")!;
    const rename = (from: string, to: string) =>
      `dn: ${dnOf(from)}\nchangetype: modrdn\nnewrdn: uid=${to}\ndeleteoldrdn: 1\n`;
    await slapd.modify(rename("marie.dupont", "marie.durand"));
    assert.equal(await outcome(port, "marie.dupont", "pw-marie.dupont"), "login_failed");
    const again = await tryLogin(port, "marie.durand", "pw-marie.dupont");
    assert.equal(again["username"], "marie.durand");
    assert.equal(services.accountStore.findByKey("marie.durand")!.id, id);
    assert.equal(services.accountChanges.count(), 1);
    await marie.send({ type: "whoami", ref: "w" });
    assert.equal((await marie.find(({ ref }) => ref === "w"))["name"], "marie.durand");

    // The check renames, too. So another person can get the old name.
    await slapd.modify(rename("marie.durand", "marie"));
    await checkNow(slapd, server);
    assert.equal(services.accountStore.findById(id)!.name, "marie");
    await slapd.modify(rename("zoe", "marie.durand"));
    assert.equal(await outcome(port, "marie.durand", "pw-zoe"), "ok");
    assert.notEqual(services.accountStore.findByKey("marie.durand")!.id, id);
  },
);

testWith(
  NEEDS_SLAPD,
  "a removed or disabled account loses its sessions, and its name stays its own",
  async () => {
    await using slapd = await startSlapd();
    const names = ["ada", "bob", "eve"];
    await slapd.add(names.map((uid) => person({ uid })).join(""));
    await using server = await startWithDirectory(slapd, {
      filter: "(&(objectClass=inetOrgPerson)(!(title=left)))",
    });
    const changes = { filter: "(&(objectClass=inetOrgPerson)(!(title=left)))" };
    const { port } = server;
    const [[ada, adaToken], [bob, bobToken], [eve, eveToken]] = [
      await signIn(port, "ada"),
      await signIn(port, "bob"),
      await signIn(port, "eve"),
    ];
    await using _all = {
      [Symbol.asyncDispose]: async () =>
        void await Promise.all([ada, bob, eve].map((c) => c.close())),
    };
    await slapd.modify(`dn: ${dnOf("ada")}\nchangetype: delete\n`);
    await slapd.modify(`dn: ${dnOf("bob")}\nchangetype: modify\nadd: title\ntitle: left\n`);
    await checkNow(slapd, server, changes);
    assert.match(JSON.stringify(await ada.end()), /account has been disabled/);
    await bob.ending();
    await eve.sync();
    const codes = [adaToken, bobToken, eveToken].map(async (token) =>
      (await resume(port, token))["code"]
    );
    assert.deepEqual(await Promise.all(codes), ["session_expired", "session_expired", undefined]);
    assert.equal(await outcome(port, "bob", "pw-bob"), "login_failed");
    const { audit } = server.running.services;
    const details = audit.list({ limit: 9, action: "user_end_sessions" }).map((entry) =>
      entry.detail
    );
    assert.deepEqual(details, ["all; No entry was found.", "all; No entry was found."]);

    // Another person with the name of one who is gone does not get the account.
    await slapd.add(person({ uid: "ada", password: "new" }));
    assert.equal(await outcome(port, "ada", "new"), "login_failed");
    assert.match(await server.log(), /\[LDAP\] entry \S+ cannot have an account named ada/);
  },
);

testWith(NEEDS_SLAPD, "an entry with two names has one account, which keeps its name", async () => {
  await using slapd = await startSlapd();
  await slapd.add(person({ uid: "ada", more: "uid: ada.lovelace\n" }));
  await using server = await startWithDirectory(slapd);
  const { port, running: { services } } = server;
  for (const name of ["ada.lovelace", "ada", "ADA.Lovelace"]) {
    assert.equal((await tryLogin(port, name, "pw-ada"))["username"], "ada.lovelace");
  }
  assert.equal(services.accountChanges.count(), 1);
});

testWith(
  NEEDS_SLAPD,
  "the check takes a role away from a moderator who stays signed in",
  async () => {
    await using slapd = await startSlapd();
    await slapd.add(person({ uid: "ada" }) + group("teachers", [dnOf("ada")]));
    const changes = { roles: [`moderator:${groupDn("teachers")}`] };
    await using server = await startWithDirectory(slapd, changes);
    const [ada] = await signIn(server.port, "ada");
    await using _ada = ada;
    assert.equal((await ada.ask({ type: "whoami", ref: "1" }))["role"], "moderator");
    await slapd.modify(
      `dn: ${groupDn("teachers")}\nchangetype: modify\nreplace: member\nmember: ${dnOf("bob")}\n`,
    );
    await checkNow(slapd, server, changes);
    await ada.send({ type: "whoami", ref: "2" });
    assert.equal((await ada.find(({ ref }) => ref === "2"))["role"], "member");
  },
);

testWith(
  NEEDS_SLAPD,
  "the connection is encrypted and the certificate checked, or no password is sent",
  async () => {
    await using slapd = await startSlapd();
    await slapd.add(person({ uid: "ada" }));
    const other = await writeCertificate(slapd.path, { name: "other" });
    for (const servers of [[slapd.url], [slapd.secureUrl]]) {
      await using server = await startWithDirectory(slapd, { servers });
      assert.equal(await outcome(server.port, "ada", "pw-ada"), "ok");
      const before = slapd.log().length;
      for (const ca of [other.cert, ""]) {
        await using wrong = await startWithDirectory(slapd, { servers, ca });
        const reply = await tryLogin(wrong.port, "ada", "pw-ada");
        assert.deepEqual([reply["code"], reply["reason"]], ["busy", "directory_away"]);
        assert.match(await wrong.log(), /\[LDAP\] ldaps?:\S+ failed: TLS failed: /);
      }
      assert.doesNotMatch(slapd.log().slice(before), /BIND/);
    }
  },
);

testWith(
  NEEDS_SLAPD,
  "while the directory is away or sleeps, its people are told to wait and local accounts are not",
  async () => {
    await using slapd = await startSlapd();
    await slapd.add(person({ uid: "ada" }));
    await using server = await startWithDirectory(slapd, { timeout_seconds: 1 });
    const { port, running: { services } } = server;
    await services.accounts.create({ username: "lea", password: "local" });
    assert.equal(await outcome(port, "ada", "pw-ada"), "ok");
    assert.equal((await readiness(server))[0], 200);

    slapd.pause();
    const waiting = Array.from({ length: 30 }, (_, index) => tryLogin(port, `p${index}`, "guess"));
    assert.equal(await outcome(port, "lea", "local"), "ok");
    for (const reply of await Promise.all([...waiting, tryLogin(port, "ada", "pw-ada")])) {
      assert.equal(reply["reason"], "directory_away");
      assert.ok(reply["retry_after"] as number > 0);
    }
    assert.doesNotMatch(await server.log(), /login_failed/);
    slapd.resume();
    await slapd.stop();
    assert.equal(await outcome(port, "ada", "pw-ada"), "busy");
    assert.equal(await outcome(port, "lea", "local"), "ok");
    assert.match(await server.log(), /\[LDAP\] ldap:\S+ failed: /);
    const [status, why] = await readiness(server);
    assert.equal(status, 503);
    assert.match(why, /"the directory of the school does not answer"/);
    const metrics = await (await fetch(`http://127.0.0.1:${server.metricsPort}/metrics`)).text();
    assert.match(metrics, /^classcord_directory_up 0$/m);
    assert.match(metrics, /^classcord_directory_requests_total\{result="failed"\} 32$/m);
    assert.match(metrics, /^classcord_logins_total\{result="busy"\} 32$/m);
  },
);

testWith(NEEDS_SLAPD, "with a second server, the first may be away", async () => {
  await using slapd = await startSlapd();
  await slapd.add(person({ uid: "ada" }));
  const nobody = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port: closed } = nobody.addr as Deno.NetAddr;
  nobody.close();
  await using server = await startWithDirectory(slapd, {
    servers: [`ldap://127.0.0.1:${closed}`, slapd.url],
  });
  assert.equal(await outcome(server.port, "ada", "pw-ada"), "ok");
});

testWith(
  NEEDS_SLAPD,
  "with the cache, a person who has logged in can log in while the directory is away",
  async () => {
    await using slapd = await startSlapd();
    await slapd.add(person({ uid: "ada" }) + person({ uid: "bob" }));
    await using server = await startWithDirectory(slapd, { cache_hours: 1 });
    const { port, running: { services } } = server;
    assert.equal(await outcome(port, "ada", "pw-ada"), "ok");
    assert.equal(services.accountStore.findByKey("ada")!.passwordHash, "!");
    await slapd.stop();
    assert.equal(await outcome(port, "ada", "pw-ada"), "ok");
    assert.equal(await outcome(port, "ada", "wrong"), "login_failed");
    assert.equal(await outcome(port, "bob", "pw-bob"), "busy");
    const { directoryId } = services.accountStore.findByKey("ada")!;
    services.directory!.forget(directoryId!);
    assert.equal(await outcome(port, "ada", "pw-ada"), "busy");
  },
);

testWith(
  NEEDS_SLAPD,
  "without the directory in the settings, its accounts cannot log in and stay signed in nowhere",
  async () => {
    await using slapd = await startSlapd();
    await slapd.add(person({ uid: "ada" }));
    const directory = await Deno.makeTempDir({ prefix: "classcord-" });
    try {
      let token: string;
      {
        await using server = await startWithDirectory(slapd, {}, {
          store: { data_dir: directory },
        });
        const [client, given] = await signIn(server.port, "ada");
        token = given;
        await client.close();
      }
      await using server = await startWithDirectory(slapd, { servers: [] }, {
        store: { data_dir: directory },
      });
      assert.equal((await resume(server.port, token))["code"], "session_expired");
      for (const password of ["pw-ada", "!", ""]) {
        assert.equal(await outcome(server.port, "ada", password), "login_failed");
      }
    } finally {
      await Deno.remove(directory, { recursive: true });
    }
  },
);
