// A node without a database gets a copy from another one.
import assert from "node:assert/strict";
import {
  copyDatabaseFile,
  CopyUnfit,
  lacksDatabase,
} from "../../../lib/cluster/copies/database_file.ts";
import { connectNats } from "../../../lib/cluster/nats/connection.ts";
import { fetchCopy } from "../../../lib/cluster/nats/copy_client.ts";
import { answerJson, copySubject } from "../../../lib/cluster/nats/copy_protocol.ts";
import { CopyServer } from "../../../lib/cluster/nats/copy_server.ts";
import { withDirectory } from "../../support/directory.ts";
import { openLog, testWithNats, withNats } from "../../support/cluster/nats_server.ts";
import { catchUp, catchUpAndLead, EMPTY } from "../../support/cluster/node_process.ts";
import { checkEqual, openNode, withNodes } from "../../support/cluster/nodes.ts";
import { Worker } from "../../support/cluster/worker.ts";

const CLUSTER = "test";

testWithNats(
  "a node with an empty directory gets a copy while the leader works, and follows from there",
  async () => {
    await withNats(async (server) => {
      await using open = await openLog([server]);
      const connection = await connectNats({ servers: [server.address], name: "test" });
      await withNodes(open.log, async (directories) => {
        await withDirectory(async (empty) => {
          const leader = openNode(directories[0]!);
          await catchUpAndLead(leader, open.log, "a");
          const worker = new Worker(leader.facade);
          let turn = 2;
          const endTurn = async (isCommitted: boolean) => {
            // More than one piece.
            for (let i = 0; i < 50; i++) worker.write(i, 0, { content: "é".repeat(10_000) });
            const changeset = leader.take();
            const sequence = await open.log.append({ ...EMPTY, run: "a", turn: turn++, changeset });
            if (!isCommitted) worker.write(1, 0, { content: "not in the log" });
            leader.acknowledged(sequence);
          };
          await endTurn(true);
          await endTurn(false);
          const server = new CopyServer(connection, {
            cluster: CLUSTER,
            dataDir: directories[0]!,
            copy: (to) => copyDatabaseFile(directories[0]!, to),
            failed: (error) => assert.fail(String(error)),
          });
          // The log may lose what the copy has.
          await open.log.purge(2);
          assert.equal(lacksDatabase(empty), true);
          const options = { cluster: CLUSTER, dataDir: empty, range: () => open.log.range() };
          assert.equal(await fetchCopy(connection, options), true);
          assert.equal(lacksDatabase(empty), false);
          await server.close();
          assert.deepEqual(names(empty), ["classcord.db"]);
          assert.ok(!names(directories[0]!).includes("classcord.db.copying"));

          const node = openNode(empty);
          assert.equal(node.place.sequence, 2, "only what was committed");
          await catchUp(node, open.log);
          assert.equal(new Worker(node.facade).messages.count(), 100);
          node.close();
          leader.close();
          await checkEqual(open.log, [directories[0]!, empty]);
        });
      });
      await connection.close();
    });
  },
);

testWithNats("without a node that gives a copy, the directory stays empty", async () => {
  await withNats(async (server) => {
    await using open = await openLog([server]);
    const connection = await connectNats({ servers: [server.address], name: "test" });
    await withDirectory(async (dataDir) => {
      const options = { cluster: CLUSTER, dataDir, range: () => open.log.range() };
      assert.equal(await fetchCopy(connection, options), false);
      assert.deepEqual(names(dataDir), []);
    });
    await connection.close();
  });
});

testWithNats(
  "a copy of another log, a damaged one and one that the log does not continue are refused",
  async () => {
    await withNats(async (server) => {
      await using open = await openLog([server]);
      const connection = await connectNats({ servers: [server.address], name: "test" });
      await withNodes(open.log, async (directories) => {
        const source = `${directories[0]!}/classcord.db`;
        let bytes = await Deno.readFile(source);
        const range = { identity: open.log.identity, first: 1, last: 5 };
        let offered = range;
        const giving = connection.subscribe("give", {
          callback: (_, message) => {
            const at = Number(new TextDecoder().decode(message.data) || bytes.length);
            message.respond(bytes.subarray(at, at + 500_000));
          },
        });
        const offering = connection.subscribe(copySubject(CLUSTER), {
          callback: (_, message) => answerJson(message, { size: bytes.length, subject: "give" }),
        });
        await withDirectory(async (dataDir) => {
          const fetch = () =>
            fetchCopy(connection, {
              cluster: CLUSTER,
              dataDir,
              range: () => Promise.resolve(offered),
            });
          const refused = async (pattern: RegExp) => {
            await assert.rejects(fetch(), (error: Error) => {
              assert.ok(error instanceof CopyUnfit, String(error));
              assert.match(error.message, pattern);
              return true;
            });
            assert.deepEqual(names(dataDir), []);
          };
          offered = { ...range, identity: "another" };
          await refused(/has never belonged to this cluster/);
          offered = { ...range, first: 3 };
          await refused(/too old/);
          offered = range;
          const whole = bytes;
          bytes = whole.slice();
          bytes.fill(0xff, 8_192, 40_000);
          await refused(/damaged|malformed/);
          bytes = new TextEncoder().encode("no database".repeat(100));
          await refused(/not a database|damaged/);
          bytes = whole;
          assert.equal(await fetch(), true);
        });
        giving.unsubscribe();
        offering.unsubscribe();
      });
      await connection.close();
    });
  },
);

testWithNats("a node that gives a copy already says that it is busy", async () => {
  await withNats(async (server) => {
    await using open = await openLog([server]);
    const connection = await connectNats({ servers: [server.address], name: "test" });
    await withNodes(open.log, async ([from, , to]) => {
      const asked = Promise.withResolvers<void>();
      const ready = Promise.withResolvers<void>();
      const copies = new CopyServer(connection, {
        cluster: CLUSTER,
        dataDir: from!,
        copy: async (path) => {
          asked.resolve();
          await ready.promise;
          await copyDatabaseFile(from!, path);
        },
        failed: (error) => assert.fail(String(error)),
      });
      await withDirectory(async (other) => {
        const options = { cluster: CLUSTER, range: () => open.log.range() };
        const first = fetchCopy(connection, { ...options, dataDir: to! });
        await asked.promise;
        assert.equal(await fetchCopy(connection, { ...options, dataDir: other }), false);
        ready.resolve();
        assert.equal(await first, true);
      });
      await copies.close();
    });
    await connection.close();
  });
});

function names(directory: string): string[] {
  return [...Deno.readDirSync(directory)].map(({ name }) => name).sort();
}
