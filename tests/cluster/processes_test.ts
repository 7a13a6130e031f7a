// Servers in processes of their own that are one chat over a real nats-server, and what their clients notice when one of
// them is killed or stopped.
import assert from "node:assert/strict";
import { type NatsServer, testWithNats, withNats } from "../support/cluster/nats_server.ts";
import { withDirectory } from "../support/directory.ts";
import type { ServerProcess } from "../support/process.ts";
import { acknowledgedBy, checkNothingLost, startNode, Talker } from "./city.ts";

/** A cluster of three nodes. The first one leads. */
interface City {
  readonly nats: NatsServer;
  readonly directory: string;
  readonly nodes: ServerProcess[];
  readonly talkers: Talker[];
}

async function withCity(work: (city: City) => Promise<void>): Promise<void> {
  await withNats(async (nats) => {
    await withDirectory(async (directory) => {
      const city: City = { nats, directory, nodes: [], talkers: [] };
      try {
        for (const name of ["a", "b", "c"]) {
          city.nodes.push(await startNode(directory, name, [nats]));
        }
        await work(city);
      } finally {
        for (const talker of city.talkers) await talker.close();
        for (const node of city.nodes.toReversed()) await node[Symbol.asyncDispose]();
      }
    });
  });
}

/** Lets each of them send some messages at the same time. They may be on their way when this returns. */
async function chat(talkers: readonly Talker[], rounds: number): Promise<void> {
  for (let round = 0; round < rounds; round++) {
    await Promise.all(talkers.map((talker) => talker.say()));
  }
}

async function enter({ nodes, talkers }: City, places: readonly number[]): Promise<void> {
  for (const place of places) {
    talkers.push(await Talker.enter(nodes[place]!.port, `t${talkers.length}`));
  }
}

// They take long, and run with `task test:cluster`. Otherwise, `mixed_load_test` kills a leader.
const testLong = Deno.env.has("CLUSTER_ROUNDS") ? testWithNats : () => {};

testLong(
  "connections survive kill -9 of the leader, and each message is stored and shown once",
  async () => {
    await withCity(async (city) => {
      await enter(city, [0, 1, 2, 1, 2]);
      const { nodes: [a, b, c], talkers } = city;
      const [lost, ...others] = talkers as [Talker, ...Talker[]];
      await chat(talkers, 10);
      await lost.settle();
      // The leader dies with requests on their way.
      await chat(others, 1);
      a!.signal("SIGKILL");
      await chat(others, 10);
      await checkNothingLost(others, { others: [lost], nodes: [b!, c!] });
      // The users of the lost node leave once, when the new leader gives it up.
      for (const talker of others) await talker.hears("t0 offline");
      await checkNothingLost(others, { others: [lost], nodes: [b!, c!] });
      for (const talker of others) {
        const gone = talker.states.filter((state) => state.endsWith("offline"));
        assert.deepEqual(gone, ["t0 offline"]);
      }
      const users = await others[0]!.ask({ type: "users" });
      assert.deepEqual(users["users"], ["t1", "t2", "t3", "t4"]);
    });
  },
);

testLong(
  "a leader that is stopped for a while leads no more, and its clients go on as well",
  async () => {
    await withCity(async (city) => {
      await enter(city, [0, 1, 2, 0]);
      const { nodes, talkers } = city;
      await chat(talkers, 3);
      for (const talker of talkers) await talker.settle();
      const [leader] = nodes;
      leader!.signal("SIGSTOP");
      const running = [talkers[1]!, talkers[2]!];
      // They get their acks from another leader.
      await chat(running, 5);
      for (const talker of running) await talker.settle();
      await chat([talkers[0]!, talkers[3]!], 2);
      leader!.signal("SIGCONT");
      await chat(talkers, 3);
      await checkNothingLost(talkers, { nodes });
      assert.match(await leader!.log(), /this node does not lead/);
    });
  },
);

testLong("nodes that are killed and started again in turn lose nothing", async () => {
  await withCity(async (city) => {
    await enter(city, [0, 1, 2, 0, 1, 2]);
    const { nodes, talkers, directory, nats } = city;
    let present = talkers.map((talker, at) => ({ talker, place: at % 3 }));
    const left: Talker[] = [];
    for (const [index, name] of ["a", "b", "c"].entries()) {
      const lost = present.filter(({ place }) => place === index).map(({ talker }) => talker);
      present = present.filter(({ place }) => place !== index);
      const staying = present.map(({ talker }) => talker);
      await chat([...lost, ...staying], 3);
      for (const talker of lost) await talker.settle();
      await chat(staying, 1);
      nodes[index]!.signal("SIGKILL");
      await chat(staying, 3);
      await nodes[index]!.exited();
      for (const talker of staying) await talker.settle();
      left.push(...lost);
      nodes[index] = await startNode(directory, name, [nats]);
      const back = await Talker.enter(nodes[index]!.port, `back in ${name}`);
      back.since = acknowledgedBy(talkers).at(-1)!.id;
      talkers.push(back);
      present.push({ talker: back, place: index });
    }
    const all = present.map(({ talker }) => talker);
    await chat(all, 2);
    await checkNothingLost(all, { others: left, nodes });
  });
});
