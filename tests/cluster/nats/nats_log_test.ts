// The log on a real nats-server: order, fencing, repetition, what is missing.
import assert from "node:assert/strict";
import { type Batch, Deposed, LogGone } from "../../../lib/cluster/batch.ts";
import { encodeBatch } from "../../../lib/cluster/batch_codec.ts";
import { splitBatch } from "../../../lib/cluster/nats/chunks.ts";
import { connectNats } from "../../../lib/cluster/nats/connection.ts";
import { JetStream } from "../../../lib/cluster/nats/jetstream.ts";
import type { NatsLog } from "../../../lib/cluster/nats/nats_log.ts";
import { openLog, testWithNats, withNats } from "../../support/cluster/nats_server.ts";

/** A batch of a run. */
function batch(run: string, turn: number, changeset = new Uint8Array([turn % 256])): Batch {
  return { run, turn, at: 0, changeset, outputs: [], done: [], states: [] };
}

/** Follows a log until a number of batches has come. Returns their turns. */
async function read(log: NatsLog, count: number, sequence = 0): Promise<number[]> {
  const turns: number[] = [];
  const enough = Promise.withResolvers<void>();
  const follower = log.follow({ log: log.identity, sequence }, ({ turn }) => {
    turns.push(turn);
    if (turns.length === count) enough.resolve();
  });
  await Promise.race([enough.promise, follower.ended]);
  await follower.stop();
  return turns;
}

testWithNats("batches are read in order by all nodes, old ones and new ones", async () => {
  await withNats(async (server) => {
    await using leader = await openLog([server]);
    await using copy = await openLog([server]);
    assert.equal(copy.log.identity, leader.log.identity);
    for (let turn = 1; turn <= 20; turn++) {
      assert.equal(await leader.log.append(batch("a", turn)), turn);
    }
    const reading = read(copy.log, 40);
    for (let turn = 21; turn <= 40; turn++) await leader.log.append(batch("a", turn));
    assert.deepEqual(await reading, Array.from({ length: 40 }, (_, i) => i + 1));
    assert.deepEqual(await read(copy.log, 2, 38), [39, 40]);
    assert.deepEqual(await copy.log.range(), { identity: copy.log.identity, first: 1, last: 40 });
  });
});

testWithNats(
  "a batch larger than a message is read whole, and a part of one is dropped",
  async () => {
    await withNats(async (server) => {
      await using leader = await openLog([server]);
      await using next = await openLog([server]);
      const large = crypto.getRandomValues(new Uint8Array(60_000));
      const changeset = new Uint8Array(3_000_000).map((_, i) => large[i % large.length]!);
      assert.equal(await leader.log.append(batch("a", 1, changeset)), 3);
      // A leader that dies within a batch: only two of its three messages are stored.
      const parts = splitBatch("a.2", encodeBatch(batch("a", 2, changeset)), 2 ** 20);
      const connection = await connectNats({ servers: [server.address], name: "dying" });
      for (const [i, part] of parts.slice(0, 2).entries()) {
        await new JetStream(connection).publish("classcord.test.log", part, {
          last: 3 + i,
          id: `a.2.${i}`,
        });
      }
      await connection.close();
      await assert.rejects(next.log.append(batch("b", 1)), Deposed);
      const seen: Batch[] = [];
      const { promise, resolve } = Promise.withResolvers<void>();
      const origin = { log: next.log.identity, sequence: 0 };
      const follower = next.log.follow(origin, (each) => {
        if (seen.push(each) === 2) resolve();
      });
      // It may lead once it has read the part, which does not count.
      while ((await next.log.range()).last > 3);
      assert.equal(seen.length, 1);
      while (await next.log.append(batch("b", 1)).catch(deposed) === undefined);
      await Promise.race([promise, follower.ended]);
      await follower.stop();
      assert.deepEqual(seen.map(({ run, turn }) => `${run}.${turn}`), ["a.1", "b.1"]);
      assert.deepEqual(seen[0]!.changeset, changeset);
      assert.equal(follower.sequence, 6);
      await using late = await openLog([server]);
      assert.equal((await late.log.range()).last, 6);
    });
  },
);

function deposed(error: unknown): undefined {
  if (!(error instanceof Deposed)) throw error;
}

testWithNats("a leader that was deposed can append nothing", async () => {
  await withNats(async (server) => {
    await using old = await openLog([server]);
    await using young = await openLog([server]);
    await old.log.append(batch("old", 1));
    await read(young.log, 1);
    await young.log.append(batch("young", 1));
    await assert.rejects(old.log.append(batch("old", 2)), Deposed);
    await assert.rejects(old.log.append(batch("old", 2)), Deposed);
    assert.equal((await old.log.range()).last, 2);
    // Once it has read what the other has appended, it may try to lead again.
    assert.deepEqual(await read(old.log, 2), [1, 1]);
    assert.equal(await old.log.append(batch("old", 3)), 3);
  });
});

testWithNats("of two nodes that append at the same time, one succeeds", async () => {
  await withNats(async (server) => {
    await using one = await openLog([server]);
    await using other = await openLog([server]);
    const results = await Promise.allSettled([
      one.log.append(batch("one", 1)),
      other.log.append(batch("other", 1)),
    ]);
    const states = results.map(({ status }) => status).sort();
    assert.deepEqual(states, ["fulfilled", "rejected"]);
    assert.equal((await one.log.range()).last, 1);
  });
});

testWithNats("a batch that was stored without an answer is not stored twice", async () => {
  await withNats(async (server) => {
    await using first = await openLog([server]);
    await first.log.append(batch("a", 1));
    // The same node after it has lost the connection: it does not know that its batch was stored.
    await using again = await openLog([server]);
    assert.equal(await again.log.append(batch("a", 1)), 1);
    assert.equal(await again.log.append(batch("a", 2)), 2);
    assert.equal((await again.log.range()).last, 2);
  });
});

testWithNats("a follower says so if the log was purged, emptied or made anew", async () => {
  await withNats(async (server) => {
    await using leader = await openLog([server]);
    for (let turn = 1; turn <= 5; turn++) await leader.log.append(batch("a", turn));
    await leader.log.purge(3);
    const place = { log: leader.log.identity, sequence: 2 };
    await assert.rejects(leader.log.follow(place, () => {}).ended, (error: Error) => {
      assert.ok(error instanceof LogGone);
      assert.match(error.message, /begins at 4, but this node needs 3/);
      return true;
    });
    assert.deepEqual(await read(leader.log, 2, 3), [4, 5]);
    // A loss is believed once it has lasted. Each look at the clock takes five seconds here.
    let time = 0;
    await using late = await openLog([server], { now: () => time += 5_000 });
    const ahead = { log: late.log.identity, sequence: 9 };
    await assert.rejects(late.log.follow(ahead, () => {}).ended, /have lost data/);
    const foreign = { log: "another", sequence: 3 };
    await assert.rejects(leader.log.follow(foreign, () => {}).ended, /made anew/);
  });
});

testWithNats("a batch that a copy does not accept ends its following with that error", async () => {
  await withNats(async (server) => {
    await using leader = await openLog([server]);
    await leader.log.append(batch("a", 1));
    const place = { log: leader.log.identity, sequence: 0 };
    const follower = leader.log.follow(place, () => {
      throw new RangeError("as planned");
    });
    await assert.rejects(follower.ended, RangeError);
    assert.equal(follower.sequence, 0);
  });
});

testWithNats("a slow copy gets every batch, one after the other", async () => {
  await withNats(async (server) => {
    await using leader = await openLog([server]);
    const large = new Uint8Array(400_000);
    const turns: number[] = [];
    const enough = Promise.withResolvers<void>();
    let running = 0;
    const place = { log: leader.log.identity, sequence: 0 };
    const follower = leader.log.follow(place, async ({ turn }) => {
      assert.equal(++running, 1);
      await leader.log.range();
      running--;
      turns.push(turn);
      if (turns.length === 60) enough.resolve();
    });
    for (let turn = 1; turn <= 60; turn++) await leader.log.append(batch("a", turn, large));
    await Promise.race([enough.promise, follower.ended]);
    await follower.stop();
    assert.deepEqual(turns, Array.from({ length: 60 }, (_, i) => i + 1));
  });
});
