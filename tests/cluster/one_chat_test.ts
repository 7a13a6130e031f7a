// Three nodes are one chat: names are unique, and who is online, bans, operators and pages are the same everywhere.
import assert from "node:assert/strict";
import { Client, type Line } from "../support/client.ts";
import type { TestServer } from "../support/server.ts";
import { startTown, type Town } from "./town.ts";

const open = { limits: { burst: 400 } };

/** Opens a connection at each node. */
async function connectAll({ servers }: Town): Promise<Client[]> {
  return await Promise.all(servers.map(({ port }) => Client.connect(port)));
}

async function closeAll(clients: readonly Client[]): Promise<void> {
  for (const client of clients) await client.close();
}

/** Sends a request on the admin socket of a node. */
async function operate({ running }: TestServer, request: Line): Promise<Line> {
  await using operator = await Client.operator(running.adminSocket!);
  return await operator.ask(request);
}

/** Sends a request and returns its reply. Lines of others may come before it. */
async function reply(client: Client, request: Line): Promise<Line> {
  const ref = crypto.randomUUID();
  await client.send({ ...request, ref });
  return await client.find((line) => line["ref"] === ref);
}

Deno.test("200 names that are registered at three nodes at once are given once each", async () => {
  await using town = await startTown({
    limits: { messages_per_second: 0 },
    auth: { argon2_memory_kib: 64, argon2_iterations: 1 },
  });
  const names = Array.from({ length: 200 }, (_, index) => `pupil${index}`);
  const clients: Client[] = [];
  const given: Record<string, number> = {};
  // Ten connections at each node, because a connection is served one request at a time.
  const lanes = Array.from({ length: 30 }, async (_, lane) => {
    const client = await Client.connect(town.servers[lane % 3]!.port);
    clients.push(client);
    for (const username of names.filter((_, index) => index % 10 === Math.floor(lane / 3))) {
      const { status } = await client.ask({ type: "register", username, password: "1234" });
      if (status === "ok") given[username] = (given[username] ?? 0) + 1;
    }
  });
  await Promise.all(lanes);
  assert.deepEqual(given, Object.fromEntries(names.map((name) => [name, 1])));
  await closeAll(clients);
});

Deno.test("fifty guests of one name at three nodes get fifty names", async () => {
  await using town = await startTown(open);
  const clients: Client[] = [];
  for (let i = 0; i < 50; i++) clients.push(await Client.connect(town.servers[i % 3]!.port));
  await Promise.all(
    clients.map((client) => client.send({ type: "message", from: "max", content: "" })),
  );
  const users = new Set<unknown>();
  for (const client of clients) {
    await client.send({ type: "whoami" });
    users.add((await client.find(({ type }) => type === "whoami"))["name"]);
  }
  assert.equal(users.size, 50);
  await closeAll(clients);
});

Deno.test("users, states, bans and operators are those of all nodes", async () => {
  await using town = await startTown(open);
  const [ada, bob, eve] = await connectAll(town) as [Client, Client, Client];
  for (const [client, from] of [[ada, "ada"], [bob, "bob"], [eve, "eve"]] as const) {
    await client.send({ type: "message", from, content: "" });
    await client.sync();
  }
  const since = performance.now();
  await bob.send({ type: "status", state: "away" });
  const away = (line: Line) => line["user"] === "bob" && line["state"] === "away";
  await ada.find(away);
  await eve.find(away);
  assert.ok(performance.now() - since < 1_000, "a state is seen everywhere within a second");
  const { users, states } = await eve.ask({ type: "users" });
  assert.deepEqual([users, states], [["ada", "bob", "eve"], { bob: "away" }]);
  // From a node that does not lead.
  const { clients } = await operate(town.servers[2]!, { type: "clients" });
  assert.deepEqual(
    (clients as Line[]).flatMap(({ user }) => user ?? []).sort(),
    ["ada", "bob", "eve", "operator"],
  );
  const kicked = await operate(town.servers[1]!, { type: "kick", user: "eve" });
  assert.equal(kicked["status"], "ok");
  await eve.ending();
  await ada.find(({ user, state }) => user === "eve" && state === "offline");
  const banned = await operate(town.servers[2]!, { type: "ban", user: "bob" });
  assert.equal(banned["status"], "ok");
  await bob.ending();
  await using again = await Client.connect(town.servers[0]!.port);
  const refused = await again.ask({ type: "message", from: "bob", content: "" });
  assert.equal(refused["code"], "banned");
  await closeAll([ada, bob, eve]);
});

Deno.test("private mail that was kept is delivered at another node", async () => {
  await using town = await startTown(open);
  const [ada, bob, other] = await connectAll(town) as [Client, Client, Client];
  const account = { username: "bob", password: "1234" };
  assert.equal((await bob.ask({ type: "register", ...account }))["status"], "ok");
  await ada.send({ type: "message", from: "ada", content: "" });
  const kept = await ada.ask({ type: "private", to: "bob", content: "later", ref: "1" });
  assert.equal(kept["type"], "ack");
  await bob.send({ type: "login", ...account, ref: "2" });
  const mail = await bob.find(({ content }) => content === "later");
  assert.equal(mail["from"], "ada");
  await closeAll([ada, bob, other]);
});

Deno.test("a role that an operator of one node gives counts at another", async () => {
  await using town = await startTown(open);
  const [ada, max, bob] = await connectAll(town) as [Client, Client, Client];
  const account = { username: "max", password: "1234" };
  await max.ask({ type: "register", ...account });
  await max.ask({ type: "login", ...account });
  await bob.ask({ type: "message", from: "bob", content: "", ref: "1" });
  assert.equal((await reply(max, { type: "mute", user: "bob" }))["code"], "forbidden");
  const given = await operate(town.servers[2]!, {
    type: "user_role",
    user: "max",
    role: "moderator",
  });
  assert.equal(given["status"], "ok");
  assert.equal((await reply(max, { type: "mute", user: "bob" }))["status"], "ok");
  const refused = await reply(bob, { type: "message", content: "hello" });
  assert.equal(refused["code"], "muted");
  await closeAll([ada, max, bob]);
});

Deno.test("a page resumes at another node, with the account and as a guest, and nobody is told", async () => {
  await using town = await startTown(open);
  const [ada, first, second] = await connectAll(town) as [Client, Client, Client];
  await ada.ask({ type: "message", from: "ada", content: "", ref: "1" });
  const account = { username: "bob", password: "1234" };
  await first.ask({ type: "register", ...account });
  const hello = (tab: string) => ({ type: "hello", tab, client: "x", features: ["session"] });
  await first.ask(hello("a"));
  const member = await first.ask({ type: "login", ...account, session: true });
  await second.ask(hello("b"));
  const guest = await second.ask({ type: "message", from: "gus", content: "", ref: "2" });
  await closeAll([first, second]);
  const resumed: unknown[] = [];
  for (const [tab, { token }, at] of [["a", member, 2], ["b", guest, 0]] as const) {
    const page = await Client.connect(town.servers[at]!.port);
    await page.ask(hello(tab));
    resumed.push((await page.ask({ type: "resume", token }))["username"]);
    const told = (await ada.sync()).filter(({ state }) => state === "offline");
    assert.deepEqual(told, []);
    await page.close();
  }
  assert.deepEqual(resumed, ["bob", "gus"]);
  await ada.close();
});

Deno.test("the connections of an address count at all nodes together", async () => {
  await using town = await startTown({ limits: { connections_per_address: 4 } });
  const clients: Client[] = [];
  for (let i = 0; i < 4; i++) {
    const client = await Client.connect(town.servers[i % 3]!.port);
    await client.sync();
    clients.push(client);
  }
  const refused = await Client.connect(town.servers[1]!.port);
  assert.equal((await refused.line())["code"], "too_many_connections");
  await refused.ending();
  await clients[0]!.close();
  // Its place is free once the leader knows that it has ended.
  for (;;) {
    const next = await Client.connect(town.servers[2]!.port);
    const pong = await next.ask({ type: "ping" });
    await next.close();
    if (pong["type"] === "pong") break;
    await next.ending();
  }
  await closeAll([...clients, refused]);
});
