// How nodes start: at the same time, with and without databases, and before NATS does.
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { Client } from "../support/client.ts";
import {
  type NatsServer,
  openLog,
  testWithNats,
  withNats,
} from "../support/cluster/nats_server.ts";
import { StartingNode } from "../support/cluster/starting_node.ts";
import { addAccount } from "../support/database.ts";
import { withDirectory } from "../support/directory.ts";
import { openDatabase } from "../../lib/store/database.ts";
import { belongsToLog } from "../../lib/store/log/place.ts";

const NAMES = ["a", "b", "c"];

async function startAll(directory: string, nats: NatsServer): Promise<StartingNode[]> {
  const starting = NAMES.map((name) => StartingNode.start(directory, name, { servers: [nats] }));
  return await Promise.all(starting);
}

async function stopAll(nodes: readonly StartingNode[]): Promise<void> {
  await Promise.all(nodes.map((node) => node[Symbol.asyncDispose]()));
}

function identityOf({ dataDir }: StartingNode): unknown {
  const database = new DatabaseSync(`${dataDir}/classcord.db`, { readOnly: true });
  try {
    return database.prepare("SELECT identity FROM state").get()!["identity"];
  } finally {
    database.close();
  }
}

testWithNats(
  "of three nodes that start at once with empty directories, one makes the database and the others get copies",
  async () => {
    await withNats(async (nats) => {
      await withDirectory(async (directory) => {
        const nodes = await startAll(directory, nats);
        try {
          await Promise.all(nodes.map((node) => node.ready()));
          assert.equal(new Set(nodes.map(identityOf)).size, 1);
          const [ada, bob, eve] = await Promise.all(
            nodes.map(async ({ port }, index) => await Client.guest(port, `pupil${index}`)),
          );
          await eve!.send({ type: "message", content: "hello" });
          const heard = await ada!.find(({ content }) => content === "hello");
          assert.equal(heard["from"], "pupil2");
          for (const { dataDir } of nodes) {
            const names = [...Deno.readDirSync(dataDir)].map(({ name }) => name);
            assert.ok(!names.some((name) => /founding|copying/.test(name)), names.join());
          }
          for (const client of [ada!, bob!, eve!]) await client.close();
        } finally {
          await stopAll(nodes);
        }
      });
    });
  },
);

testWithNats(
  "of three nodes with databases of their own, one begins the cluster and the others say what to do",
  async () => {
    await withNats(async (nats) => {
      await withDirectory(async (directory) => {
        // The first two have the same one, such as from a backup.
        for (const name of ["a", "c"]) {
          const database = openDatabase(`${directory}/${name}`, { synchronous: "normal" });
          addAccount(database, name);
          database.close();
        }
        Deno.mkdirSync(`${directory}/b`);
        Deno.copyFileSync(`${directory}/a/classcord.db`, `${directory}/b/classcord.db`);
        const nodes = await startAll(directory, nats);
        try {
          const outcomes = await Promise.all(nodes.map((node) =>
            Promise.race([
              node.ready().then(() => "ready", () => "ended"),
              node.exited().then((code) => code),
            ])
          ));
          assert.deepEqual(outcomes.filter((each) => each === "ready"), ["ready"]);
          for (const [index, node] of nodes.entries()) {
            if (outcomes[index] === "ready") continue;
            assert.equal(await node.exited(), 78, "systemd does not start it again");
            assert.match(
              node.output,
              /has never belonged to this cluster.*move the data directory away/s,
            );
            // Nothing of it was changed: it still works alone.
            const database = openDatabase(node.dataDir, { synchronous: "normal" });
            assert.equal(
              database.sqlite.prepare("SELECT count(*) AS n FROM accounts").get()!["n"],
              1,
            );
            assert.equal(belongsToLog(database.sqlite), false);
            database.close();
          }
        } finally {
          await stopAll(nodes);
        }
      });
    });
  },
);

testWithNats(
  "a node that was away for longer than the log goes back gets a copy by itself",
  async () => {
    await withNats(async (nats) => {
      await withDirectory(async (directory) => {
        const start = (name: string) => StartingNode.start(directory, name, { servers: [nats] });
        await using leader = await start("a");
        await leader.ready();
        const away = await start("b");
        await away.ready();
        away.signal("SIGTERM");
        assert.equal(await away.exited(), 0);
        const ada = await Client.guest(leader.port, "ada");
        await ada.ask({ type: "message", content: "meanwhile", ref: "1" });
        await ada.close();
        await using open = await openLog([nats]);
        await open.log.purge((await open.log.range()).last - 1);
        await using back = await start("b");
        await back.ready();
        assert.match(back.output, /asking the other servers for a copy/);
        const bob = await Client.guest(back.port, "bob");
        await bob.send({ type: "history", channel: "#général", ref: "2" });
        const { messages } = await bob.find(({ ref }) => ref === "2");
        assert.deepEqual((messages as { content: string }[]).map(({ content }) => content), [
          "meanwhile",
        ]);
        await bob.close();
      });
    });
  },
);

testWithNats("a node waits for NATS, says so, and goes on when it is there", async () => {
  await withNats(async (nats) => {
    await nats.kill();
    await withDirectory(async (directory) => {
      await using node = await StartingNode.start(directory, "a", { servers: [nats] });
      await node.until(/waiting for NATS: Cannot connect to NATS at 127\.0\.0\.1:\d+/);
      await nats.start();
      await node.ready();
      assert.equal(node.output.match(/waiting for NATS/g)?.length, 1, "not at each attempt");
    });
  });
});

testWithNats("a node that waits for NATS, or for a copy, ends at once on SIGTERM", async () => {
  await withNats(async (nats) => {
    await withDirectory(async (directory) => {
      const first = await StartingNode.start(directory, "a", { servers: [nats] });
      await first.ready();
      first.signal("SIGKILL");
      await first.exited();
      const copying = await StartingNode.start(directory, "b", { servers: [nats] });
      await copying.until(/asking the other servers for a copy/);
      copying.signal("SIGTERM");
      assert.equal(await copying.exited(), 0);
      await nats.kill();
      const waiting = await StartingNode.start(directory, "b", { servers: [nats] });
      await waiting.until(/waiting for NATS/);
      const began = performance.now();
      waiting.signal("SIGTERM");
      assert.equal(await waiting.exited(), 0);
      assert.ok(performance.now() - began < 3_000);
      assert.match(waiting.output, /stopped before the server was ready/);
    });
  });
});

testWithNats("a node says what to do where waiting does not help", async () => {
  const refused = async (nats: NatsServer, pattern: RegExp) => {
    await withDirectory(async (directory) => {
      const node = await StartingNode.start(directory, "a", { servers: [nats] });
      assert.equal(await node.exited(), 78);
      assert.match(node.output, pattern);
      assert.doesNotMatch(node.output, /\n {4}at /, "no stack");
    });
  };
  await withNats((nats) => refused(nats, /Authorization Violation/i), ["--auth", "secret"]);
});
