// Logs in to a whole server with the accounts of a real OpenLDAP.
import assert from "node:assert/strict";
import { nameKey } from "../../lib/protocol/names.ts";
import { NO_PASSWORD } from "../../lib/store/accounts.ts";
import { Client } from "../support/client.ts";
import { outcome, startWithDirectory, tryLogin } from "../support/ldap_server.ts";
import { testWith } from "../support/programs.ts";
import type { TestServer } from "../support/server.ts";
import { dnOf, group, groupDn, NEEDS_SLAPD, person, startSlapd } from "../support/slapd.ts";

const search = { limit: 50 };

function auditOf({ running: { services } }: TestServer, target: string): string[] {
  return services.audit.list({ ...search, target }).toReversed()
    .map(({ actor, action, detail }) => `${actor} ${action} ${detail}`);
}

testWith(
  NEEDS_SLAPD,
  "a person of the directory logs in, and a wrong password looks like an unknown name",
  async () => {
    await using slapd = await startSlapd();
    await slapd.add(
      person({ uid: "ada" }) + person({ uid: "Zoé Lefèvre", password: "mot de passe é" }),
    );
    await using server = await startWithDirectory(slapd);
    const { port } = server;
    const { accountStore } = server.running.services;
    await using ada = await Client.connect(port);
    const login = { type: "login", username: "ADA", password: "pw-ada" };
    assert.deepEqual(await ada.ask(login), { type: "login", status: "ok", username: "ada" });
    assert.equal(await outcome(port, "zoé lefèvre", "mot de passe é"), "ok");
    const account = accountStore.findByKey("ada")!;
    assert.equal(account.passwordHash, NO_PASSWORD);
    assert.match(account.directoryId!, /^[0-9a-f-]{36}$/);
    assert.deepEqual(auditOf(server, "ada"), ["directory:ldap user_add member; first login"]);
    assert.deepEqual(await tryLogin(port, "ada", "wrong"), await tryLogin(port, "nobody", "wrong"));
    assert.equal(await outcome(port, "ada", "pw-ada"), "ok");
    assert.equal(accountStore.findByKey("ada")!.passwordHash, NO_PASSWORD);
    const offences = (await server.log()).match(
      /Problème avec 127\.0\.0\.1 : login_failed user=\S+/g,
    );
    assert.deepEqual(offences?.map((line) => line.split("=")[1]), ['"ada"', '"nobody"']);
  },
);

testWith(
  NEEDS_SLAPD,
  "an unknown name takes as many steps at the directory as a wrong password",
  async () => {
    await using slapd = await startSlapd();
    await slapd.add(person({ uid: "ada" }));
    await using server = await startWithDirectory(slapd);
    const steps = async (name: string, password: string) => {
      const before = slapd.log().length;
      assert.equal(await outcome(server.port, name, password), "login_failed");
      // Other connections are those of the check.
      const [, conn] = await slapd.logged(/ (conn=\d+) \S+ SRCH .*filter=.*uid=/, before);
      await slapd.logged(new RegExp(` ${conn} .*closed`), before);
      const own = slapd.log().slice(before).split("\n").filter((line) =>
        line.includes(` ${conn} `)
      );
      return ["BIND dn=.*method=128", "SRCH base=", "RESULT "].map((step) =>
        own.filter((line) => new RegExp(step).test(line)).length
      );
    };
    const wrong = await steps("ada", "wrong");
    // StartTLS has a result, too.
    assert.deepEqual(wrong, [2, 1, 4]);
    assert.deepEqual(await steps("nobody", "wrong"), wrong);
    assert.deepEqual(await steps("ada", ""), wrong);
    assert.deepEqual(await steps("ada", "\0"), wrong);
    assert.doesNotMatch(slapd.log(), /BIND dn="uid=ada,[^"]*" method=128\n.*err=0/);
  },
);

testWith(
  NEEDS_SLAPD,
  "names that would change a filter, or that a directory would take for another, find nobody",
  async () => {
    await using slapd = await startSlapd();
    await slapd.add(person({ uid: "ada" }) + person({ uid: "a(b)" }) + person({ uid: "a#b" }));
    await using server = await startWithDirectory(slapd);
    const { port, running: { services } } = server;
    const hostile = [
      "*",
      "ad*",
      "ada)(uid=*",
      "*)(objectClass=*",
      "ada\u00ad",
      " ada",
      "ada ",
      "ada\0",
    ];
    for (const name of [...hostile, "a\\64a", "admin", "a#b", "x".repeat(2000), "uid=ada"]) {
      assert.equal(await outcome(port, name, "pw-ada"), "login_failed", JSON.stringify(name));
      services.accounts.forgive(nameKey(name));
    }
    assert.equal(await outcome(port, "a(b)", "pw-a(b)"), "ok");
    assert.equal(await outcome(port, "ada", "pw-ada"), "ok");
    assert.equal(services.accountChanges.count(), 2);
  },
);

testWith(
  NEEDS_SLAPD,
  "local accounts win, and the password of an account of the directory cannot be changed here",
  async () => {
    await using slapd = await startSlapd();
    await slapd.add(person({ uid: "ada" }) + person({ uid: "bob" }) + person({ uid: "eve" }));
    await using server = await startWithDirectory(slapd);
    const { port, running: { services, adminSocket } } = server;
    await services.accounts.create({ username: "ada", password: "local" });
    assert.equal(await outcome(port, "ada", "pw-ada"), "login_failed");
    assert.equal(await outcome(port, "ada", "local"), "ok");
    assert.equal(services.accountStore.findByKey("ada")!.directoryId, null);
    assert.equal(slapd.log().includes("uid=ada)"), false);

    await using bob = await Client.connect(port);
    assert.equal(
      (await bob.ask({ type: "login", username: "bob", password: "pw-bob" }))["status"],
      "ok",
    );
    const change = await bob.ask({ type: "password", old: "pw-bob", new: "another" });
    assert.deepEqual([change["code"], change["reason"]], ["forbidden", "directory_account"]);
    await using operator = await Client.operator(adminSocket!);
    await operator.ask({ type: "operator" });
    const passwd = await operator.ask({ type: "user_passwd", user: "bob", password: "another" });
    assert.equal(passwd["reason"], "directory_account");
    const shown = await operator.ask({ type: "user_show", user: "bob" });
    assert.equal(shown["directory"], true);
    assert.equal((await operator.ask({ type: "user_show", user: "ada" }))["directory"], undefined);

    // The name of a person who has not logged in yet is not free for others, but an operator decides.
    const taken = await bob.ask({ type: "register", username: "Eve", password: "mine" });
    assert.deepEqual([taken["code"], taken["reason"]], ["username_taken", "account_exists"]);
    assert.equal(
      (await bob.ask({ type: "register", username: "mallory", password: "mine" }))["status"],
      "ok",
    );
    const added = await operator.ask({ type: "user_add", user: "eve", password: "local" });
    assert.equal(added["status"], "ok");
    assert.equal(await outcome(port, "eve", "pw-eve"), "login_failed");
    const disabled = await operator.ask({ type: "user_disable", user: "bob" });
    assert.equal(disabled["status"], "ok");
    assert.equal(await outcome(port, "bob", "pw-bob"), "login_failed");
  },
);

testWith(
  NEEDS_SLAPD,
  "an entry cannot have an account whose name looks like another account",
  async () => {
    await using slapd = await startSlapd();
    await slapd.add(person({ uid: "\u0430da" }));
    await using server = await startWithDirectory(slapd);
    await server.running.services.accounts.create({ username: "ada", password: "local" });
    assert.equal(await outcome(server.port, "\u0430da", "pw-\u0430da"), "login_failed");
    assert.match(
      await server.log(),
      /\[LDAP\] entry \S+ cannot have an account named .* looks like it/,
    );
  },
);

testWith(
  NEEDS_SLAPD,
  "groups of the directory give a role and groups at each login, nested ones too",
  async () => {
    await using slapd = await startSlapd();
    await slapd.add(
      person({ uid: "ada" }) + group("maths", [dnOf("ada")]) +
        group("teachers", [groupDn("maths")]) +
        // A circle.
        group("staff", [groupDn("teachers"), groupDn("circle")]) +
        group("circle", [groupDn("staff")]),
    );
    for (const group_search of ["nested", "search"] as const) {
      await using server = await startWithDirectory(slapd, {
        group_search,
        roles: [`moderator: CN=Staff, OU=groups,dc=school,dc=example`],
        groups: [`2SLAM: ${groupDn("maths")}`, `Salle des profs:${groupDn("teachers")}`],
      });
      const { port, running: { services } } = server;
      await using ada = await Client.connect(port);
      await ada.ask({ type: "login", username: "ada", password: "pw-ada" });
      assert.equal((await ada.ask({ type: "whoami" }))["role"], "moderator");
      const { id } = services.accountStore.findByKey("ada")!;
      const groups = () => services.groups.of(id).map(({ name }) => name);
      assert.deepEqual(groups(), ["2SLAM", "Salle des profs"]);
      services.groups.create({ name: "chess", key: "chess", now: 0 });
      services.groups.add(services.groups.find("chess")!.id, [id]);

      const leave = (member: string) =>
        `dn: ${groupDn("teachers")}\nchangetype: modify\nreplace: member\nmember: ${member}\n`;
      await slapd.modify(leave(dnOf("nobody")));
      await using again = await Client.connect(port);
      await again.ask({ type: "login", username: "ada", password: "pw-ada" });
      assert.equal((await again.ask({ type: "whoami" }))["role"], "member");
      assert.deepEqual(groups(), ["2SLAM", "chess"]);
      assert.deepEqual(auditOf(server, "ada").slice(-2), [
        "directory:ldap user_role moderator to member",
        "directory:ldap group_remove Salle des profs",
      ]);
      await slapd.modify(leave(groupDn("maths")));
    }
  },
);

testWith(
  NEEDS_SLAPD,
  "three hundred people log in at once, a guess is answered meanwhile, and nobody is told to wait",
  async () => {
    await using slapd = await startSlapd();
    const names = Array.from({ length: 300 }, (_, index) => `pupil${index}`);
    await slapd.add(names.map((uid) => person({ uid })).join(""));
    await using server = await startWithDirectory(
      slapd,
      { timeout_seconds: 60 },
      { limits: { connections_per_address: 0 } },
    );
    const { port, running: { services } } = server;
    const all = names.map((name) => outcome(port, name, `pw-${name}`));
    const guess = outcome(port, "pupil0x", "guess");
    assert.deepEqual(new Set(await Promise.all(all)), new Set(["ok"]));
    assert.equal(await guess, "login_failed");
    assert.equal(services.accountChanges.count(), 300);
    // The desk has ten connections at a time, and its tests count them. slapd may note that one has ended only after
    // the next ones have begun.
    let [open, most] = [0, 0];
    for (const [, what] of slapd.log().matchAll(/ (ACCEPT|closed)\b/g)) {
      open += what === "ACCEPT" ? 1 : -1;
      most = Math.max(most, open);
    }
    assert.ok(most > 1 && most <= 30, `${most} connections`);
  },
);
