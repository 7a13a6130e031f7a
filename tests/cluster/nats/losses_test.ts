// What dies in a cluster: nodes, the only NATS server, one of three, and the connection of a leader.
import assert from "node:assert/strict";
import { Deposed } from "../../../lib/cluster/batch.ts";
import {
  openLog,
  testWithNats,
  untilCurrent,
  withNats,
  withThreeNats,
} from "../../support/cluster/nats_server.ts";
import { catchUp, catchUpAndLead, EMPTY } from "../../support/cluster/node_process.ts";
import { checkEqual, NodeProcess, openNode, withNodes } from "../../support/cluster/nodes.ts";
import { withRelay } from "../../support/cluster/relay.ts";
import { Worker } from "../../support/cluster/worker.ts";

/** How often something is killed. More with `task test:cluster`. */
const ROUNDS = Number(Deno.env.get("CLUSTER_ROUNDS") ?? 2);

testWithNats("after kill -9 of each leader at any moment, all copies are equal", async () => {
  await withNats(async (server) => {
    await using open = await openLog([server]);
    await withNodes(open.log, async (directories) => {
      for (let round = 0; round < ROUNDS; round++) {
        const node = new NodeProcess(directories[round % 3]!, [server.address], round + 1);
        await node.acknowledged(5 + round * 7 % 20);
        await node.kill();
        assert.ok((await open.log.range()).last >= node.last);
      }
      await checkEqual(open.log, directories);
    });
  });
});

testWithNats("a leader works on after kill -9 of the NATS server, and loses nothing", async () => {
  await withNats(async (server) => {
    await using open = await openLog([server]);
    await withNodes(open.log, async (directories) => {
      const node = new NodeProcess(directories[0]!, [server.address], 77);
      for (let round = 0; round < Math.ceil(ROUNDS / 2); round++) {
        await node.acknowledged(5);
        await server.kill();
        await server.start();
      }
      await node.acknowledged(20);
      await node.kill();
      await checkEqual(open.log, directories);
    });
  });
});

testWithNats("with three NATS servers, the log goes on when any of them is killed", async () => {
  await withThreeNats(async (servers) => {
    await using open = await openLog(servers);
    await withNodes(open.log, async (directories) => {
      const addresses = servers.map(({ address }) => address);
      const node = new NodeProcess(directories[0]!, addresses, 5);
      for (let round = 0; round < ROUNDS / 2; round++) {
        await node.acknowledged(5);
        const server = servers[round % 3]!;
        await server.kill();
        await node.acknowledged(20);
        await server.start();
        await untilCurrent(servers);
      }
      await node.kill();
      await checkEqual(open.log, directories);
    });
  });
});

testWithNats(
  "a leader that was cut off can append nothing, undoes its turn and follows",
  async () => {
    await withNats(async (server) => {
      await withRelay(server.port, async (relay) => {
        await using behind = await openLog([relay]);
        await using direct = await openLog([server]);
        await withNodes(direct.log, async (directories) => {
          const [old, young] = directories.slice(0, 2).map(openNode);
          await catchUpAndLead(old!, behind.log, "old");
          const worker = new Worker(old!.facade);
          worker.write(1, 0, { content: "before" });
          const first = old!.take();
          old!.acknowledged(
            await behind.log.append({ ...EMPTY, run: "old", turn: 2, changeset: first }),
          );

          relay.cut();
          worker.write(1, 0, { content: "lost" });
          const changeset = old!.take();
          const appended = behind.log.append({ ...EMPTY, run: "old", turn: 3, changeset });
          const refused = assert.rejects(appended, Deposed);
          await catchUpAndLead(young!, direct.log, "young");
          new Worker(young!.facade).write(2, 0, { content: "after" });
          const next = young!.take();
          young!.acknowledged(
            await direct.log.append({ ...EMPTY, run: "young", turn: 2, changeset: next }),
          );

          relay.repair();
          await refused;
          old!.follow();
          await catchUp(old!, behind.log);
          const contents = old!.facade.sqlite.prepare("SELECT content FROM messages ORDER BY id")
            .all().map(({ content }) => content);
          assert.deepEqual(contents, ["before", "after"]);
          old!.close();
          young!.close();
          await checkEqual(direct.log, directories);
        });
      });
    });
  },
);

testWithNats(
  "a copy whose disk is full keeps its place, and catches up when there is space",
  async () => {
    await withNats(async (server) => {
      await using open = await openLog([server]);
      await withNodes(open.log, async (directories) => {
        const [leader, copy] = directories.slice(0, 2).map(openNode);
        await catchUpAndLead(leader!, open.log, "a");
        const worker = new Worker(leader!.facade);
        for (let turn = 2; turn < 12; turn++) {
          for (let i = 0; i < 10; i++) worker.write(i, 0, { content: "x".repeat(3_000) });
          const changeset = leader!.take();
          leader!.acknowledged(await open.log.append({ ...EMPTY, run: "a", turn, changeset }));
        }
        leader!.close();
        const { sqlite } = copy!.facade;
        const pages = sqlite.prepare("PRAGMA page_count").get()!["page_count"] as number;
        sqlite.exec(`PRAGMA max_page_count = ${pages + 30}`);
        await assert.rejects(catchUp(copy!, open.log), /full/);
        const place = copy!.place.sequence;
        assert.ok(place < 11, String(place));
        sqlite.exec("PRAGMA max_page_count = 100000");
        await catchUp(copy!, open.log);
        copy!.close();
        await checkEqual(open.log, directories);
      });
    });
  },
);

testWithNats("a leader whose disk is full undoes its turn and follows", async () => {
  await withNats(async (server) => {
    await using open = await openLog([server]);
    await withNodes(open.log, async (directories) => {
      const node = openNode(directories[0]!);
      await catchUpAndLead(node, open.log, "a");
      const worker = new Worker(node.facade);
      worker.write(1, 0, { content: "kept" });
      const changeset = node.take();
      node.acknowledged(await open.log.append({ ...EMPTY, run: "a", turn: 2, changeset }));
      const { sqlite } = node.facade;
      const pages = sqlite.prepare("PRAGMA page_count").get()!["page_count"] as number;
      sqlite.exec(`PRAGMA max_page_count = ${pages + 10}`);
      const fill = () => {
        for (let i = 0; i < 100; i++) worker.write(1, 0, { content: "x".repeat(3_000) });
      };
      assert.throws(fill, /full|not be written|lost/);
      node.follow();
      sqlite.exec("PRAGMA max_page_count = 100000");
      assert.equal(worker.messages.count(), 1);
      node.close();
      await checkEqual(open.log, directories);
    });
  });
});
