// Tests of web/link/tab.ts and browser_name.ts: a tab keeps its name after a reload, and a copy gets another one.
import assert from "node:assert/strict";
import { browserName } from "../../../web/link/browser_name.ts";
import type { Storage } from "../../../web/link/storage.ts";
import { type Channel, markTab, nameTab } from "../../../web/link/tab.ts";

function memory(
  values: Record<string, unknown> = {},
): Storage & { readonly values: Record<string, unknown> } {
  return {
    values,
    read: (_, key) => values[key],
    write(_, key, value) {
      if (value === undefined) delete values[key];
      else values[key] = value;
    },
  };
}

/** Returns a function that creates channels which receive each other's messages. */
function channels(): () => Channel {
  const listeners = new Map<number, (note: unknown) => void>();
  let count = 0;
  return () => {
    const own = count++;
    return {
      post: (note) => {
        for (const [other, take] of listeners) if (other !== own) take(note);
      },
      listen: (take) => listeners.set(own, take),
    };
  };
}

// The other tabs reply at once, so the wait may be short.
function after(_: number, run: () => void): void {
  queueMicrotask(run);
}

Deno.test("a reloaded tab keeps its name without asking the other tabs", async () => {
  const storage = memory();
  const { tab, isSame } = await nameTab({ storage, channel: undefined, after });
  assert.equal(isSame, false);
  assert.equal(tab.length, 12);
  markTab(storage, true);
  const again = await nameTab({ storage, channel: channels()(), after });
  assert.deepEqual(again, { tab, isSame: true });
  assert.equal(storage.values.tab_free, undefined);
});

Deno.test("a copy of an open tab gets another name, and a copy of a closed one keeps the name", async () => {
  const join = channels();
  const original = memory();
  const { tab } = await nameTab({ storage: original, channel: join(), after });
  const copy = await nameTab({ storage: memory({ ...original.values }), channel: join(), after });
  assert.equal(copy.isSame, false);
  assert.notEqual(copy.tab, tab);
  const orphan = await nameTab({
    storage: memory({ tab: "abcdefghijkl" }),
    channel: join(),
    after,
  });
  assert.deepEqual(orphan, { tab: "abcdefghijkl", isSame: true });
});

Deno.test("a stored name that is not valid is not used", async () => {
  for (const name of ["", "x", 7, null, "<script>alert(1)</script>"]) {
    const { isSame } = await nameTab({
      storage: memory({ tab: name, tab_free: true }),
      channel: undefined,
      after,
    });
    assert.equal(isSame, false);
  }
});

Deno.test("the browser name contains the browser and the system", () => {
  const agents = {
    "Firefox · Windows":
      "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0",
    "Edge · Windows":
      "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36 Edg/140.0",
    "Chrome · Android":
      "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Mobile Safari/537.36",
    "Safari · iPhone":
      "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1",
    "ClassCord": "",
  };
  for (const [name, agent] of Object.entries(agents)) assert.equal(browserName(agent), name);
});
