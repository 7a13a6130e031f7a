// Tests of lib/store/search/desk.ts and turns.ts: searches in a worker, by turns, each within its time.
import assert from "node:assert/strict";
import type { Database } from "../../../lib/store/database.ts";
import { openDatabase } from "../../../lib/store/database.ts";
import { MessageStore } from "../../../lib/store/messages.ts";
import { SearchBusy, SearchDesk, SearchUnavailable } from "../../../lib/store/search/desk.ts";
import { INDEX_FILE } from "../../../lib/store/search/index_file.ts";
import { SearchExpired } from "../../../lib/store/search/search_index.ts";
import { Turns } from "../../../lib/store/search/turns.ts";
import { withDirectory } from "../../support/directory.ts";
import { newMessage } from "../../support/messages.ts";

const SCOPE = { channels: [{ name: "#général", mark: 0 }], accountId: null, limit: 5 };
const MAIN = new URL("../../../main.ts", import.meta.url);

interface Stage {
  readonly path: string;
  readonly database: Database;
  readonly desk: SearchDesk;
  /** Why the index was built anew. */
  readonly rebuilt: string[];
  /** Ids of what is found. */
  find(query: string, from?: string): Promise<number[]>;
}

async function withDesk(
  work: (stage: Stage) => Promise<void>,
  { prepare = () => {}, limitMs, workerUrl = MAIN }: {
    prepare?: (path: string) => void;
    limitMs?: number;
    workerUrl?: URL;
  } = {},
): Promise<void> {
  await withDirectory(async (path) => {
    prepare(path);
    const database = openDatabase(path, { synchronous: "normal" });
    const rebuilt: string[] = [];
    const desk = new SearchDesk({
      workerUrl,
      dataDir: path,
      rebuilt: (why) => rebuilt.push(why),
      ...(limitMs === undefined ? {} : { limitMs }),
    });
    try {
      new MessageStore(database).append([
        newMessage({ content: "un café" }),
        newMessage({ content: "deux cafés" }),
      ]);
      await work({
        path,
        database,
        desk,
        rebuilt,
        async find(query, from = "") {
          return (await desk.find(query, SCOPE, from)).messages.map(({ id }) => id);
        },
      });
    } finally {
      await desk.close();
      database.close();
    }
  });
}

Deno.test("a desk finds what was just stored, in a file that only its owner reads", async () => {
  await withDesk(async ({ path, desk, find, database, rebuilt }) => {
    const { messages, complete } = await desk.find("cafe", SCOPE, "");
    assert.deepEqual(messages, [
      { id: 2, snippet: "deux «cafés»" },
      { id: 1, snippet: "un «café»" },
    ]);
    assert.equal(complete, true);
    new MessageStore(database).append([newMessage({ content: "café noir" })]);
    assert.deepEqual(await find("noir"), [3]);
    const { rows, indexedTo } = await desk.step({ rows: 9, bytes: 999, milliseconds: 999 });
    assert.deepEqual([rows, indexedTo], [0, 3]);
    assert.equal(Deno.statSync(`${path}/${INDEX_FILE}`).mode! & 0o777, 0o600);
    assert.deepEqual(rebuilt, []);
    await desk.close();
    const left = [...Deno.readDirSync(path)].map(({ name }) => name)
      .filter((name) => name.startsWith(INDEX_FILE));
    assert.deepEqual(left, [INDEX_FILE]);
    await assert.rejects(find("noir"), SearchUnavailable);
  });
});

const damages: Record<string, (file: string) => void> = {
  "not SQLite": (file) => Deno.writeTextFileSync(file, "no index".repeat(9_000)),
  "empty": (file) => Deno.writeTextFileSync(file, ""),
  "a directory": (file) => Deno.mkdirSync(`${file}/x`, { recursive: true }),
};

for (const [damage, make] of Object.entries(damages)) {
  Deno.test(`an index that is ${damage} is built anew`, async () => {
    await withDesk(
      async ({ find, rebuilt }) => {
        assert.deepEqual(await find("cafe"), [2, 1]);
        assert.equal(rebuilt.length, damage === "empty" ? 0 : 1);
      },
      { prepare: (path) => make(`${path}/${INDEX_FILE}`) },
    );
  });
}

Deno.test("an index that is damaged in the middle is built anew when that is met", async () => {
  await withDesk(async ({ path, database, desk, rebuilt }) => {
    const contents = Array.from({ length: 3_000 }, (_, i) => `mot${i} ${crypto.randomUUID()}`);
    new MessageStore(database).append(contents.map((content) => newMessage({ content })));
    await desk.step({ rows: 9_999, bytes: 2 ** 30, milliseconds: 60_000 });
    await desk.close();
    const file = Deno.openSync(`${path}/${INDEX_FILE}`, { write: true });
    const { size } = file.statSync();
    for (let at = 3 * 4096; at < size; at += 4096) {
      file.seekSync(at, Deno.SeekMode.Start);
      file.writeSync(new Uint8Array(4096).fill(0xa5));
    }
    file.close();
    const again = new SearchDesk({
      workerUrl: MAIN,
      dataDir: path,
      rebuilt: (why) => rebuilt.push(why),
    });
    try {
      const found = await again.find("mot2999", SCOPE, "");
      assert.deepEqual([found.messages.length, rebuilt.length], [1, 1], rebuilt.join());
    } finally {
      await again.close();
    }
  });
});

Deno.test("an index that cannot be used fails the search, not the server", async () => {
  await withDesk(async ({ desk }) => {
    await assert.rejects(desk.find("x", SCOPE, ""), SearchUnavailable);
    await assert.rejects(desk.step({ rows: 1, bytes: 1, milliseconds: 1 }), SearchUnavailable);
  }, { workerUrl: new URL("data:application/typescript,throw new Error('no')") });
});

/** A worker that answers each search but `slow`. */
const STUBBORN = new URL(
  "data:application/javascript," + encodeURIComponent(`
    self.onmessage = ({ data }) => {
      if (data.kind === "close") self.postMessage({ kind: "closed" });
      if (data.kind !== "find" || data.query === "slow") return;
      const found = { messages: [], more: false, complete: true, milliseconds: 0 };
      self.postMessage({ kind: "found", found: { ...found, messages: [{ id: 1, snippet: data.query }] } });
    };
    self.postMessage({ kind: "ready" });`),
);

Deno.test("a worker that does not answer in time is given up, and the next search has another one", async () => {
  await withDesk(async ({ desk, find }) => {
    const slow = desk.find("slow", SCOPE, "a");
    const next = find("quick", "a");
    await assert.rejects(slow, SearchExpired);
    assert.deepEqual(await next, [1]);
  }, { workerUrl: STUBBORN, limitMs: -2_900 });
});

Deno.test("a worker without work ends, and the next search has another one", async () => {
  await withDesk(async ({ path }) => {
    const desk = new SearchDesk({
      workerUrl: MAIN,
      dataDir: path,
      rebuilt: assert.fail,
      idleMs: 0,
    });
    for (let time = 0; time < 2; time++) {
      assert.equal((await desk.find("cafe", SCOPE, "")).messages.length, 2);
      // Timers run in the order of their times.
      while (desk.working) await new Promise((resolve) => setTimeout(resolve, 0));
    }
    await desk.close();
  });
});

Deno.test("addresses take turns, and each may have so many searches waiting", async () => {
  await withDesk(async ({ desk }) => {
    const order: string[] = [];
    const ask = (query: string, from: string) =>
      desk.find(query, SCOPE, from).then(() => order.push(query));
    // The first is under way at once; the others wait.
    const asked = [
      ask("a1", "a"),
      ask("a2", "a"),
      ask("a3", "a"),
      ask("b1", "b"),
      ask("c1", "c"),
      ask("b2", "b"),
    ];
    assert.equal(desk.waiting, 5);
    await Promise.all(asked);
    assert.deepEqual(order, ["a1", "a2", "b1", "c1", "a3", "b2"]);
    const many = Array.from({ length: 66 }, () => desk.find("x", SCOPE, "a"));
    await assert.rejects(many.at(-1)!, SearchBusy);
    await ask("d1", "d");
    assert.equal(
      (await Promise.allSettled(many)).filter(({ status }) => status === "fulfilled").length,
      65,
    );
  }, { workerUrl: STUBBORN });
});

Deno.test("turns are bounded in total, and go round", () => {
  const turns = new Turns<string>({ total: 4, each: 2 });
  const added = ["a1", "a2", "a3", "b1", "c1", "c2"].map((item) => turns.add(item[0]!, item));
  assert.deepEqual(added, [true, true, false, true, true, false]);
  assert.equal(turns.size, 4);
  assert.deepEqual([turns.next(), turns.next()], ["a1", "b1"]);
  assert.ok(turns.add("b", "b2"));
  assert.deepEqual(turns.clear(), ["c1", "a2", "b2"]);
  assert.deepEqual([turns.next(), turns.size], [undefined, 0]);
});
