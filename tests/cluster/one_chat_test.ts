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

Deno.test("a name that is registered at three nodes at once is given once", async () => {
  await using town = await startTown(open);
  const clients = await connectAll(town);
  const names = Array.from({ length: 4 }, (_, index) => `pupil${index}`);
  const given: Record<string, number> = {};
  await Promise.all(clients.map(async (client) => {
    for (const username of names) {
      const { status } = await client.ask({ type: "register", username, password: "1234" });
      if (status === "ok") given[username] = (given[username] ?? 0) + 1;
    }
  }));
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
  await bob.send({ type: "status", state: "away" });
  const away = (line: Line) => line["user"] === "bob" && line["state"] === "away";
  await ada.find(away);
  await eve.find(away);
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
