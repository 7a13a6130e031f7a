// `classcord cluster` and the commands for a node, against servers in processes of their own over a real nats-server.
import assert from "node:assert/strict";
import { testWithNats, withNats } from "../support/cluster/nats_server.ts";
import { withDirectory } from "../support/directory.ts";
import { runCommand } from "../support/process.ts";
import { startNode, Talker } from "./city.ts";

// It runs with `task test:cluster`.
const testLong = Deno.env.has("CLUSTER_ROUNDS") ? testWithNats : () => {};

testLong("the commands show and change a cluster from any of its servers", async () => {
  await withNats(async (nats) => {
    await withDirectory(async (directory) => {
      const at = (node: string, ...args: string[]) =>
        runCommand([...args, "--data-dir", `${directory}/${node}`]);
      const run = async (node: string, ...args: string[]) => {
        const { code, stdout, stderr } = await at(node, ...args);
        assert.equal(code, 0, stderr);
        return stdout;
      };
      const a = await startNode(directory, "salle-1", [nats]);
      const b = await startNode(directory, "salle-2", [nats]);
      const tom = await Talker.enter(a.port, "tom");
      try {
        const lines = (await run("salle-2", "cluster")).split("\n");
        assert.match(
          lines[0]!,
          /^Cluster test: 2 nodes, led by salle-1\. The log has \d+ batches on 1 NATS server\.$/,
        );
        assert.match(lines[1]!, /^NODE {5}STATE {4}BEHIND {2}CLIENTS {2}VERSION +CLOCK {2}SINCE$/);
        assert.match(lines[2]!, /^salle-1 {2}leads +0 +1 {2}\d+\.\d+\.\d+ +– {2}\d\d:\d\d:\d\d$/);
        assert.match(lines[3]!, /^salle-2 {2}follows +0 +0 {2}\d+\.\d+\.\d+ +[+-]?\d+ ms /);
        assert.match(
          await run("salle-2", "clients"),
          /^ *CONN {2}NODE .*\n *\d+ {2}salle-1 {2}tom /,
        );
        assert.match(await run("salle-2", "stats"), /\nNode +salle-2, led by salle-1\n/);
        assert.match(await run("salle-2", "reload"), /^No setting changed\./);
        const { leader } = JSON.parse(await run("salle-1", "cluster", "status", "--json"));
        assert.equal(leader, "salle-1");
        const running = await at("salle-2", "cluster", "forget", "salle-1");
        assert.deepEqual([running.code, running.stderr], [
          1,
          "Still running: salle-1. Stop it first.\n",
        ]);
        const wrong = await at("salle-2", "cluster", "step-down");
        assert.deepEqual([wrong.code, wrong.stderr], [
          1,
          "Not the leader of the cluster: salle-2.\n",
        ]);
        assert.equal(
          await run("salle-1", "cluster", "step-down"),
          "salle-1 leads no more. salle-2 leads.\n",
        );
        await tom.say();
        await tom.settle();
        assert.equal(
          await run("salle-1", "shutdown", "update"),
          "The server is stopping.\n",
        );
        assert.equal(await a.exited(), 0);
        assert.match(await run("salle-2", "cluster"), /\nsalle-1 {2}silent +\d+ +– /);
        assert.equal(
          await run("salle-2", "cluster", "forget", "salle-1"),
          "Removed salle-1 from the cluster.\n",
        );
        assert.doesNotMatch(await run("salle-2", "cluster"), /salle-1/);
        await nats.kill();
        const lost = await run("salle-2", "cluster");
        assert.match(lost, /^Cluster test: 1 node, .*The NATS servers do not answer\./);
        assert.match(await run("salle-2", "reload"), /^No setting changed\./);
        await nats.start();
      } finally {
        await tom.close();
        await b[Symbol.asyncDispose]();
        await a[Symbol.asyncDispose]();
      }
    });
  });
});
