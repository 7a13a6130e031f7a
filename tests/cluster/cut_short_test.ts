// Requests that are on their way when a node loses its cluster, and edges that were given up: each request is answered once
// and truthfully, and nobody goes on with a gap in what was said.
import assert from "node:assert/strict";
import { Client, type Line } from "../support/client.ts";
import type { TestServer } from "../support/server.ts";
import { startTown } from "./town.ts";
import { ask, contents, join, joinOld, OPEN, unready, untilReady } from "./townsfolk.ts";

const CUT_OFF = { cutOff: 1_500, giveUp: 600_000 };

/** Milliseconds between two messages of {@linkcode sayUntilCutOff}. */
const APART_MS = 40;

/** Sends numbered messages until the server is cut off. @returns How many. */
async function sayUntilCutOff(client: Client, server: TestServer): Promise<number> {
  const began = performance.now();
  let said = 0;
  while (await unready(server) === undefined) {
    if (said === 60 || performance.now() - began < said * APART_MS) continue;
    await client.send({ type: "message", content: `${said}`, ref: `${said}` });
    said++;
  }
  return said;
}

/**
 * Reads the answers to numbered messages until each has one, and checks that none has two.
 *
 * @param early Lines that were read before.
 * @returns The numbers of the messages that were acknowledged. The others were refused.
 */
async function acknowledgedOf(
  client: Client,
  count: number,
  early: readonly Line[],
): Promise<string[]> {
  const answered = new Map<string, boolean>();
  const note = ({ ref, type, code, retry_after: after }: Line) => {
    if (typeof ref !== "string" || !/^\d+$/.test(ref)) return;
    assert.ok(!answered.has(ref), `two answers to ${ref}`);
    if (type === "error") assert.deepEqual([code, after], ["busy", 5]);
    answered.set(ref, type === "ack");
  };
  early.forEach(note);
  while (answered.size < count) note(await client.line());
  return [...answered.keys()].filter((ref) => answered.get(ref)).sort((a, b) => +a - +b);
}

Deno.test("a node that is found to be cut off refuses what never left it, and the rest is done once", async () => {
  await using town = await startTown(OPEN, CUT_OFF);
  const [leader, second] = town.servers as [TestServer, TestServer];
  await using ada = await join(second, "ada");
  await using bob = await join(leader, "bob");
  await using old = await joinOld(second, "old");
  await using late = await Client.connect(second.port);
  town.lines[1]!.cut();
  await ada.send({ type: "message", content: "0", ref: "0" });
  // A request over another connection is answered after that line was read, and sent.
  for (let looks = 0; looks < 3; looks++) await unready(second);
  await ada.send({ type: "message", content: "1", ref: "1" });
  await ada.send({ type: "users", ref: "users" });
  await ada.send({ type: "message", content: "2", ref: "2" });
  await old.send({ type: "message", content: "in vain" });
  await late.send({ type: "login", username: "eve", password: "1234" });
  await untilReady(second, false);
  // What only reads is answered. The first message may have left.
  const early = await ada.sync();
  const later = early.filter(({ ref }) => ref !== undefined && ref !== "0");
  assert.deepEqual(later.map(({ ref, code }) => [ref, code]), [
    ["1", "busy"],
    ["users", undefined],
    ["2", "busy"],
  ]);
  assert.deepEqual([...later[1]!["users"] as string[]].sort(), ["ada", "bob", "old"]);
  const told = await old.find(({ from }) => from === "ClassCord");
  assert.match(String(told["content"]), /server busy.*in vain/);
  assert.equal((await late.line())["code"], "busy");
  town.lines[1]!.mend();
  const acknowledged = await acknowledgedOf(ada, 3, early);
  assert.deepEqual(await contents(bob), acknowledged);
});

Deno.test("a leader without the log takes nothing more, and its users know what became of each message", async () => {
  await using town = await startTown(OPEN, CUT_OFF);
  const [first, second] = town.servers as [TestServer, TestServer];
  await using ada = await join(first, "ada");
  await using bob = await join(second, "bob");
  town.lines[0]!.cut();
  const said = await sayUntilCutOff(ada, first);
  const early = await ada.sync();
  const refused = early.filter(({ code }) => code === "busy");
  assert.ok(refused.length > 0 && refused.length < said, `${refused.length} of ${said}`);
  town.lines[0]!.mend();
  const acknowledged = await acknowledgedOf(ada, said, early);
  assert.equal(acknowledged.length, said - refused.length);
  assert.deepEqual(await contents(bob), acknowledged);
});

Deno.test("lines that wait for room when a node is cut off are answered by it", async () => {
  await using town = await startTown(OPEN, CUT_OFF);
  const second = town.servers[1]!;
  await using ada = await join(second, "ada");
  town.lines[1]!.cut();
  // A connection is not read on while 64 of its lines are not done.
  const numbers = Array.from({ length: 100 }, (_, index) => `${index}`);
  await ada.send(
    numbers.map((ref) => `${JSON.stringify({ type: "message", content: ref, ref })}\n`).join(""),
  );
  await untilReady(second, false);
  const early = await ada.sync();
  assert.ok(early.filter(({ code }) => code === "busy").length >= 36);
  town.lines[1]!.mend();
  const acknowledged = await acknowledgedOf(ada, 100, early);
  assert.deepEqual(await contents(ada), acknowledged);
});

Deno.test("an edge that the leader has given up closes its connections, which have missed something", async () => {
  const PATIENT = { cutOff: 600_000, giveUp: 600_000 };
  // The second node is like a process that was stopped: it does not notice that time passes.
  await using town = await startTown(
    OPEN,
    (index) => index === 1 ? PATIENT : { cutOff: 1_500, giveUp: 3_000 },
  );
  const [leader, second] = town.servers as [TestServer, TestServer];
  await using bob = await join(leader, "bob");
  await using ada = await join(second, "ada");
  await using old = await joinOld(second, "old");
  await using mute = await Client.connect(second.port);
  await mute.ask({ type: "users" });
  await using operator = await Client.operator(second.running.adminSocket!);
  await ask(operator, { type: "operator", name: "root" });
  await bob.send({ type: "message", content: "before" });
  await ada.find(({ content }) => content === "before");
  town.lines[1]!.cut();
  await ada.send({ type: "message", content: "in vain", ref: "in vain" });
  const gone = new Set<unknown>();
  while (gone.size < 2) {
    gone.add(
      (await bob.find(({ type, state }) => type === "status" && state === "offline"))["user"],
    );
  }
  assert.deepEqual(gone, new Set(["ada", "old"]));
  await ask(bob, { type: "message", content: "missed" });
  town.lines[1]!.mend();

  const lines = await ada.end();
  assert.deepEqual(lines.map(({ type, ref, code }) => [type, ref, code]), [
    ["error", "in vain", "busy"],
    ["system", undefined, "shutting_down"],
  ]);
  const last = (await old.end()).at(-1)!;
  assert.deepEqual([last["from"], last["subtype"]], ["ClassCord", "private"]);
  await mute.ending();
  // Nobody heard of them again, and the operator stays.
  await using again = await join(second, "ada");
  assert.deepEqual(await contents(again), ["before", "missed"]);
  const states = (await bob.sync()).filter(({ type }) => type === "status");
  assert.deepEqual(states.map(({ user, state }) => [user, state]), [["ada", "online"]]);
  await bob.send({ type: "message", content: "after" });
  await again.find(({ content }) => content === "after");
  assert.equal((await ask(operator, { type: "announce", content: "hello" }))["status"], "ok");
  assert.match(await second.log(), /has not heard this server for too long/);
});
