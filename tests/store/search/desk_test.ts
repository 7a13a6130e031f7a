// Tests of lib/store/search/desk.ts, turns.ts and index_file.ts: searches in a worker, within limits, over an
// index that can be lost.
import assert from "node:assert/strict";
import { openDatabase } from "../../../lib/store/database.ts";
import { MessageStore } from "../../../lib/store/messages.ts";
import { SearchDesk, SearchUnavailable } from "../../../lib/store/search/desk.ts";
import { INDEX_FILE } from "../../../lib/store/search/index_file.ts";
import { SearchExpired } from "../../../lib/store/search/search_index.ts";
import { Turns } from "../../../lib/store/search/turns.ts";
import { withDirectory } from "../../support/directory.ts";
import { newMessage } from "../../support/messages.ts";

const workerUrl = new URL("../../../main.ts", import.meta.url);
const scope = { channels: [{ name: "#général", mark: 0 }], accountId: null, limit: 9 };

/** A data directory with two messages, a desk over it, and why the index was built anew. */
async function withDesk(
  work: (desk: SearchDesk, told: string[], path: string) => Promise<void>,
  options: { limitMs?: number; workerUrl?: URL; prepare?: (path: string) => void } = {},
): Promise<void> {
  await withDirectory(async (path) => {
    const database = openDatabase(path, { synchronous: "normal" });
    new MessageStore(database).append([
      newMessage({ content: "Un cœur à Økland" }),
      newMessage({ content: "我们去北京大学" }),
    ]);
    options.prepare?.(path);
    const told: string[] = [];
    const desk = new SearchDesk({
      workerUrl,
      dataDir: path,
      rebuilt: (why) => told.push(why),
      ...options,
    });
    try {
      await work(desk, told, path);
    } finally {
      await desk.close();
      database.close();
    }
  });
}

Deno.test("a search finds words as people type them", async () => {
  await withDesk(async (desk, told) => {
    const find = async (query: string) =>
      (await desk.find(query, scope, "10.0.0.5")).messages.map(({ id }) => id);
    assert.deepEqual(await find("coeur"), [1]);
    assert.deepEqual(await find("OKLAND"), [1]);
    assert.deepEqual(await find("北京"), [2]);
    assert.deepEqual(await find("paris"), []);
    assert.deepEqual(told, []);
  });
});

Deno.test("a search that takes too long is given up, and the worker goes on", async () => {
  await withDesk(async (desk) => {
    await assert.rejects(desk.find("coeur", scope, "10.0.0.5"), SearchExpired);
    const done = await desk.step({ rows: 9, bytes: 1_000, milliseconds: 1_000 });
    assert.equal(done.indexedTo, 2);
    await assert.rejects(desk.find("coeur", scope, "10.0.0.5"), SearchExpired);
  }, { limitMs: -1 });
});

for (
  const [what, spoil] of Object.entries({
    "damaged": (path: string) => Deno.writeTextFileSync(path, "not a database ".repeat(1_000)),
    "a directory": (path: string) => Deno.mkdirSync(path),
    "empty": (path: string) => Deno.writeTextFileSync(path, ""),
  })
) {
  Deno.test(`an index that is ${what} is built anew`, async () => {
    await withDesk(async (desk, told) => {
      assert.equal((await desk.find("coeur", scope, "10.0.0.5")).messages.length, 1);
      assert.equal(told.length, what === "empty" ? 0 : 1);
    }, { prepare: (path) => spoil(`${path}/${INDEX_FILE}`) });
  });
}

Deno.test("the index of another database is built anew", async () => {
  await withDesk(async (desk, _told, path) => {
    await desk.find("coeur", scope, "10.0.0.5");
    await desk.close();
    const index = Deno.readFileSync(`${path}/${INDEX_FILE}`);
    await withDesk(async (other, told) => {
      assert.equal((await other.find("coeur", scope, "10.0.0.5")).messages.length, 1);
      assert.equal(told.length, 1);
    }, { prepare: (directory) => Deno.writeFileSync(`${directory}/${INDEX_FILE}`, index) });
  });
});

Deno.test("a worker that fails is replaced by another, and a closed desk refuses", async () => {
  const failing = `postMessage({ kind: "ready" });
    onmessage = ({ data }) => { if (data.kind !== "open") throw new Error("no more"); };`;
  const url = new URL(`data:text/javascript,${encodeURIComponent(failing)}`);
  await withDesk(async (desk) => {
    for (let time = 1; time <= 2; time++) {
      await assert.rejects(desk.find("x", scope, "10.0.0.5"), SearchUnavailable);
    }
    await desk.close();
    await assert.rejects(desk.find("x", scope, "10.0.0.5"), SearchUnavailable);
  }, { workerUrl: url });
});

Deno.test("addresses take turns at searches, and each has a bounded share of the queue", () => {
  const turns = new Turns<string>({ total: 6, each: 4 });
  for (let n = 1; n <= 5; n++) assert.equal(turns.add("a", `a${n}`), n <= 4, `a${n}`);
  assert.ok(turns.add("b", "b1"));
  assert.ok(turns.add("c", "c1"));
  assert.equal(turns.add("d", "d1"), false, "the queue is full");
  const order = Array.from({ length: 7 }, () => turns.next());
  assert.deepEqual(order, ["a1", "b1", "c1", "a2", "a3", "a4", undefined]);
  assert.equal(turns.size, 0);
});
