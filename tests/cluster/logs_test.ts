// The logs of a cluster: what happens to a connection is in the log of its node, once, and fail2ban counts it there.
import assert from "node:assert/strict";
import { Client, type Line } from "../support/client.ts";
import { startTestServer, type TestServer } from "../support/server.ts";
import { startTown } from "./town.ts";

const OPEN = { limits: { messages_per_second: 0, requests_per_second: 0 } };
const WRONG = { type: "login", password: "wrong" };
const HOSTILE = '" [ERREUR] Problème avec 10.9.9.9 : login_failed user="';

const filter = await Deno.readTextFile(
  new URL("../../fail2ban/filter.d/classcord.conf", import.meta.url),
);
// As fail2ban reads it: it removes the time from the line first.
const COUNTED = new RegExp(
  /^failregex = (.*)$/m.exec(filter)![1]!.replace("<ADDR>", "(?<address>[\\d.]+|[\\da-f:]+)"),
);
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z/;

async function linesOf(server: TestServer): Promise<string[]> {
  return (await server.log()).split("\n");
}

/** The lines that fail2ban counts, without their time. */
async function counted(server: TestServer): Promise<string[]> {
  return (await linesOf(server)).map((line) => line.replace(TIME, ""))
    .filter((line) => COUNTED.test(line));
}

/** The lines about connections, without what is different each time. */
async function aboutConnections(server: TestServer): Promise<string[]> {
  return (await linesOf(server)).filter((line) => /127\.0\.0\.1|conn=/.test(line))
    .filter((line) => !/\[DEMARRAGE\]/.test(line))
    .map((line) => line.replace(TIME, "").replace(/:\d+ /, ":PORT ").replace(/=\d+/g, "=N"));
}

/** Reads a log until it has a line. Connections of operators have none. */
async function untilLogged(server: TestServer, wanted: RegExp): Promise<void> {
  await using operator = await Client.operator(server.running.adminSocket!);
  while (!wanted.test(await server.log())) await operator.sync();
}

async function untilCutOff({ metricsPort }: TestServer): Promise<void> {
  for (let isReady = true; isReady;) {
    const response = await fetch(`http://127.0.0.1:${metricsPort}/readyz`);
    isReady = response.ok;
    await response.body?.cancel();
  }
}

async function ask(client: Client, request: Line): Promise<Line> {
  const ref = crypto.randomUUID();
  await client.send({ ...request, ref });
  return await client.find((line) => line["ref"] === ref);
}

async function failAt(server: TestServer, username: string): Promise<void> {
  await using client = await Client.connect(server.port);
  assert.equal((await ask(client, { ...WRONG, username }))["code"], "login_failed");
}

/** Does much of what a connection can do, one after the other. */
async function misbehave(server: TestServer): Promise<void> {
  const gus = await Client.guest(server.port, "gus");
  await ask(gus, { type: "register", username: "zoé", password: "1234" });
  for (const username of ["zoé", HOSTILE, "🦊".repeat(70), "x".repeat(9_000), "\ud800"]) {
    await ask(gus, { ...WRONG, username });
  }
  await ask(gus, { type: "login", username: "zoé", password: "1234" });
  await ask(gus, { type: "status", state: `${"é".repeat(20)}"]` });
  await ask(gus, { type: "nothing" });
  await ask(gus, { type: "kick", user: "nobody" });
  await gus.close();
  await untilLogged(server, /user="zoé" left/);
  const max = await Client.connect(server.port);
  await max.send("not JSON\n".repeat(10));
  await max.ending();
  await max.close();
  await untilLogged(server, /reason=malformed_lines/);
  const lou = await Client.connect(server.port);
  await lou.send(`${"x".repeat(200_000)}\n`);
  await lou.ending();
  await lou.close();
  await untilLogged(server, /reason=line_too_long/);
}

Deno.test("a failed login is in the log of the node where it happened, once, as the line that fail2ban counts", async () => {
  await using town = await startTown(OPEN);
  for (const [index, name] of ["ada", "bob", HOSTILE].entries()) {
    await failAt(town.servers[index]!, name);
  }
  for (const [index, server] of town.servers.entries()) {
    await untilLogged(server, /login_failed/);
    const user = ["ada", "bob", '[^"]*10.9.9.9[^"]*'][index];
    const [line, ...others] = await counted(server);
    assert.match(
      line!,
      new RegExp(
        `^ - WARNING - \\[ERREUR\\] Problème avec 127.0.0.1 : login_failed user="${user}"$`,
      ),
    );
    assert.equal(COUNTED.exec(line!)!.groups!["address"], "127.0.0.1");
    assert.deepEqual(others, []);
  }
});

for (const level of ["info", "debug"] as const) {
  Deno.test(`the log of a connection of any node is that of a single server, at the level ${level}`, async () => {
    const settings = { ...OPEN, log: { level } };
    await using alone = await startTestServer(settings);
    await misbehave(alone);
    const expected = await aboutConnections(alone);
    assert.ok((await counted(alone)).length >= 6, expected.join("\n"));
    for (const index of [0, 1]) {
      await using town = await startTown(settings);
      await misbehave(town.servers[index]!);
      assert.deepEqual(await aboutConnections(town.servers[index]!), expected);
      for (const [other, server] of town.servers.entries()) {
        if (other !== index) assert.deepEqual(await aboutConnections(server), []);
      }
    }
  });
}

Deno.test("fail2ban does not count an address that the node shares", async () => {
  await using town = await startTown({ limits: { ...OPEN.limits, shared: ["127.0.0.1"] } });
  await failAt(town.servers[1]!, "ada");
  await untilLogged(
    town.servers[1]!,
    /\[ERREUR\] shared Problème avec 127\.0\.0\.1 : login_failed/,
  );
  for (const server of town.servers) assert.deepEqual(await counted(server), []);
});

Deno.test("a node writes at most as many offences of an address as a single server", async () => {
  await using town = await startTown(OPEN);
  for (let i = 0; i < 25; i++) {
    await using client = await Client.connect(town.servers[1]!.port);
    await client.send("not JSON\n".repeat(10));
    await client.ending();
  }
  await using last = await Client.guest(town.servers[1]!.port, "last");
  await untilLogged(town.servers[1]!, /user="last" guest/);
  assert.equal((await counted(town.servers[1]!)).length, 20);
  await last.close();
});

Deno.test("after a take-over, the nodes go on with the logs of their connections", async () => {
  await using town = await startTown(OPEN);
  await using client = await Client.connect(town.servers[2]!.port);
  await ask(client, { type: "ping" });
  await town.stopLeader();
  assert.equal((await ask(client, { ...WRONG, username: "ada" }))["code"], "login_failed");
  await failAt(town.servers[1]!, "bob");
  for (const [index, user] of [[1, "bob"], [2, "ada"]] as const) {
    await untilLogged(town.servers[index]!, /login_failed/);
    const lines = await counted(town.servers[index]!);
    assert.deepEqual(lines.map((line) => /user="(.*)"/.exec(line)![1]), [user]);
  }
});

Deno.test("a login that a deposed leader has refused is logged once, by the node of its connection", async () => {
  await using town = await startTown(OPEN, { cutOff: 1_500, giveUp: 600_000 });
  const [first, second, third] = town.servers as [TestServer, TestServer, TestServer];
  await using client = await Client.connect(first.port);
  await ask(client, { type: "ping" });
  town.lines[0]!.cut();
  await client.send({ ...WRONG, username: "ada", ref: "alone" });
  await using other = await Client.connect(second.port);
  while (![second, third].some(({ running }) => running.node!.leads)) await other.sync();
  assert.deepEqual(await counted(first), [], "its turn is not in the log of the cluster");
  town.lines[0]!.mend();
  assert.equal((await client.find(({ ref }) => ref === "alone"))["code"], "login_failed");
  await untilLogged(first, /login_failed/);
  assert.deepEqual(
    await Promise.all(town.servers.map(async (server) => (await counted(server)).length)),
    [1, 0, 0],
  );
});

Deno.test("a node that is cut off counts offences itself, once", async () => {
  await using town = await startTown(OPEN, { cutOff: 1_500, giveUp: 600_000 });
  const second = town.servers[1]!;
  await using client = await Client.guest(second.port, "ada");
  town.lines[1]!.cut();
  await untilCutOff(second);
  await client.send("not JSON\n".repeat(10));
  await client.ending();
  await untilLogged(second, /malformed_lines/);
  town.lines[1]!.mend();
  await untilLogged(second, /reason=malformed_lines/);
  assert.equal((await counted(second)).length, 1);
  assert.deepEqual(await counted(town.servers[0]!), []);
});

Deno.test("a connection that the leader refuses is in the log of its node, with the reason", async () => {
  const limits = { ...OPEN.limits, connections_per_address: 2 };
  await using town = await startTown({ limits });
  const [leader, second, third] = town.servers as [TestServer, TestServer, TestServer];
  await using ada = await Client.guest(leader.port, "ada");
  await using bob = await Client.guest(third.port, "bob");
  await using refused = await Client.connect(second.port);
  const [line] = await refused.end();
  assert.equal(line!["code"], "too_many_connections");
  await untilLogged(second, /refused limit=connections_per_address/);
  const lines = (await linesOf(second)).filter((line) => line.includes("refused limit="));
  assert.equal(lines.length, 1);
  assert.match(lines[0]!, /WARNING - \[CONNEXION\] .*127\.0\.0\.1/);
  for (const server of [leader, third]) assert.doesNotMatch(await server.log(), /refused limit=/);
  // After a take-over, the connections that stay are counted, and not refused.
  await ada.close();
  await town.stopLeader();
  await bob.sync();
  await using gus = await Client.guest(third.port, "gus");
  await using again = await Client.connect(second.port);
  assert.equal((await again.end())[0]!["code"], "too_many_connections");
  assert.equal((await ask(gus, { type: "ping" }))["type"], "pong");
  assert.doesNotMatch(await third.log(), /refused limit=/);
});

Deno.test("an operator's act is in the log of the node where it was done", async () => {
  await using town = await startTown(OPEN);
  await using gus = await Client.guest(town.servers[2]!.port, "gus");
  await using operator = await Client.operator(town.servers[1]!.running.adminSocket!);
  await ask(operator, { type: "operator", name: "ada" });
  assert.equal(
    (await ask(operator, { type: "kick", user: "gus", reason: "noise" }))["status"],
    "ok",
  );
  await gus.ending();
  await untilLogged(town.servers[2]!, /reason=kicked/);
  await untilLogged(
    town.servers[1]!,
    /\[MODERATION\] conn=\d+ by="operator.{1,6}ada" kick target="gus"/,
  );
  for (const index of [0, 2]) {
    assert.doesNotMatch(await town.servers[index]!.log(), /\[MODERATION\]/);
  }
  assert.doesNotMatch(await town.servers[0]!.log(), /conn=/);
});
