// Messages, mail, registrations, channels and moderation at all nodes of a cluster, while nodes and NATS servers are killed
// and stopped: nothing is lost, doubled or reordered.
import { setTimeout as pass } from "node:timers/promises";
import assert from "node:assert/strict";
import { testWithNats } from "../support/cluster/nats_server.ts";
import { Crowd } from "../support/cluster/crowd.ts";
import { NODES, type Region, withRegion } from "../support/cluster/region.ts";
import { checkAll, checkDone } from "../support/cluster/verdict.ts";

/** What happens while a crowd works. */
type Losses = (region: Region, crowd: Crowd) => Promise<void>;

/** How many requests are answered between two losses. */
const BETWEEN = 60;
/** What is stopped stays so for this long: longer than an election, and longer than an edge may be silent. */
const STOPPED_MS = 20_000;

async function suffer(servers: 1 | 3, losses: Losses, check = checkAll): Promise<void> {
  await withRegion(servers, async (region) => {
    const crowd = await Crowd.enter({ node: region.node(0), port: region.port }, 1);
    await crowd.during(async () => {
      await crowd.doneMore(BETWEEN);
      await losses(region, crowd);
      await crowd.doneMore(BETWEEN);
    });
    await check(region, crowd);
  });
}

async function killLeader(region: Region, crowd: Crowd): Promise<void> {
  const { leader } = region;
  await region.kill(leader);
  await region.untilOtherLeads(leader);
  await crowd.doneMore(BETWEEN);
  await region.start(leader);
}

async function killFollower(region: Region, crowd: Crowd): Promise<void> {
  const follower = (region.leader + 1) % NODES.length;
  await region.kill(follower);
  await crowd.doneMore(BETWEEN);
  await region.start(follower);
}

async function killTwoNodes(region: Region, crowd: Crowd): Promise<void> {
  const lost = [region.leader, (region.leader + 1) % NODES.length];
  await Promise.all(lost.map((node) => region.kill(node)));
  await crowd.doneMore(BETWEEN);
  for (const node of lost) await region.start(node);
}

async function restartNodes(region: Region, crowd: Crowd): Promise<void> {
  for (const node of NODES.keys()) {
    assert.equal(await region.kill(node, "SIGTERM"), 0);
    await crowd.doneMore(BETWEEN / 2);
    await region.start(node);
  }
}

async function killNats({ nats, natsCurrent }: Region, crowd: Crowd, which: number): Promise<void> {
  await nats[which]!.kill();
  await crowd.doneMore(BETWEEN);
  await nats[which]!.start();
  await natsCurrent();
}

async function killNatsLeader(region: Region, crowd: Crowd): Promise<void> {
  await killNats(region, crowd, await region.natsLeader());
}

async function killTwoNatsInTurn(region: Region, crowd: Crowd): Promise<void> {
  const first = await region.natsLeader();
  await killNats(region, crowd, first);
  await killNats(region, crowd, (first + 1) % 3);
}

/** Without a quorum nothing can be decided. */
async function killTwoNatsAtOnce(region: Region): Promise<void> {
  const lost = [await region.natsLeader(), (await region.natsLeader() + 1) % 3];
  await Promise.all(lost.map((which) => region.nats[which]!.kill()));
  await Promise.all(lost.map((which) => region.nats[which]!.start()));
  await region.natsCurrent();
}

/** The others are found to be cut off, and refuse what has not left them. */
async function cutOthersOff(region: Region, crowd: Crowd): Promise<void> {
  const { leader } = region;
  const first = await region.natsLeader();
  const nats = [region.nats[first]!, region.nats[(first + 1) % 3]!];
  await Promise.all([region.kill(leader), ...nats.map((server) => server.kill())]);
  const others = [...NODES.keys()].filter((which) => which !== leader);
  await Promise.all(
    others.map((which) => region.node(which).until(/cut off from the cluster for 15 s/)),
  );
  await crowd.doneMore(BETWEEN);
  await Promise.all(nats.map((server) => server.start()));
  await region.start(leader);
  await region.natsCurrent();
}

/** As if the machine of the leader died, with its NATS server. */
async function killMachine(region: Region, crowd: Crowd): Promise<void> {
  const { leader } = region;
  const nats = region.nats[await region.natsLeader()]!;
  await Promise.all([region.kill(leader), nats.kill()]);
  await region.untilOtherLeads(leader);
  await crowd.doneMore(BETWEEN);
  await nats.start();
  await region.start(leader);
  await region.natsCurrent();
}

async function killEverything(region: Region): Promise<void> {
  await Promise.all([region.killAll(), ...region.nats.map((server) => server.kill())]);
  await Promise.all(region.nats.map((server) => server.start()));
  await Promise.all(NODES.keys().map((node) => region.start(node)));
}

async function stopNode(region: Region, which: number): Promise<void> {
  region.node(which).signal("SIGSTOP");
  await pass(STOPPED_MS);
  region.node(which).signal("SIGCONT");
}

async function stopNatsLeader(region: Region): Promise<void> {
  const server = region.nats[await region.natsLeader()]!;
  server.signal("SIGSTOP");
  await pass(STOPPED_MS);
  server.signal("SIGCONT");
  await region.natsCurrent();
}

const LOSSES: Readonly<Record<string, Losses>> = {
  "kill -9 of the leader": killLeader,
  "kill -9 of a follower": killFollower,
  "kill -9 of two nodes at once": killTwoNodes,
  "a restart of all nodes in turn": restartNodes,
  "kill -9 of the NATS server that decides": killNatsLeader,
  "kill -9 of two of three NATS servers in turn": killTwoNatsInTurn,
  "kill -9 of two of three NATS servers at once": killTwoNatsAtOnce,
  "kill -9 of the leader and two NATS servers until the others refuse requests": cutOthersOff,
  "kill -9 of the leader and its NATS server": killMachine,
  "kill -9 of all nodes and NATS servers at once": killEverything,
  "a leader that is stopped for 20 seconds": (region) => stopNode(region, region.leader),
  "a follower that is stopped for 20 seconds": (region) =>
    stopNode(region, (region.leader + 1) % NODES.length),
  "a NATS server that is stopped for 20 seconds": stopNatsLeader,
};

testWithNats("under mixed load, kill -9 of the leader loses nothing", async () => {
  await suffer(1, killLeader, checkDone);
});

// The longer ones run with `task test:cluster`.
const rounds = Deno.env.get("CLUSTER_ROUNDS");

if (rounds !== undefined) {
  for (const [what, losses] of Object.entries(LOSSES)) {
    testWithNats(`under mixed load on three NATS servers, ${what} loses nothing`, async () => {
      await suffer(3, losses);
    });
  }

  testWithNats("under mixed load, losses of all kinds in turn lose nothing", async () => {
    const all = Object.values(LOSSES);
    await suffer(3, async (region, crowd) => {
      for (let round = 0; round < Number(rounds); round++) {
        await all[round % all.length]!(region, crowd);
        await crowd.doneMore(BETWEEN);
      }
    });
  });
}
