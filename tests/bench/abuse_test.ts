// The bench of attacks: that it attacks everything, counts what it says, and judges by its bars.
import assert from "node:assert/strict";
import type { Attack } from "../../bench/abuse/attack.ts";
import { Caller } from "../../bench/abuse/caller.ts";
import { meter } from "../../bench/abuse/counted/meters.ts";
import { COMMANDS, commandsWith, requestsWith, TEXT_MEMBERS } from "../../bench/abuse/names.ts";
import { judge, toMarkdown } from "../../bench/abuse/report.ts";
import { ATTACKS } from "../../bench/abuse/rows.ts";
import type { Measured } from "../../bench/abuse/stage.ts";
import { COMMAND_NAMES } from "../../lib/chat/slash/run.ts";
import { startTestServer } from "../support/server.ts";

// Requests without a text of the client's own.
const TEXTLESS = new Set(["ping", "whoami", "logout", "channels", "bans"]);

Deno.test("the attack on texts sends every request that the server names", async () => {
  await using server = await startTestServer();
  const caller = await Caller.connect({ port: server.port, from: "127.0.66.1" });
  const error = await caller.ask({ type: "no such type" });
  caller.close();
  await caller.ended;
  const listed = /one of ([\w, ]+)\./.exec(String(error?.["message"]))?.[1]?.split(", ") ?? [];
  assert.ok(listed.length > 10, `types in ${error?.["message"]}`);
  const missing = listed.filter((type) => !TEXTLESS.has(type) && !(type in TEXT_MEMBERS));
  assert.deepEqual(missing, []);
});

Deno.test("the attack on texts sends every slash command", () => {
  assert.deepEqual(COMMAND_NAMES.filter((name) => !COMMANDS.includes(name)), []);
});

Deno.test("each attack's line is JSON with the text in the member that its name gives", () => {
  for (const { name, line } of requestsWith("needle")) {
    const member = name.split(".")[1]!;
    assert.equal(JSON.parse(line)[member], "needle", name);
  }
  for (const { name, line } of commandsWith("needle")) {
    assert.match(JSON.parse(line).content, /^\/\w+ "?needle"?$/, name);
  }
});

Deno.test("a caller speaks from the address that it is given", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr as Deno.NetAddr;
  const [accepted, caller] = await Promise.all([
    listener.accept(),
    Caller.connect({ port, from: "127.0.66.7" }),
  ]);
  assert.equal((accepted.remoteAddr as Deno.NetAddr).hostname, "127.0.66.7");
  caller.close();
  await caller.ended;
  accepted.close();
  listener.close();
});

Deno.test("the meter counts the longest text, and puts the engine's methods back", async () => {
  const { normalize } = String.prototype;
  const { normalized, grown, replacedPerTurn } = await meter(() => {
    "abc".normalize("NFC");
    "\ufdfa".normalize("NFKC");
    "aaa".replace(/a/g, () => "b");
    return Promise.resolve();
  });
  assert.deepEqual({ normalized, grown, replacedPerTurn }, {
    normalized: 3,
    grown: 18,
    replacedPerTurn: 3,
  });
  assert.equal(String.prototype.normalize, normalize);
});

const MIB = 1024 * 1024;
const ATTACK: Attack = {
  row: "0",
  title: "nothing",
  before: "nothing",
  run: () => Promise.resolve({ figures: {} }),
};
const GOOD: Measured = {
  figures: {},
  quiet: {
    pings: 1_000,
    p999: 50,
    worst: 150,
    unanswered: 0,
    cut: 0,
    memory: { before: 100 * MIB, peak: 164 * MIB, after: 132 * MIB },
    loginAlone: 40,
    loginWorst: 1_040,
    loginsRefused: {},
  },
  readers: { count: 20, cut: 0, bytes: 0 },
  ended: {},
  elapsed: 1_000,
  logBytes: 0,
  databaseBytes: 0,
  descriptors: 50,
  lives: true,
};
const ONE = { addresses: 1, quick: false };

Deno.test("a row that keeps to all bars misses none", () => {
  assert.deepEqual(judge(ATTACK, GOOD, ONE), []);
});

Deno.test("each bar that a row misses is named", () => {
  const { quiet } = GOOD;
  const memory = { ...quiet.memory, peak: 200 * MIB, after: 190 * MIB };
  const cases: [Measured, number][] = [
    [{ ...GOOD, lives: false }, 1],
    [{ ...GOOD, readers: { ...GOOD.readers, cut: 1 } }, 1],
    [{ ...GOOD, quiet: { ...quiet, cut: 1 } }, 1],
    [{ ...GOOD, quiet: { ...quiet, p999: 51 } }, 1],
    // Fewer pings have no such percentile.
    [{ ...GOOD, quiet: { ...quiet, pings: 999, p999: 51 } }, 0],
    [{ ...GOOD, quiet: { ...quiet, worst: 151 } }, 1],
    [{ ...GOOD, quiet: { ...quiet, unanswered: 1 } }, 1],
    [{ ...GOOD, quiet: { ...quiet, loginWorst: 1_041 } }, 1],
    [{ ...GOOD, quiet: { ...quiet, loginsRefused: { busy: 2 } } }, 1],
    [{ ...GOOD, quiet: { ...quiet, memory } }, 2],
    [{ ...GOOD, missed: ["its own"] }, 1],
  ];
  for (const [measured, count] of cases) {
    assert.equal(judge(ATTACK, measured, ONE).length, count, JSON.stringify(measured));
  }
});

Deno.test("ten attacking addresses may stall the quiet client for 250 ms", () => {
  const measured = { ...GOOD, quiet: { ...GOOD.quiet, worst: 250 } };
  assert.equal(judge(ATTACK, measured, ONE).length, 1);
  assert.deepEqual(judge(ATTACK, measured, { addresses: 10, quick: false }), []);
});

Deno.test("the table has a line for each row, and says what was missed or left out", () => {
  const text = toMarkdown([
    { row: "1", addresses: 1, measured: GOOD, missed: ["a bar"] },
    { row: "18", addresses: 1, skipped: "needs root", missed: [] },
  ]);
  const lines = text.split("\n");
  assert.equal(lines.length, 2 + ATTACKS.length);
  assert.match(lines[2]!, /worst 150 ms.*100 → 164 → 132 MiB.*\*\*missed: a bar\*\*/);
  assert.ok(text.includes("left out: needs root"));
});
