// Each node has a search index of its own, which follows the messages while the node follows the log.
import { DatabaseSync } from "node:sqlite";
import assert from "node:assert/strict";
import { matchExpression, phrasesOf } from "../../lib/store/search/query.ts";
import { Client } from "../support/client.ts";
import type { TestServer } from "../support/server.ts";
import { startTown } from "./town.ts";
import { ask, join, OPEN } from "./townsfolk.ts";

/** Waits until the index of a node has a message, and until no removal waits for it. */
async function indexed(dataDir: string, id: number): Promise<void> {
  using changes = Deno.watchFs(dataDir);
  if (isIndexed(dataDir, id)) return;
  for await (const _ of changes) if (isIndexed(dataDir, id)) return;
}

function isIndexed(dataDir: string, id: number): boolean {
  try {
    using index = new DatabaseSync(`${dataDir}/search.db`, { readOnly: true });
    const row = index.prepare("SELECT indexed_to FROM state").get();
    if (Number(row?.["indexed_to"] ?? 0) < id) return false;
    using database = new DatabaseSync(`${dataDir}/classcord.db`, { readOnly: true });
    return database.prepare("SELECT 1 FROM search_queue").get() === undefined;
  } catch {
    // The index is being made.
    return false;
  }
}

Deno.test("the search index of every node follows the messages and their deletion", async () => {
  await using town = await startTown();
  await using ada = await Client.connect(town.servers[1]!.port);
  await ada.ask({ type: "message", from: "ada", content: "", ref: "join" });
  const said = await ada.ask({ type: "message", content: "chocolat", ref: "1" });
  const id = Number(said["id"]);
  for (const { dataDir } of town.servers) await indexed(dataDir, id);
  await using operator = await Client.operator(town.servers[2]!.running.adminSocket!);
  assert.equal((await operator.ask({ type: "delete", id }))["status"], "ok");
  const last = await ada.ask({ type: "message", content: "biscuit", ref: "2" });
  for (const { dataDir } of town.servers) await indexed(dataDir, Number(last["id"]));
});

/** Everything that the index of a node has: each word of each message. */
function wordsIn(dataDir: string): unknown[] {
  using index = new DatabaseSync(`${dataDir}/search.db`, { readOnly: true });
  index.exec("CREATE VIRTUAL TABLE temp.instances USING fts5vocab(main, words, instance)");
  const query = "SELECT term, doc, col, offset FROM temp.instances ORDER BY term, doc, col, offset";
  return index.prepare(query).all().map((row) => ({ ...row }));
}

/** Returns the messages that a query finds in the index of a node, with what they say in the database of this node. */
function hits(dataDir: string, query: string): unknown[] {
  using index = new DatabaseSync(`${dataDir}/search.db`, { readOnly: true });
  using database = new DatabaseSync(`${dataDir}/classcord.db`, { readOnly: true });
  const content = database.prepare("SELECT content FROM messages WHERE id = ?");
  return index.prepare("SELECT rowid FROM words WHERE words MATCH ? ORDER BY rowid")
    .all(`content : (${matchExpression(phrasesOf(query))})`)
    .map(({ rowid }) => content.get(Number(rowid))?.["content"]);
}

/** Waits until all indexes have a message, and checks that they have the same words and give the same hits. */
async function checkSame(
  servers: readonly TestServer[],
  { id, found }: { readonly id: unknown; readonly found: Readonly<Record<string, string[]>> },
): Promise<void> {
  for (const { dataDir } of servers) await indexed(dataDir, Number(id));
  const [first, ...others] = servers.map(({ dataDir }) => wordsIn(dataDir));
  assert.ok(first!.length > 0);
  for (const words of others) assert.deepEqual(words, first);
  for (const [query, contents] of Object.entries(found)) {
    for (const { dataDir } of servers) assert.deepEqual(hits(dataDir, query), contents, query);
  }
}

/** Registers an account, says something under its name, and leaves. */
async function sayAs(server: TestServer, username: string, content: string): Promise<void> {
  await using client = await Client.connect(server.port);
  const account = { username, password: "1234" };
  assert.equal((await ask(client, { type: "register", ...account }))["status"], "ok");
  assert.equal((await ask(client, { type: "login", ...account }))["status"], "ok");
  assert.equal((await ask(client, { type: "message", content }))["type"], "ack");
}

Deno.test("all nodes find the same after erasures, a take-over and a join", async () => {
  await using town = await startTown(OPEN);
  const [first, second, third] = town.servers as [TestServer, TestServer, TestServer];
  await using ada = await join(third, "ada");
  const say = async (content: string) => (await ask(ada, { type: "message", content }))["id"];
  await using operator = await Client.operator(second.running.adminSocket!);
  const erase = async (user: string) => {
    const erased = await ask(operator, { type: "user_erase", user, messages: true });
    assert.equal(erased["status"], "ok");
  };
  await sayAs(second, "eve", "Du chocolat pour Ève");
  await sayAs(first, "zoé", "Chocolat chaud");
  const deleted = await say("trop de chocolat");
  await say("un gâteau");
  const all = ["Du chocolat pour Ève", "Chocolat chaud", "trop de chocolat"];
  await checkSame([first, second, third], {
    id: await say("fin 1"),
    found: { chocolat: all, "chocolat chaud": ["Chocolat chaud"], gateau: ["un gâteau"] },
  });

  await erase("eve");
  assert.equal((await ask(operator, { type: "delete", id: deleted }))["status"], "ok");
  await checkSame([first, second, third], {
    id: await say("fin 2"),
    found: { chocolat: ["Chocolat chaud"], eve: [] },
  });

  await town.stopLeader();
  await say("chocolat noir");
  await checkSame([second, third], {
    id: await say("fin 3"),
    found: { chocolat: ["Chocolat chaud", "chocolat noir"], fin: ["fin 1", "fin 2", "fin 3"] },
  });

  await town.start("fourth");
  const fourth = town.servers[3]!;
  await using bob = await join(fourth, "bob");
  await ask(bob, { type: "message", content: "chocolat blanc" });
  await checkSame([second, third, fourth], {
    id: await say("fin 4"),
    found: { chocolat: ["Chocolat chaud", "chocolat noir", "chocolat blanc"] },
  });
  await erase("zoé");
  await checkSame([second, third, fourth], {
    id: await say("fin 5"),
    found: { chocolat: ["chocolat noir", "chocolat blanc"], chaud: [] },
  });
});
