// A server whose connection to NATS is cut, without a notice to either side, while users work at all nodes: it decides
// nothing, and what comes back is whole.
import { setTimeout as pass } from "node:timers/promises";
import assert from "node:assert/strict";
import { Crowd } from "../support/cluster/crowd.ts";
import { testWithNats } from "../support/cluster/nats_server.ts";
import { NODES, type Region, withServers } from "../support/cluster/region.ts";
import { type Relay, withRelay } from "../support/cluster/relay.ts";
import { checkAll } from "../support/cluster/verdict.ts";

const CUT = 0;
/** How many requests are answered between two events. */
const BETWEEN = 60;

/** A crowd at three nodes. The connection of the first one can be cut. It leads at first. */
interface Scene {
  readonly region: Region;
  readonly crowd: Crowd;
  readonly relay: Relay;
}

async function cutOff(work: (scene: Scene) => Promise<void>, isLong = false): Promise<void> {
  await withServers(1, async (region) => {
    await withRelay(region.nats[0]!.port, async (relay) => {
      for (const node of NODES.keys()) {
        await region.start(node, node === CUT ? [relay] : region.nats);
      }
      const crowd = await Crowd.enter({ node: region.node(CUT), port: region.port }, 3);
      await crowd.during(async () => {
        await crowd.doneMore(BETWEEN);
        await work({ region, crowd, relay });
        await crowd.doneMore(BETWEEN);
      });
      await checkAll(region, crowd);
      const lost = crowd.citizens.filter(({ lives }) => lives.length > 1).map(({ key }) => key);
      if (isLong) assert.notDeepEqual(lost, []);
      else assert.deepEqual(lost, []);
    });
  });
}

async function cutUntilOtherLeads({ region, crowd, relay }: Scene): Promise<void> {
  relay.cut();
  await region.untilOtherLeads(CUT);
  await crowd.doneMore(BETWEEN);
  relay.repair();
  await crowd.doneMore(BETWEEN);
}

if (Deno.env.has("CLUSTER_ROUNDS")) {
  testWithNats("a leader that is cut off appends nothing, and its users go on", async () => {
    await cutOff(cutUntilOtherLeads);
  });

  testWithNats("a leader that is cut off for 20 seconds comes back as a follower", async () => {
    await cutOff(async ({ region, crowd, relay }) => {
      relay.cut();
      await pass(20_000);
      assert.notEqual(region.leader, CUT);
      relay.repair();
      await crowd.doneMore(BETWEEN);
    });
  });

  testWithNats("a leader that is cut off for 70 seconds closes its connections", async () => {
    await cutOff(async ({ region, crowd, relay }) => {
      relay.cut();
      await pass(70_000);
      relay.repair();
      await crowd.doneMore(BETWEEN);
      assert.notEqual(region.leader, CUT);
    }, true);
  });

  testWithNats("a follower that is cut off for a while misses nothing", async () => {
    await cutOff(async (scene) => {
      await cutUntilOtherLeads(scene);
      // It follows now.
      const { region: { leader }, relay, crowd, region } = scene;
      relay.cut();
      await crowd.doneMore(BETWEEN);
      relay.repair();
      await crowd.doneMore(BETWEEN);
      assert.equal(region.leader, leader);
    });
  });
}
