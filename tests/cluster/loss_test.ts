// What happens to nodes in processes of their own when NATS is away, and when a node is stopped for a while. They take
// minutes, and run with `task test:cluster`.
import assert from "node:assert/strict";
import { Client, type Line } from "../support/client.ts";
import {
  type NatsServer,
  testWithNats,
  withNats,
  withThreeNats,
} from "../support/cluster/nats_server.ts";
import { StartingNode } from "../support/cluster/starting_node.ts";
import { withDirectory } from "../support/directory.ts";

const testLong = Deno.env.has("CLUSTER_ROUNDS") ? testWithNats : () => {};

interface House {
  readonly nats: NatsServer;
  readonly nodes: readonly StartingNode[];
}

async function withHouse(work: (house: House) => Promise<void>): Promise<void> {
  await withNats(async (nats) => {
    await withDirectory(async (directory) => {
      const nodes = await Promise.all(
        ["a", "b"].map((name) => StartingNode.start(directory, name, { servers: [nats] })),
      );
      try {
        for (const node of nodes) await node.ready();
        await work({ nats, nodes });
      } finally {
        await Promise.all(nodes.map((node) => node[Symbol.asyncDispose]()));
      }
    });
  });
}

async function join(port: number, from: string): Promise<Client> {
  const client = await Client.connect(port);
  await client.ask({ type: "message", from, content: "", ref: "join" });
  return client;
}

/** Lets ada join at the node that leads, and bob at the other one. */
async function moveIn(
  nodes: readonly StartingNode[],
): Promise<{ follower: StartingNode; ada: Client; bob: Client }> {
  const leads = ({ output }: StartingNode) => /leads from batch/.test(output);
  const follower = nodes.find((node) => !leads(node))!;
  const ada = await join(nodes.find(leads)!.port, "ada");
  return { follower, ada, bob: await join(follower.port, "bob") };
}

testLong(
  "without NATS, nodes refuse after 15 s, close after 60 s, and recover when it is back",
  async () => {
    await withHouse(async ({ nats, nodes }) => {
      const clients = await Promise.all(nodes.map(({ port }, index) => join(port, `p${index}`)));
      await nats.kill();
      for (const node of nodes) await node.until(/cut off from the cluster for 15 s/);
      for (const client of clients) {
        await client.send({ type: "message", content: "late", ref: "late" });
        const answer = await client.find(({ ref }) => ref === "late");
        assert.deepEqual([answer["code"], answer["retry_after"]], ["busy", 5]);
      }
      for (const node of nodes) await node.until(/cut off from the cluster for 60 s/);
      for (const client of clients) {
        assert.equal((await client.end()).at(-1)?.["code"], "shutting_down");
        await client.close();
      }
      await nats.start();
      for (const node of nodes) await node.until(/in contact with its cluster again/);
      const again = await Promise.all(nodes.map(({ port }, index) => join(port, `q${index}`)));
      await again[0]!.send({ type: "message", content: "back" });
      await again[1]!.find(({ content }) => content === "back");
      for (const client of again) await client.close();
    });
  },
);

testLong("without a quorum of NATS, nodes wait and recover, and never decide alone", async () => {
  await withThreeNats(async (servers) => {
    await withDirectory(async (directory) => {
      const nodes = await Promise.all(
        ["a", "b"].map((name) => StartingNode.start(directory, name, { servers })),
      );
      try {
        for (const node of nodes) await node.ready();
        const clients = await Promise.all(nodes.map(({ port }, index) => join(port, `p${index}`)));
        await Promise.all([servers[0]!.kill(), servers[1]!.kill()]);
        await clients[0]!.send({ type: "message", content: "waits", ref: "waits" });
        for (const node of nodes) await node.until(/cut off from the cluster for 15 s/);
        for (const { output } of nodes) assert.doesNotMatch(output, /leads from batch [^1]/);
        await Promise.all([servers[0]!.start(), servers[1]!.start()]);
        for (const node of nodes) await node.until(/in contact with its cluster again/);
        // It is refused if it has not left its node.
        const answer = await clients[0]!.find(({ ref }) => ref === "waits");
        if (answer["type"] === "ack") await clients[1]!.find(({ content }) => content === "waits");
        else assert.equal(answer["code"], "busy");
        for (const client of clients) await client.close();
      } finally {
        await Promise.all(nodes.map((node) => node[Symbol.asyncDispose]()));
      }
    });
  });
});

testLong(
  "a node that is stopped for longer than the leader waits closes its connections",
  async () => {
    await withHouse(async ({ nodes }) => {
      const { follower, ada, bob } = await moveIn(nodes);
      follower.signal("SIGSTOP");
      await ada.send({ type: "message", content: "kept for bob" });
      // The leader waits for 75 seconds, longer than a client of a test.
      const offline = ({ user, state }: Line) => user === "bob" && state === "offline";
      for (let isGone = false; !isGone;) {
        isGone = (await ada.sync()).some(offline);
        if (!isGone) await new Promise((resolve) => setTimeout(resolve, 1_000));
      }
      await ada.send({ type: "message", content: "missed" });
      follower.signal("SIGCONT");
      const lines = await bob.end();
      assert.deepEqual(lines.map(({ type, content, code }) => type === "system" ? code : content), [
        "kept for bob",
        "shutting_down",
      ]);
      const again = await join(follower.port, "bob");
      await again.send({ type: "message", content: "here" });
      await ada.find(({ content }) => content === "here");
      for (const client of [ada, bob, again]) await client.close();
    });
  },
);

testLong(
  "a follower that is stopped for 20 s neither leads nor refuses when it goes on",
  async () => {
    await withHouse(async ({ nodes }) => {
      const { follower, ada, bob } = await moveIn(nodes);
      follower.signal("SIGSTOP");
      await new Promise((resolve) => setTimeout(resolve, 20_000));
      follower.signal("SIGCONT");
      await bob.send({ type: "message", content: "here", ref: "1" });
      assert.equal((await bob.find(({ ref }) => ref === "1"))["type"], "ack");
      await ada.find(({ content }) => content === "here");
      assert.doesNotMatch(follower.output, /leads from batch|cut off/);
      for (const client of [ada, bob]) await client.close();
    });
  },
);
