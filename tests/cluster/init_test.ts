// `classcord cluster init`: a cluster begins anew with the database of a server.
import assert from "node:assert/strict";
import { readPlace } from "../../lib/cluster/copies/place.ts";
import { connectNats } from "../../lib/cluster/nats/connection.ts";
import { NatsNodes } from "../../lib/cluster/nats/nats_nodes.ts";
import { type Config, defaultConfig } from "../../lib/ops/config/schema.ts";
import { initCluster, type InitPlan, isRefusal } from "../../lib/server/cluster/init.ts";
import { AccountStore } from "../../lib/store/accounts.ts";
import { openDatabase } from "../../lib/store/database.ts";
import { lockForServer, ServerRunning } from "../../lib/store/server_lock.ts";
import {
  type NatsServer,
  openLog,
  testWithNats,
  withNats,
} from "../support/cluster/nats_server.ts";
import { EMPTY } from "../support/cluster/node_process.ts";
import { withDirectory } from "../support/directory.ts";
import { runCommand } from "../support/process.ts";
import { startNode } from "./city.ts";

function configOf(server: NatsServer, dataDir: string): Config {
  const config = defaultConfig();
  const cluster = { ...config.cluster, servers: [server.address], name: "test", node: "a" };
  return { ...config, cluster, store: { ...config.store, data_dir: dataDir } };
}

/** Opens the database of a data directory. */
function open(dataDir: string): ReturnType<typeof openDatabase> {
  return openDatabase(dataDir, { synchronous: "normal" });
}

function addAccount(dataDir: string): void {
  const database = open(dataDir);
  const details = { name: "zoé", key: "zoé", passwordHash: "x", role: "member" as const };
  new AccountStore(database).create({ ...details, now: 0 });
  database.close();
}

async function batches(server: NatsServer, count: number): Promise<string> {
  await using opened = await openLog([server]);
  for (let turn = 1; turn <= count; turn++) {
    const changeset = new Uint8Array();
    await opened.log.append({ ...EMPTY, run: "r", turn, changeset });
  }
  return opened.log.identity;
}

testWithNats("the database of a server becomes the beginning of a cluster", async () => {
  await withNats(async (server) => {
    await withDirectory(async (dataDir) => {
      addAccount(dataDir);
      const before = await batches(server, 3);
      const plans: InitPlan[] = [];
      await initCluster(configOf(server, dataDir), (plan) => void plans.push(plan));
      assert.deepEqual(plans, [{ cluster: "test", deleted: 3, newer: [] }]);
      await using opened = await openLog([server]);
      const { identity, last } = await opened.log.range();
      assert.notEqual(identity, before);
      assert.equal(last, 0);
      const database = open(dataDir);
      assert.deepEqual({ ...readPlace(database.sqlite) }, { log: identity, sequence: 0 });
      assert.equal(new AccountStore(database).findByKey("zoé")?.name, "zoé");
      database.close();
    });
  });
});

testWithNats("nothing happens without a confirmation", async () => {
  await withNats(async (server) => {
    await withDirectory(async (dataDir) => {
      const before = await batches(server, 2);
      const confirm = () => {
        throw new Error("no");
      };
      await assert.rejects(initCluster(configOf(server, dataDir), confirm), /^Error: no$/);
      await using opened = await openLog([server]);
      assert.deepEqual(await opened.log.range(), { identity: before, first: 1, last: 2 });
      const database = open(dataDir);
      assert.equal(readPlace(database.sqlite), undefined);
      database.close();
    });
  });
});

testWithNats("a cluster does not begin anew while one of its servers runs", async () => {
  await withNats(async (server) => {
    await withDirectory(async (dataDir) => {
      const config = configOf(server, dataDir);
      const connection = await connectNats({ servers: [server.address], name: "test" });
      const nodes = new NatsNodes(connection, { cluster: "test", replicas: 1, now: Date.now });
      const status = {
        ...{ node: "b", run: "b_1", version: "1", schema: 1, leads: true, leader: "b", batch: 0 },
        ...{ behind: 0, natsConnected: true, natsServer: "", clients: 0, startedAt: 0 },
        ...{ cutOffSince: undefined, clockOffsetMs: undefined },
      };
      nodes.answer({ status: () => status, figures: () => undefined });
      await assert.rejects(
        initCluster(config, () => {}),
        (error) => isRefusal(error) && /are running: b\. Stop all of them/.test(error.message),
      );
      await connection.close();
      const lock = lockForServer(dataDir);
      await assert.rejects(initCluster(config, () => {}), ServerRunning);
      lock.release();
    });
  });
});

testWithNats(
  "a database that the log continues stays in its cluster, and newer servers are named",
  async () => {
    await withNats(async (server) => {
      await withDirectory(async (dataDir) => {
        const config = configOf(server, dataDir);
        await initCluster(config, () => {});
        await batches(server, 2);
        await assert.rejects(initCluster(config, () => {}), /nothing to do: start the server/);
        const connection = await connectNats({ servers: [server.address], name: "test" });
        const nodes = new NatsNodes(connection, { cluster: "test", replicas: 1, now: Date.now });
        const known = { node: "b", batch: 2, seenAt: 0, version: "1" };
        await nodes.note(known);
        // The log was lost with the NATS servers: another one has no batches.
        await connection.request("$JS.API.STREAM.DELETE.classcord-test");
        await connection.close();
        const plans: InitPlan[] = [];
        await initCluster(config, (plan) => void plans.push(plan));
        assert.deepEqual(plans, [{ cluster: "test", deleted: undefined, newer: [known] }]);
      });
    });
  },
);

Deno.test("without NATS servers in the settings, or without an answer, no cluster begins", async () => {
  await withDirectory(async (dataDir) => {
    const config = defaultConfig();
    const store = { ...config.store, data_dir: dataDir };
    const init = (servers: string[]) =>
      initCluster({ ...config, store, cluster: { ...config.cluster, servers } }, () => {});
    await assert.rejects(init([]), (error) => isRefusal(error) && /is empty/.test(error.message));
    await assert.rejects(
      init(["127.0.0.1:1"]),
      (error) => isRefusal(error) && /Cannot connect to NATS/.test(error.message),
    );
  });
});

testWithNats(
  "classcord cluster init asks, begins the cluster, and refuses while a server runs",
  async () => {
    await withNats(async (nats) => {
      await withDirectory(async (directory) => {
        const file = `${directory}/classcord.toml`;
        const settings = { servers: [nats.address], name: "test", node: "a", replicas: 1 };
        const lines = Object.entries(settings).map(([key, value]) =>
          `${key} = ${JSON.stringify(value)}\n`
        );
        await Deno.writeTextFile(file, `[cluster]\n${lines.join("")}`);
        const init = (node: string, ...args: string[]) => {
          const data = ["--config", file, "--data-dir", `${directory}/${node}`];
          return runCommand(["cluster", "init", ...data, ...args]);
        };
        await Deno.mkdir(`${directory}/a`);
        addAccount(`${directory}/a`);
        const before = await batches(nats, 1);
        const plan = "The database of this server becomes the beginning of the cluster test.\n" +
          "The log of the cluster is deleted. It has 1 batch.\n";

        assert.deepEqual(await init("a"), {
          code: 1,
          stdout: "",
          stderr: `${plan}There is no terminal to ask for confirmation. Add --yes to confirm.\n`,
        });
        await using opened = await openLog([nats]);
        assert.deepEqual(await opened.log.range(), { identity: before, first: 1, last: 1 });

        assert.deepEqual(await init("a", "--yes"), {
          code: 0,
          stdout: "The database of this server is the beginning of the cluster test.\n" +
            "Start this server, then the others with empty data directories.\n",
          stderr: plan,
        });
        await using a = await startNode(directory, "a", [nats]);
        const { stdout } = await runCommand(["user", "list", "--data-dir", a.dataDir]);
        assert.match(stdout, /^zoé /m);

        const running = await init("a", "--yes");
        assert.deepEqual([running.code, running.stdout], [1, ""]);
        assert.match(running.stderr, /another server .* already runs in this data directory/);
        const other = await init("b", "--yes");
        assert.deepEqual([other.code, other.stdout, other.stderr], [
          1,
          "",
          "These servers of the cluster are running: a. Stop all of them first.\n",
        ]);
      });
    });
  },
);
