// A node whose disk is full: another one leads, and it goes on without its database until there is space.
import assert from "node:assert/strict";
import type { DatabaseSync } from "node:sqlite";
import { Client, type Line } from "../support/client.ts";
import type { Database } from "../../lib/store/database.ts";
import type { TestServer } from "../support/server.ts";
import { startTown } from "./town.ts";

const OPEN = { limits: { burst: 4_000, messages_per_second: 0, requests_per_second: 0 } };
const LONG = "x".repeat(4_000);

async function join(server: TestServer, from: string): Promise<Client> {
  const client = await Client.connect(server.port);
  await client.send({ type: "message", from, content: "", ref: "join" });
  await client.find(({ ref }) => ref === "join");
  return client;
}

/** Lets SQLite fail as on a full disk once it needs some more pages. @returns Makes space again. */
function fill({ sqlite }: Database, pages: number): () => void {
  const used = sqlite.prepare("PRAGMA page_count").get()!["page_count"] as number;
  sqlite.exec(`PRAGMA max_page_count = ${used + pages}`);
  return () => sqlite.exec("PRAGMA max_page_count = 100000");
}

function contentsOf(sqlite: DatabaseSync): unknown[] {
  return sqlite.prepare("SELECT content FROM messages ORDER BY id").all()
    .map(({ content }) => content);
}

Deno.test("a follower whose disk is full serves its connections, and catches up when there is space", async () => {
  await using town = await startTown(OPEN);
  const [first, second] = town.servers as [TestServer, TestServer];
  const [ada, bob] = [await join(first, "ada"), await join(second, "bob")];
  const free = fill(town.databases[1]!, 5);
  for (let i = 0; i < 20; i++) {
    await ada.send({ type: "message", content: `${i} ${LONG}` });
    await bob.find(({ content }) => String(content).startsWith(`${i} `));
  }
  await bob.send({ type: "message", content: "last", ref: "last" });
  assert.equal((await bob.find(({ ref }) => ref === "last"))["type"], "ack");
  const [leader, copy] = town.databases.map(({ sqlite }) => sqlite) as [DatabaseSync, DatabaseSync];
  assert.ok(contentsOf(copy).length < 21);
  assert.match(await second.log(), /the database cannot be written, and catches up later: .*full/);
  free();
  while (contentsOf(copy).length < 21) await ada.sync();
  assert.deepEqual(contentsOf(copy), contentsOf(leader));
  while (!/the database has caught up/.test(await second.log())) await ada.sync();
  for (const client of [ada, bob]) await client.close();
});

Deno.test("a leader whose disk is full is replaced, and every message is stored once", async () => {
  await using town = await startTown(OPEN);
  const [first, second] = town.servers as [TestServer, TestServer];
  const clients = [await join(first, "ada"), await join(second, "bob")];
  const free = fill(town.databases[0]!, 5);
  const sent: string[] = [];
  for (let i = 0; i < 20; i++) {
    for (const client of clients) {
      const content = `${sent.length} ${LONG}`;
      await client.send({ type: "message", content, ref: `${sent.push(content)}` });
    }
  }
  const answers = new Map<unknown, Line>();
  for (const [index, client] of clients.entries()) {
    for (let count = 0; count < 20;) {
      const line = await client.line();
      if (line["ref"] === undefined) continue;
      assert.equal(line["type"], "ack", `${index}: ${JSON.stringify(line)}`);
      answers.set(line["ref"], line);
      count++;
    }
  }
  assert.equal(answers.size, sent.length);
  assert.equal(first.running.node!.leads, false);
  assert.doesNotMatch(await first.log(), /clock|caught up/, "it reads batches again");
  assert.match(await first.log(), /this node does not lead: .*(?:full|lost|not be written)/);
  free();
  const [full, other] = town.databases.map(({ sqlite }) => sqlite) as [DatabaseSync, DatabaseSync];
  while (contentsOf(full).length < sent.length) await clients[1]!.sync();
  assert.deepEqual(contentsOf(full), contentsOf(other));
  assert.deepEqual(contentsOf(other).toSorted(), sent.toSorted());
  for (const client of clients) await client.close();
});

Deno.test("a leader whose disk is nearly full lets another node lead", async () => {
  await using town = await startTown(OPEN);
  const [first, ...others] = town.servers as [TestServer, ...TestServer[]];
  const bob = await join(others[0]!, "bob");
  town.fillDisk(0);
  while (!others.some(({ running }) => running.node!.leads)) await bob.sync();
  assert.equal(first.running.node!.leads, false);
  await bob.close();
});

// It takes ten seconds, and runs with `task test:cluster`.
Deno.test({
  name: "if the disks of all nodes are nearly full, one of them leads",
  ignore: !Deno.env.has("CLUSTER_ROUNDS"),
  async fn() {
    await using town = await startTown(OPEN);
    const [first, ...others] = town.servers as [TestServer, ...TestServer[]];
    const bob = await join(others[0]!, "bob");
    for (const index of town.servers.keys()) town.fillDisk(index);
    while (first.running.node!.leads) await bob.sync();
    await bob.sync();
    assert.ok(others.some(({ running }) => running.node!.leads));
    await bob.close();
  },
});
