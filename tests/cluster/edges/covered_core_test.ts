// Tests of how lines that are taken back from the leader reach a stand-in.
import assert from "node:assert/strict";
import { CoveredCore } from "../../../lib/cluster/edges/covered_core.ts";
import type { FarCore } from "../../../lib/cluster/edges/far_core.ts";
import type { ArrivedLine, ServeLine } from "../../../lib/cluster/edges/line_intake.ts";

const lineOf = (connection: number, text: string): ArrivedLine => ({
  connection,
  text,
  readAt: 0,
});

/** A core that is covered, and takes back some lines. */
function cover(lines: readonly ArrivedLine[], line: (text: string) => Promise<void>): CoveredCore {
  const core = {
    open: [],
    takeBack(_connections: unknown, serve: ServeLine) {
      for (const each of lines) Promise.resolve(serve(each)).catch(() => {});
    },
  };
  const covered = new CoveredCore(core as unknown as FarCore);
  covered.cover({
    opened() {},
    overlong() {},
    closed() {},
    line: (_connection, text) => line(text),
  });
  covered.takeBack();
  return covered;
}

Deno.test("a line that was taken back is served before later ones of its connection, and others do not wait", async () => {
  const served: string[] = [];
  const { promise, resolve } = Promise.withResolvers<void>();
  const covered = cover([lineOf(1, "first"), lineOf(2, "other")], async (text) => {
    if (text === "first") await promise;
    served.push(text);
  });
  const second = covered.line(1, "second", 0);
  await covered.line(2, "more", 0);
  assert.deepEqual(served, ["other", "more"]);
  assert.equal(covered.isServed, false);
  resolve();
  await second;
  assert.deepEqual(served, ["other", "more", "first", "second"]);
  assert.equal(covered.isServed, true);
});

Deno.test("a line that cannot be served does not hold the later ones", async () => {
  const served: string[] = [];
  const covered = cover([lineOf(1, "first")], (text) => {
    if (text === "first") return Promise.reject(new Error("the database cannot be read"));
    served.push(text);
    return Promise.resolve();
  });
  await covered.line(1, "second", 0);
  assert.deepEqual(served, ["second"]);
  assert.equal(covered.isServed, true);
});
