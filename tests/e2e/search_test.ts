// Searching over real processes: the index is kept, follows after kill -9, and what is erased leaves it.
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { Client, type Line } from "../support/client.ts";
import { withDirectory } from "../support/directory.ts";
import { runCommand, ServerProcess } from "../support/process.ts";

async function found(client: Client, query: string): Promise<unknown[]> {
  const reply = await client.ask({ type: "search", query });
  assert.equal(reply["type"], "search", JSON.stringify(reply));
  return (reply["messages"] as Line[]).map(({ content }) => content);
}

async function store(client: Client, content: string): Promise<void> {
  assert.equal((await client.ask({ type: "message", content, ref: "m" }))["type"], "ack");
}

Deno.test("what was stored before kill -9 is found after it, and the index goes on where it was", async () => {
  await withDirectory(async (directory) => {
    for (let round = 1; round <= 3; round++) {
      await using server = await ServerProcess.start(directory);
      await using gus = await Client.guest(server.port, "gus");
      const before = Array.from({ length: round - 1 }, (_, i) => `œuvre ${i + 1}`).reverse();
      assert.deepEqual(await found(gus, "oeuvre"), before);
      await store(gus, `œuvre ${round}`);
      assert.deepEqual(await found(gus, "oeuvre"), [`œuvre ${round}`, ...before]);
      assert.doesNotMatch(await server.log(), /index is built anew/);
      server.signal("SIGKILL");
      await server.exited();
    }
  });
});

Deno.test("an index that was damaged or left over is built anew, and the log says so", async () => {
  await withDirectory(async (directory) => {
    {
      await using server = await ServerProcess.start(directory);
      await using gus = await Client.guest(server.port, "gus");
      await store(gus, "premier");
      assert.deepEqual(await found(gus, "premier"), ["premier"]);
    }
    Deno.writeTextFileSync(`${directory}/search.db`, "not an index");
    await using server = await ServerProcess.start(directory);
    await using gus = await Client.guest(server.port, "gus");
    assert.deepEqual(await found(gus, "premier"), ["premier"]);
    assert.match(await server.log(), /the search index is built anew/);
  });
});

Deno.test("an index that has more than the messages, as after a power cut, is not used for new ones", async () => {
  await withDirectory(async (directory) => {
    {
      await using server = await ServerProcess.start(directory);
      await using gus = await Client.guest(server.port, "gus");
      for (const content of ["un", "perdu"]) await store(gus, content);
      assert.deepEqual(await found(gus, "perdu"), ["perdu"]);
    }
    const sqlite = new DatabaseSync(`${directory}/classcord.db`);
    sqlite.exec(`
      DELETE FROM messages WHERE id = 2;
      DELETE FROM search_queue;
      UPDATE sqlite_sequence SET seq = 0 WHERE name = 'search_queue';
      UPDATE sqlite_sequence SET seq = 1 WHERE name = 'messages'`);
    sqlite.close();
    await using server = await ServerProcess.start(directory);
    await using gus = await Client.guest(server.port, "gus");
    for (const content of ["neuf", "dix"]) await store(gus, content);
    assert.deepEqual(await found(gus, "neuf"), ["neuf"]);
    assert.deepEqual(await found(gus, "perdu"), []);
  });
});

Deno.test("replies come in the order of the requests, and others hear what is said meanwhile", async () => {
  await withDirectory(async (directory) => {
    await using server = await ServerProcess.start(directory);
    await using gus = await Client.guest(server.port, "gus");
    const requests = [
      { type: "message", content: "mot", ref: "1" },
      { type: "search", query: "mot", ref: "2" },
      { type: "ping", ref: "3" },
      { type: "message", content: "/search mot", ref: "4" },
      { type: "history", ref: "5" },
      { type: "search", query: "mot", ref: "6" },
      { type: "ping", ref: "7" },
    ];
    await gus.send(requests.map((request) => `${JSON.stringify(request)}\n`).join(""));
    const refs: unknown[] = [];
    while (refs.at(-1) !== "7") {
      const { ref } = await gus.line();
      if (ref !== undefined) refs.push(ref);
    }
    assert.deepEqual(refs, ["1", "2", "3", "4", "5", "6", "7"]);
  });
});

Deno.test("what is erased beside a running server leaves no word in any file", async () => {
  await withDirectory(async (directory) => {
    await using server = await ServerProcess.start(directory);
    await using ada = await Client.connect(server.port);
    await ada.ask({ type: "register", username: "ada", password: "1234" });
    await ada.ask({ type: "login", username: "ada", password: "1234" });
    await store(ada, "geheimnisvoll");
    assert.deepEqual(await found(ada, "geheimnisvoll"), ["geheimnisvoll"]);
    const erase = ["user", "erase", "ada", "--messages", "--yes", "--data-dir", directory];
    const { code, stderr } = await runCommand(erase);
    assert.equal(code, 0, stderr);
    await using gus = await Client.guest(server.port, "gus");
    assert.deepEqual(await found(gus, "geheimnisvoll"), []);
    for (const { name, isFile } of Deno.readDirSync(directory)) {
      if (!isFile) continue;
      const bytes = await Deno.readFile(`${directory}/${name}`);
      assert.doesNotMatch(new TextDecoder("latin1").decode(bytes), /geheimnis|geh/, name);
    }
  });
});

Deno.test("a restored database is searched, not the one before it", async () => {
  await withDirectory(async (directory) => {
    const data = ["--data-dir", directory];
    {
      await using server = await ServerProcess.start(directory);
      await using gus = await Client.guest(server.port, "gus");
      await store(gus, "premier");
      const copied = await runCommand(["backup", `${directory}/copies`, ...data]);
      assert.equal(copied.code, 0, copied.stderr);
      await store(gus, "second");
      assert.deepEqual(await found(gus, "second"), ["second"]);
    }
    const [copy] = [...Deno.readDirSync(`${directory}/copies`)];
    const restored = await runCommand(["restore", `${directory}/copies/${copy!.name}`, ...data]);
    assert.equal(restored.code, 0, restored.stderr);
    await using server = await ServerProcess.start(directory);
    await using gus = await Client.guest(server.port, "gus");
    await store(gus, "troisième");
    assert.deepEqual(await found(gus, "second"), []);
    assert.deepEqual(await found(gus, "premier"), ["premier"]);
    assert.deepEqual(await found(gus, "troisieme"), ["troisième"]);
  });
});
