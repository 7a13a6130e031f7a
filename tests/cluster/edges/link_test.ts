// Tests of lib/cluster/edges: whatever happens to messages, to leaders and to edges, each event takes effect once and
// in order, and little memory is used.
import assert from "node:assert/strict";
import fc from "fast-check";
import { decodeFrame } from "../../../lib/cluster/edges/frames.ts";
import { LOST_MS } from "../../../lib/cluster/edges/remote_edges.ts";
import { PlayedLink, settled, SILENT_MS } from "./link.ts";

const connection = fc.integer({ min: 1, max: 4 });
const which = fc.nat(9);

const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant("say"), connection, slow: fc.boolean() }) },
  fc.record({ do: fc.constant("end"), connection }),
  { weight: 4, arbitrary: fc.record({ do: fc.constant("turn") }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant("up"), which }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant("down"), which }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("repeat"), which }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("lose"), which }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("finish"), which }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("commit") }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant("read") }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("beat") }) },
  fc.record({ do: fc.constant("lead") }),
  fc.record({ do: fc.constant("giveUp") }),
  fc.record({ do: fc.constant("takeBack") }),
);

type Step = { do: string; connection?: number; which?: number; slow?: boolean };

/** Plays steps on a link. @returns What each connection has sent, in order. */
async function play(link: PlayedLink, steps: readonly Step[]): Promise<Map<number, string[]>> {
  const sent = new Map<number, string[]>();
  const ended = new Set<number>();
  let words = 0;
  for (const { do: what, connection = 0, which = 0, slow = false } of steps) {
    const pick = (from: Uint8Array[]) => from.splice(which % Math.max(1, from.length), 1)[0];
    switch (what) {
      case "say": {
        if (ended.has(connection)) break;
        if (!sent.has(connection)) {
          link.open(connection);
          sent.set(connection, ["opened"]);
        }
        const text = `${slow ? "slow" : "quick"} ${++words}`;
        link.far.line(connection, text, link.clock.now());
        sent.get(connection)!.push(text);
        break;
      }
      case "end":
        if (!sent.has(connection) || ended.has(connection)) break;
        link.end(connection, "client");
        ended.add(connection);
        sent.get(connection)!.push("ended");
        break;
      case "turn":
        link.endTurn();
        break;
      case "up":
        link.takeUp(pick(link.up));
        break;
      case "down":
        link.takeDown(pick(link.down));
        break;
      case "repeat":
        link.takeUp(link.up[which % Math.max(1, link.up.length)]);
        break;
      case "lose":
        pick(which % 2 === 0 ? link.up : link.down);
        break;
      case "finish":
        link.pending.splice(which % Math.max(1, link.pending.length), 1)[0]?.();
        await settled();
        break;
      case "commit":
        link.commit();
        break;
      case "read":
        link.read();
        break;
      case "beat":
        link.clock.pass(1_000);
        break;
      case "lead":
        link.lead();
        break;
      case "giveUp":
        link.leader.lose("node.1");
        break;
      case "takeBack":
        link.far.takeBack(link.far.open, ({ connection, text }) => {
          const said = sent.get(connection)!;
          assert.ok(said.includes(text));
          said.splice(said.indexOf(text), 1);
        });
    }
    await settled();
  }
  await link.drain();
  return sent;
}

Deno.test("each event takes effect once and in order, whatever is lost, repeated or late", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 150, size: "max" }), async (steps) => {
      const link = new PlayedLink();
      const sent = await play(link, steps as Step[]);
      for (const [connection, events] of sent) {
        const effects = link.committed.filter(([id]) => id === connection).map(([, what]) => what);
        // A client that came and went while there was no leader leaves nothing.
        if (effects.length === 0 && events.at(-1) === "ended") continue;
        const expected = link.refused.has(connection) ? events.slice(0, effects.length) : events;
        assert.deepEqual(effects, expected, `connection ${connection}`);
      }
      assert.ok(link.far.isIdle);
      assert.equal(link.far.inflowBytes, 0);
      const open = [...sent].filter(([id, events]) =>
        events.at(-1) !== "ended" && !link.refused.has(id)
      );
      assert.deepEqual([link.far.size, link.known.size], [open.length, open.length]);
      link.far.stop();
    }),
    { numRuns: 600 },
  );
});

/** Starts a link with a connection that has said something. */
async function withHello(): Promise<PlayedLink> {
  const link = new PlayedLink();
  link.read();
  link.open(1);
  link.far.line(1, "hello", 0);
  await link.drain();
  assert.deepEqual([...link.known.keys()], [1]);
  return link;
}

/** Lets time pass in which no frame arrives. */
async function beSilent(link: PlayedLink, milliseconds: number): Promise<void> {
  for (let passed = 0; passed <= milliseconds; passed += 1_000) {
    link.clock.pass(1_000);
    link.leader.check();
    await settled();
  }
}

Deno.test("an edge whose process has gone is lost, and its connections end once", async () => {
  const link = await withHello();
  link.isGone = true;
  await beSilent(link, LOST_MS);
  assert.deepEqual([link.leader.names, [...link.known.keys()]], [[], []]);
  // Late frames do not bring it back: first, it has to read in the log that it was lost.
  for (const frame of link.up.splice(0)) link.takeUp(frame);
  assert.deepEqual(link.leader.names, []);
  link.commit();
  while (link.leader.names.length === 0) {
    link.read();
    for (const frame of link.up.splice(0)) link.takeUp(frame);
  }
  assert.deepEqual([...link.known.keys()], [1]);
  assert.deepEqual(link.committed, [[1, "opened"], [1, "hello"]]);
  link.far.stop();
});

Deno.test("an edge that is only silent is lost after a longer time", async () => {
  const link = await withHello();
  await beSilent(link, SILENT_MS - 2_000);
  assert.deepEqual([...link.known.keys()], [1]);
  await beSilent(link, 3_000);
  assert.deepEqual([link.leader.names, [...link.known.keys()]], [[], []]);
  link.far.stop();
});

for (const isAfterTakeOver of [false, true]) {
  const when = isAfterTakeOver ? "by a leader that it has not reached" : "while it did not answer";
  Deno.test(`an edge that was given up ${when} closes what the leader knew, and nothing else`, async () => {
    const closed: number[] = [];
    const link = new PlayedLink(undefined, () => {
      for (const { view, isForsaken } of link.far.open) {
        if (!isForsaken) continue;
        closed.push(view.id);
        link.end(view.id, "shutdown");
      }
    });
    link.read();
    link.open(1);
    link.far.line(1, "hello", 0);
    await link.drain();
    if (isAfterTakeOver) link.lead();
    link.leader.lose("node.1");
    link.commit();
    // Meanwhile, nobody has read the log, and a client has connected.
    link.open(2);
    link.far.line(2, "later", 0);
    await link.drain();
    assert.deepEqual(closed, [1]);
    await link.drain();
    assert.deepEqual([[...link.known.keys()], link.far.size], [[2], 1]);
    const effects = [[1, "opened"], [1, "hello"], [2, "opened"], [2, "later"]];
    assert.deepEqual(link.committed, effects);
    assert.ok(link.far.isIdle);
    link.far.stop();
  });
}

Deno.test("the time in which a leader was stopped does not count as silence of its edges", async () => {
  const link = await withHello();
  link.clock.pass(10 * SILENT_MS);
  link.leader.check();
  await settled();
  assert.deepEqual([...link.known.keys()], [1]);
  link.far.stop();
});

Deno.test("a connection is not read on while 64 of its lines are not done", async () => {
  const link = new PlayedLink();
  link.read();
  link.open(1);
  const pauses = Array.from({ length: 64 }, (_, i) => link.far.line(1, `line ${i}`, 0));
  // The event of its opening counts, too.
  assert.deepEqual(pauses.findIndex((pause) => pause !== undefined), 62);
  let isRead = false;
  const pause = (pauses[63] as Promise<void>).then(() => isRead = true);
  link.endTurn();
  await settled();
  assert.equal(isRead, false);
  await link.drain();
  await pause;
  assert.equal(link.committed.length, 65);
  link.far.stop();
});

Deno.test("without a leader, memory is bounded, and a network that floods leaves room for others", async () => {
  const link = new PlayedLink(1_000_000);
  const line = "x".repeat(60_000);
  const waits: Promise<void>[] = [];
  for (let id = 1; id <= 100; id++) {
    link.open(id, "10.0.0.1");
    waits.push(Promise.resolve(link.far.line(id, line, 0)));
  }
  const flooded = link.far.inflowBytes;
  assert.ok(flooded <= 500_000, `${flooded}`);
  link.open(1_000, "10.0.0.2");
  assert.equal(link.far.line(1_000, "x".repeat(50_000), 0), undefined);
  assert.ok(link.far.inflowBytes > flooded);
  // Connections that come and go now leave nothing behind.
  const before = link.far.size;
  for (let id = 2_000; id < 3_000; id++) {
    link.open(id, "10.0.0.3");
    link.far.line(id, "hello", 0);
    link.far.ended(id, "client");
    link.far.closed(id);
  }
  assert.equal(link.far.size, before);
  for (let rounds = 0; rounds < 30; rounds++) await link.drain();
  await Promise.all(waits);
  assert.equal(link.committed.filter(([, what]) => what === line).length, 100);
  assert.equal(link.far.inflowBytes, 0);
  link.far.stop();
});

Deno.test("a lone line leaves at once, and lines that come while it is on its way leave in one frame", async () => {
  const link = new PlayedLink();
  link.read();
  await link.drain();
  link.open(1);
  await link.drain();
  const frames = () => link.up.splice(0).filter((frame) => decodeFrame(frame).events.length > 0);
  link.far.line(1, "first", 0);
  link.endTurn();
  const [lone, ...none] = frames();
  assert.ok(lone !== undefined && none.length === 0);
  for (const text of ["second", "third", "fourth"]) {
    link.far.line(1, text, 0);
    link.endTurn();
  }
  assert.deepEqual(frames(), []);
  link.takeUp(lone);
  while (link.down.length > 0) link.takeDown(link.down.shift());
  assert.deepEqual(frames().map((frame) => decodeFrame(frame).events.length), [3]);
  link.far.stop();
});

Deno.test("frames are far smaller than what NATS carries", async () => {
  const link = new PlayedLink();
  link.read();
  // The first event says that the edge had no connections before. Others wait until it is answered.
  await link.drain();
  let largest = 0;
  for (let id = 1; id <= 60; id++) {
    link.open(id, `10.0.0.${id}`);
    link.far.line(id, "é".repeat(32_000), 0);
  }
  link.endTurn();
  for (const frame of link.up) largest = Math.max(largest, frame.length);
  assert.ok(link.up.length > 5 && largest < 512 * 1024, `${largest}`);
  const positions = link.up.map((frame) => decodeFrame(frame)).flatMap(({ first, events }) =>
    events.map((_, index) => first + index)
  );
  assert.deepEqual(positions, Array.from({ length: 120 }, (_, index) => index + 2));
  link.far.stop();
});
