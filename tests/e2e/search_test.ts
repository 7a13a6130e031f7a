// Tests of searches over real servers: what is found, and that the index recovers from any damage.
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { restoreBackup } from "../../lib/ops/data/restore.ts";
import { makeBackup } from "../support/backup.ts";
import { openDatabase } from "../../lib/store/database.ts";
import { MessageStore } from "../../lib/store/messages.ts";
import { Client, type Line } from "../support/client.ts";
import { withDirectory } from "../support/directory.ts";
import { newMessage } from "../support/messages.ts";
import { runCommand, ServerProcess } from "../support/process.ts";
import { startTestServer } from "../support/server.ts";

const found = (line: Line) => line["messages"] as Line[];
const contents = (line: Line) => found(line).map(({ content }) => content);

/** Repeats a search until the index is complete. Each search extends it. */
async function searchWhole(client: Client, query: string): Promise<Line> {
  for (;;) {
    const reply = await client.ask({ type: "search", query });
    assert.equal(reply["type"], "search", JSON.stringify(reply));
    if (reply["complete"] !== false) return reply;
  }
}

function fill(directory: string, messages: number, members = {}): void {
  const database = openDatabase(directory, { synchronous: "normal" });
  new MessageStore(database).append([
    newMessage({ content: "premier mot" }),
    ...Array.from(
      { length: messages },
      (_, i) => newMessage({ content: `message ${i}`, ...members }),
    ),
    newMessage({ content: "dernier mot" }),
  ]);
  database.close();
}

Deno.test("words are found as people type them", async () => {
  await using server = await startTestServer({ limits: { messages_per_second: 0 } });
  await using gus = await Client.guest(server.port, "gus");
  const said: Record<string, readonly string[]> = {
    "un cœur d’œuvre": ["coeur", "COEUR", "cœur", "cœur", "oeuvre", "d'oeuvre"],
    "Økland à Łódź": ["okland", "ØKLAND", "lodz", "Łódź"],
    "Paweł est là": ["pawel", "PAWEŁ", "la"],
    "ὁ Ὀδυσσεύς": ["οδυσσευς", "ΟΔΥΣΣΕΥΣ", "οδυσσευσ"],
    "la ﬁn de l’eﬃcacité": ["fin", "ﬁn", "efficacite"],
    "STRASSE und Straße": ["strasse", "straße"],
    "我们在学校学习中文": ["学校", "学", "校学", "中文", "我们在学校学习中文"],
    "学校へ行きます": ["行きます", "学校へ", "へ行"],
    "안녕하세요 여러분": ["안녕", "하세요", "여러분"],
    "日本語とEnglishの話": ["english", "日本", "話"],
  };
  for (const content of Object.keys(said)) await gus.send({ type: "message", content });
  for (const [content, queries] of Object.entries(said)) {
    for (const query of queries) {
      const reply = await gus.ask({ type: "search", query });
      assert.ok(contents(reply).includes(content), `${query}: ${JSON.stringify(reply)}`);
    }
  }
  for (const query of ["couer", "校学習", "中語", "zzz"]) {
    assert.deepEqual(contents(await gus.ask({ type: "search", query })), [], query);
  }
});

Deno.test("replies of one connection keep their order around searches, even within one packet", async () => {
  await using server = await startTestServer();
  await using gus = await Client.guest(server.port, "gus");
  const requests = [
    { type: "message", content: "mot un", ref: "1" },
    { type: "search", query: "mot", ref: "2" },
    { type: "ping", ref: "3" },
    { type: "message", content: "/search mot", ref: "4" },
    { type: "message", content: "mot deux", ref: "5" },
    { type: "search", query: "mot", ref: "6" },
    { type: "ping", ref: "7" },
  ];
  await gus.send(requests.map((each) => `${JSON.stringify(each)}\n`).join(""));
  const lines: Line[] = [];
  while (lines.at(-1)?.["ref"] !== "7") lines.push(await gus.line());
  assert.deepEqual(lines.map(({ type, ref }) => `${type} ${ref}`), [
    "ack 1",
    "search 2",
    "pong 3",
    "message undefined",
    "ack 4",
    "ack 5",
    "search 6",
    "pong 7",
  ]);
  assert.match(String(lines[3]!["content"]), /«mot» un/);
  assert.deepEqual(contents(lines[6]!), ["mot deux", "mot un"]);
});

/** Starts a server without limits on requests. */
async function start(directory: string): Promise<ServerProcess> {
  const config = `${directory}/test.toml`;
  await Deno.writeTextFile(config, "[limits]\nmessages_per_second = 0\n");
  return await ServerProcess.start(directory, "--config", config);
}

Deno.test("a server that is killed while it indexes loses nothing", async () => {
  await withDirectory(async (directory) => {
    fill(directory, 60_000);
    for (let kills = 0; kills < 3; kills++) {
      using watcher = Deno.watchFs(directory);
      const server = await start(directory);
      for await (const { paths } of watcher) {
        if (paths.some((path) => path.endsWith("search.db-wal"))) break;
      }
      server.signal("SIGKILL");
      assert.equal(await server.exited(), 128 + 9);
    }
    await using server = await start(directory);
    await using gus = await Client.guest(server.port, "gus");
    assert.deepEqual(contents(await searchWhole(gus, "mot")), ["dernier mot", "premier mot"]);
    for (const i of [0, 30_000, 59_999]) {
      const reply = await gus.ask({ type: "search", query: `${i} ` });
      assert.deepEqual(contents(reply), [`message ${i}`]);
    }
    assert.doesNotMatch(await server.log(), /built anew/);
  });
});

Deno.test("a server with a damaged index starts at once, reports the damage, and rebuilds the index in the background", async () => {
  await withDirectory(async (directory) => {
    fill(directory, 10);
    Deno.writeTextFileSync(`${directory}/search.db`, "not an index ".repeat(1_000));
    await using server = await start(directory);
    await using gus = await Client.guest(server.port, "gus");
    assert.deepEqual(contents(await searchWhole(gus, "mot")), ["dernier mot", "premier mot"]);
    assert.match(await server.log(), /rebuilding the search index: .*not a database/);
  });
});

Deno.test("an index with more rows than there are messages, as after a power cut, is not used for new ones", async () => {
  await withDirectory(async (directory) => {
    {
      await using server = await startTestServer({}, directory);
      await using gus = await Client.guest(server.port, "gus");
      for (const content of ["un", "perdu"]) await gus.send({ type: "message", content });
      assert.deepEqual(contents(await searchWhole(gus, "perdu")), ["perdu"]);
    }
    const sqlite = new DatabaseSync(`${directory}/classcord.db`);
    sqlite.exec(`
      DELETE FROM messages WHERE content = 'perdu';
      DELETE FROM search_queue;
      UPDATE sqlite_sequence SET seq = 0 WHERE name = 'search_queue';
      UPDATE sqlite_sequence SET seq = 1 WHERE name = 'messages'`);
    sqlite.close();
    await using server = await startTestServer({}, directory);
    assert.match(await server.log(), /rebuilding the search index/);
    await using gus = await Client.guest(server.port, "gus");
    for (const content of ["neuf", "dix"]) await gus.send({ type: "message", content });
    assert.deepEqual(contents(await searchWhole(gus, "neuf")), ["neuf"]);
    assert.deepEqual(contents(await searchWhole(gus, "perdu")), []);
  });
});

Deno.test("a backup has no index, and restoring it discards the index of later messages", async () => {
  await withDirectory(async (directory) => {
    fill(directory, 10);
    const backups = `${directory}/backups`;
    const now = new Date(Date.UTC(2026, 10, 22));
    const { path } = await makeBackup({ dataDir: directory, directory: backups, keep: 0, now });
    {
      await using server = await start(directory);
      await using gus = await Client.guest(server.port, "gus");
      await gus.ask({ type: "message", content: "mot nouveau", ref: "1" });
      assert.equal(contents(await searchWhole(gus, "mot")).length, 3);
    }
    assert.deepEqual([...Deno.readDirSync(backups)].map(({ name }) => `${backups}/${name}`), [
      path,
    ]);
    await restoreBackup({ file: path, dataDir: directory, now });
    assert.throws(() => Deno.statSync(`${directory}/search.db`), Deno.errors.NotFound);
    await using server = await start(directory);
    await using gus = await Client.guest(server.port, "gus");
    await gus.ask({ type: "message", content: "mot autre", ref: "1" });
    assert.deepEqual(contents(await searchWhole(gus, "mot")), [
      "mot autre",
      "dernier mot",
      "premier mot",
    ]);
    // The restored database gives the ids of the lost messages to new ones.
    assert.deepEqual(contents(await searchWhole(gus, "nouveau")), []);
  });
});

const SECRET = /geheimnis|xyloph/;

/** Returns the names of files that contain a text. */
function filesWith(directory: string, pattern: RegExp): string[] {
  const names = [...Deno.readDirSync(directory)].filter(({ isFile }) => isFile)
    .map(({ name }) => name);
  return names.filter((name) =>
    pattern.test(new TextDecoder("latin1").decode(Deno.readFileSync(`${directory}/${name}`)))
  );
}

Deno.test("what a running server erases is in none of its files any more", async () => {
  await withDirectory(async (directory) => {
    await using server = await start(directory);
    await using ada = await Client.connect(server.port);
    await ada.ask({ type: "register", username: "ada", password: "1234" });
    await ada.ask({ type: "login", username: "ada", password: "1234" });
    await ada.ask({ type: "message", content: "geheimnis xylophon", ref: "1" });
    await ada.ask({ type: "private", to: "ada", content: "xylophon geheimnis", ref: "2" });
    await using gus = await Client.guest(server.port, "gus");
    assert.equal(contents(await searchWhole(gus, "xyloph")).length, 1);
    assert.notDeepEqual(filesWith(directory, SECRET), []);
    using watcher = Deno.watchFs(directory);
    const args = ["user", "erase", "ada", "--messages", "--yes", "--data-dir", directory];
    const erased = await runCommand([...args, "--socket", `${directory}/admin.sock`]);
    assert.equal(erased.code, 0, erased.stderr);
    await gus.send({ type: "search", query: "xyloph" });
    assert.deepEqual(contents(await gus.find(({ type }) => type === "search")), []);
    // The index is updated beside the event loop; then the write-ahead logs of both databases are truncated.
    const clean = () => filesWith(directory, SECRET).length === 0;
    if (!clean()) { for await (const _ of watcher) if (clean()) break; }
    assert.deepEqual(filesWith(directory, SECRET), []);
  });
});
