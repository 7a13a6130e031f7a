// Tests of lib/store/search/desk.ts: searches in a worker, in turn between networks, within time limits.
import assert from "node:assert/strict";
import { openDatabase } from "../../../lib/store/database.ts";
import { MessageStore } from "../../../lib/store/messages.ts";
import { type DeskOptions, SearchDesk } from "../../../lib/store/search/desk.ts";
import { type Found, SearchExpired } from "../../../lib/store/search/search_index.ts";
import { type Asker, SearchBusy, SearchUnavailable } from "../../../lib/store/search/searcher.ts";
import { withDirectory } from "../../support/directory.ts";
import { newMessage } from "../../support/messages.ts";

const SCOPE = { channels: [{ name: "#général", mark: 0 }], accountId: null, limit: 10 };
const STEP = { rows: 10, bytes: 1_000, milliseconds: 10 };

function from(network: string, gone = () => false): Asker {
  return { network, gone };
}

/**
 * A worker that answers each search with the number of searches and steps before it. Some queries behave differently:
 * `hang` gets no answer, `die` ends the worker, `fail` fails.
 */
const FAKE = new URL(`data:text/javascript,${
  encodeURIComponent(`
    let served = 0;
    let hanging = false;
    globalThis.onmessage = ({ data: { kind, query } }) => {
      if (kind === "open" || hanging) return;
      if (kind === "close") return postMessage({ kind: "closed" });
      if (query === "hang") return hanging = true;
      if (query === "die") throw new Error("out of luck");
      if (query === "fail") return postMessage({ kind: "failed", error: "disk I/O error" });
      const milliseconds = served++;
      if (kind === "find") postMessage({ kind: "found", found: { messages: [], milliseconds } });
      if (kind === "step") postMessage({ kind: "done", done: { rows: milliseconds } });
    };
    postMessage({ kind: "ready" });
  `)
}`);

async function withDesk(
  work: (desk: SearchDesk) => Promise<void>,
  options: Partial<DeskOptions> = {},
): Promise<void> {
  await withDirectory(async (dataDir) => {
    const desk = new SearchDesk({
      workerUrl: FAKE,
      dataDir,
      rebuilt: assert.fail,
      ...options,
    });
    try {
      await work(desk);
    } finally {
      await desk.close();
    }
  });
}

const order = ({ milliseconds }: Found) => milliseconds;

Deno.test("networks take turns, so that a network with many searches delays only itself", async () => {
  await withDesk(async (desk) => {
    const many = ["a", "b", "c", "d"].map((query) => desk.find(query, SCOPE, from("busy")));
    const one = desk.find("mine", SCOPE, from("quiet"));
    // The first is served immediately, and the second was queued before the other network asked.
    assert.deepEqual((await Promise.all(many)).map(order), [0, 1, 3, 4]);
    assert.equal(order(await one), 2);
  });
});

Deno.test("searches and index steps take turns, so that neither delays the other", async () => {
  await withDesk(async (desk) => {
    const searches = ["a", "b", "c"].map((query) => desk.find(query, SCOPE, from("one")));
    const steps = [desk.step(STEP), desk.step(STEP)];
    assert.deepEqual((await Promise.all(searches)).map(order), [0, 2, 4]);
    assert.deepEqual((await Promise.all(steps)).map(({ rows }) => rows), [1, 3]);
  });
});

Deno.test("waiting searches are limited per network and in total, and further ones are rejected immediately", async () => {
  await withDesk(async (desk) => {
    const found: Promise<Found>[] = [];
    const ask = (network: string) => desk.find("word", SCOPE, from(network));
    // The first search is being served.
    for (let i = 0; i < 65; i++) found.push(ask("one"));
    await assert.rejects(ask("one"), (error: unknown) => {
      assert.ok(error instanceof SearchBusy);
      assert.equal(error.retryAfter, 2);
      return true;
    });
    for (let i = 0; i < 192; i++) found.push(ask(`other${i % 3}`));
    assert.equal(desk.waiting, 256);
    await assert.rejects(ask("last"), SearchBusy);
    const orders = (await Promise.all(found)).map(order);
    assert.deepEqual(orders.toSorted((a, b) => a - b), Array.from({ length: 257 }, (_, i) => i));
    assert.equal(desk.waiting, 0);
  });
});

Deno.test("a search whose connection has closed is not run", async () => {
  await withDesk(async (desk) => {
    let gone = false;
    const first = desk.find("a", SCOPE, from("one"));
    const dropped = desk.find("b", SCOPE, from("two", () => gone));
    const last = desk.find("c", SCOPE, from("three"));
    gone = true;
    assert.equal(order(await first), 0);
    await assert.rejects(dropped, SearchUnavailable);
    assert.equal(order(await last), 1);
  });
});

Deno.test("a worker that does not answer is replaced, and the next search works", async () => {
  await withDesk(async (desk) => {
    const stuck = desk.find("hang", SCOPE, from("one"));
    const next = desk.find("word", SCOPE, from("two"));
    await assert.rejects(stuck, SearchExpired);
    assert.equal(order(await next), 0, "a new worker answers");
  }, { limitMs: 20, graceMs: 20 });
});

Deno.test("a worker that crashes is replaced, and a worker that reports a failure continues", async () => {
  await withDesk(async (desk) => {
    assert.equal(order(await desk.find("word", SCOPE, from("one"))), 0);
    await assert.rejects(desk.find("die", SCOPE, from("one")), /out of luck/);
    assert.equal(order(await desk.find("word", SCOPE, from("one"))), 0);
    await assert.rejects(desk.find("fail", SCOPE, from("one")), /SearchUnavailable: disk I\/O/);
    assert.equal(order(await desk.find("word", SCOPE, from("one"))), 1);
  });
});

Deno.test("if the worker cannot start, each search fails", async () => {
  await withDesk(async (desk) => {
    const asked = ["a", "b"].map((query) => desk.find(query, SCOPE, from("one")));
    for (const each of await Promise.allSettled(asked)) assert.equal(each.status, "rejected");
  }, { workerUrl: new URL("data:text/javascript,throw new Error('no')") });
});

Deno.test("an idle worker is stopped, and the next search starts another one", async () => {
  await withDesk(async (desk) => {
    for (let time = 0; time < 2; time++) {
      assert.equal(order(await desk.find("x", SCOPE, from("a"))), 0);
      // Timers run in the order of their times.
      while (desk.working) await new Promise((resolve) => setTimeout(resolve, 0));
    }
  }, { idleMs: 0 });
});

Deno.test("a closed desk rejects waiting and new searches", async () => {
  await withDesk(async (desk) => {
    await desk.find("word", SCOPE, from("one"));
    const stuck = assert.rejects(desk.find("hang", SCOPE, from("one")), SearchUnavailable);
    const waiting = assert.rejects(desk.find("word", SCOPE, from("one")), SearchUnavailable);
    const step = assert.rejects(desk.step(STEP), SearchUnavailable);
    const closing = desk.close();
    await assert.rejects(desk.find("word", SCOPE, from("one")), SearchUnavailable);
    await Promise.all([stuck, waiting, step, closing]);
  });
});

Deno.test("the program's own worker searches, respects the time limit, and leaves complete files", async () => {
  await withDirectory(async (dataDir) => {
    const database = openDatabase(dataDir, { synchronous: "normal" });
    new MessageStore(database).append([
      newMessage({ content: "un cœur" }),
      newMessage({ content: "autre" }),
    ]);
    const main = new URL("../../../main.ts", import.meta.url);
    const desk = new SearchDesk({ workerUrl: main, dataDir, rebuilt: assert.fail });
    const { messages, complete } = await desk.find("coeur", SCOPE, from("one"));
    assert.deepEqual([messages, complete], [[{ id: 1, snippet: "un «cœur»" }], true]);
    assert.equal(await desk.emptyLogs(), true);
    await desk.close();
    const impatient = new SearchDesk({
      workerUrl: main,
      dataDir,
      rebuilt: assert.fail,
      limitMs: -1,
    });
    await assert.rejects(impatient.find("coeur", SCOPE, from("one")), SearchExpired);
    await impatient.close();
    database.close();
    assert.deepEqual([...Deno.readDirSync(dataDir)].map(({ name }) => name).sort(), [
      "classcord.db",
      "search.db",
    ]);
  });
});
