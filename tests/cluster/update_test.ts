// A rolling update to a version that migrates the database: followers first, the leader last.
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { dump } from "../support/cluster/dump.ts";
import { makeNextVersion } from "../support/cluster/next_version.ts";
import { testWithNats, withNats } from "../support/cluster/nats_server.ts";
import { StartingNode } from "../support/cluster/starting_node.ts";
import { withDirectory } from "../support/directory.ts";
import { Talker } from "./city.ts";

// It starts six servers. It runs with `task test:cluster`.
const testLong = Deno.env.has("CLUSTER_ROUNDS") ? testWithNats : () => {};

async function stop(node: StartingNode): Promise<void> {
  node.signal("SIGTERM");
  assert.equal(await node.exited(), 0, node.output);
}

function dumpOf({ dataDir }: StartingNode): ReturnType<typeof dump> {
  const sqlite = new DatabaseSync(`${dataDir}/classcord.db`, { readOnly: true });
  try {
    return dump(sqlite);
  } finally {
    sqlite.close();
  }
}

testLong(
  "a rolling update migrates the database when the last node of the old version stops",
  async () => {
    await withNats(async (nats) => {
      await withDirectory(async (directory) => {
        const program = `${directory}/program`;
        await Deno.mkdir(program);
        const version = await makeNextVersion(program);
        const start = async (name: string, program?: string) => {
          const node = await StartingNode.start(directory, name, { servers: [nats], program });
          await node.ready();
          return node;
        };
        const nodes = new Map<string, StartingNode>();
        try {
          for (const name of ["a", "b", "c"]) nodes.set(name, await start(name));
          // The migration marks her messages.
          const ada = await Talker.enter(nodes.get("a")!.port, "star");
          await ada.say();
          for (const name of ["b", "c"]) {
            await stop(nodes.get(name)!);
            const node = await start(name, program);
            nodes.set(name, node);
            assert.match(node.output, new RegExp(`ClassCord ${version}`));
            // It follows a leader of the old version, and its users can write.
            const bob = await Talker.enter(node.port, `bob-${name}`);
            bob.since = Math.max(...ada.acknowledged.values());
            await bob.say();
            await bob.settle();
            await ada.say();
            await ada.settle();
            await bob.close();
          }
          const last = await Talker.enter(nodes.get("b")!.port, "last");
          await ada.close();
          await stop(nodes.get("a")!);
          await last.say();
          await last.settle();
          nodes.set("a", await start("a", program));
          await last.say();
          await last.settle();
          assert.equal(last.ended, false);
          await last.close();
          await Promise.all([...nodes.values()].map(stop));
          // Which node has noted the end of the last visits depends on the order in which they stop, and when it was there.
          const dumps: Record<string, unknown>[] = [...nodes.values()].map(dumpOf)
            .map(({ visits: _, state, ...rest }) => ({
              ...rest,
              state: (state as string[]).map((columns) => columns.replace(/, \d+$/, "")),
            }));
          assert.deepEqual(dumps[1], dumps[0]);
          assert.deepEqual(dumps[2], dumps[0]);
          assert.deepEqual(dumps[0]!["stars"], ["1", "3", "5"]);

          // The old version says what is wrong, whatever it finds.
          const old = await StartingNode.start(directory, "a", { servers: [nats] });
          assert.notEqual(await old.exited(), 0);
          assert.match(old.output, /written by a newer ClassCord/);
        } finally {
          await Promise.all([...nodes.values()].map((node) => node[Symbol.asyncDispose]()));
        }
      });
    });
  },
);
