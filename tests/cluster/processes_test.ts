// Servers in processes of their own that are one chat over a real nats-server, and what their clients notice when the
// leader is killed.
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { testWithNats, withNats } from "../support/cluster/nats_server.ts";
import { withDirectory } from "../support/directory.ts";
import type { ServerProcess } from "../support/process.ts";
import { startNode, Talker } from "./city.ts";

/** The messages in the database of a node. */
function messagesOf({ dataDir }: ServerProcess): { id: number; content: string }[] {
  const database = new DatabaseSync(`${dataDir}/classcord.db`, { readOnly: true });
  try {
    return database.prepare("SELECT id, content FROM messages ORDER BY id").all()
      .map((row) => ({ id: Number(row["id"]), content: String(row["content"]) }));
  } finally {
    database.close();
  }
}

testWithNats(
  "connections survive kill -9 of the leader, and each message is stored and shown once",
  async () => {
    await withNats(async (nats) => {
      await withDirectory(async (directory) => {
        const nodes: ServerProcess[] = [];
        const talkers: Talker[] = [];
        try {
          for (const name of ["a", "b", "c"]) nodes.push(await startNode(directory, name, [nats]));
          const [a, b, c] = nodes as [ServerProcess, ServerProcess, ServerProcess];
          for (const [index, { port }] of [a, b, c, b, c].entries()) {
            talkers.push(await Talker.enter(port, `t${index}`));
          }
          const [lost, ...others] = talkers as [Talker, ...Talker[]];
          for (let round = 0; round < 10; round++) {
            await Promise.all(talkers.map((talker) => talker.say()));
          }
          await Promise.all(talkers.map((talker) => talker.settle()));
          // The leader dies with requests on their way.
          await Promise.all(others.map((talker) => talker.say()));
          a.signal("SIGKILL");
          for (let round = 0; round < 10; round++) {
            await Promise.all(others.map((talker) => talker.say()));
          }
          await Promise.all(others.map((talker) => talker.settle()));
          // The new leader hears from the lost edge no more.
          while (!others[0]!.states.includes("t0 offline")) await others[0]!.ask({ type: "ping" });
          for (const talker of others) {
            await talker.catchUp();
            assert.equal(talker.ended, false);
            const gone = talker.states.filter((state) => state.endsWith("offline"));
            assert.deepEqual(gone, ["t0 offline"]);
            assert.equal(talker.sent, talker.acknowledged.size);
            const own = `${talker.name} `;
            const all = [...lost.acknowledged, ...others.flatMap((each) => [...each.acknowledged])]
              .filter(([content]) => !content.startsWith(own))
              .sort(([, one], [, two]) => one - two)
              .map(([content, id]) => ({ id, content }));
            assert.deepEqual(talker.heard, all, `what ${talker.name} has heard`);
          }
          const users = await others[0]!.ask({ type: "users" });
          assert.deepEqual(users["users"], ["t1", "t2", "t3", "t4"]);
          // Both copies have exactly what was acknowledged.
          const acknowledged = talkers.flatMap((each) => [...each.acknowledged])
            .sort(([, one], [, two]) => one - two).map(([content, id]) => ({ id, content }));
          for (const node of [b, c]) {
            assert.deepEqual(messagesOf(node), acknowledged);
          }
        } finally {
          for (const talker of talkers) await talker.close();
          for (const node of nodes.toReversed()) await node[Symbol.asyncDispose]();
        }
      });
    });
  },
);
