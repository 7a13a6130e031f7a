// Three servers that are nodes of a cluster, in one process, over a log and couriers in memory.
import { copyDatabaseFile } from "../../lib/cluster/copies/database_file.ts";
import { prepareForLog } from "../../lib/cluster/copies/fitting.ts";
import { NodeDatabase } from "../../lib/cluster/copies/node_database.ts";
import type { OpenLinks } from "../../lib/server/cluster/links.ts";
import { DATABASE_FILE } from "../../lib/store/database.ts";
import { type Overrides, startTestServer, type TestServer } from "../support/server.ts";
import { MemoryCouriers } from "./memory_courier.ts";
import { MemoryLog } from "./memory_log.ts";
import { MemoryNodes } from "./memory_nodes.ts";

/** The servers of a town. */
export interface Town extends AsyncDisposable {
  /** The leader first. */
  readonly servers: readonly TestServer[];
  readonly log: MemoryLog;
  readonly nodes: MemoryNodes;
  /** Stops the first leader in order. Another one takes over. */
  stopLeader(): Promise<void>;
}

/** Starts three servers. */
export async function startTown(overrides: Overrides = {}): Promise<Town> {
  const log = new MemoryLog();
  const couriers = new MemoryCouriers();
  const nodes = new MemoryNodes(log);
  const openLinks: OpenLinks = () =>
    Promise.resolve({
      log: log.open(),
      courier: couriers.open(),
      link: () => ({ connected: true, server: "memory" }),
      nodes: nodes.open(),
      adopt(database) {
        prepareForLog(database.sqlite, { log: "memory", sequence: 0 });
        return Promise.resolve(new NodeDatabase(database));
      },
      giveCopies() {},
    });
  const servers: TestServer[] = [];
  const directories: string[] = [];
  const stopped = new Set<TestServer>();
  const stopServer = async (server: TestServer) => {
    if (stopped.has(server)) return;
    stopped.add(server);
    await server[Symbol.asyncDispose]();
  };
  const stop = async () => {
    // The leader last: otherwise another one would have to take over.
    for (const server of servers.toReversed()) await stopServer(server);
    for (const directory of directories) await Deno.remove(directory, { recursive: true });
  };
  try {
    const start = async (node: string, at: number) => {
      const directory = await Deno.makeTempDir({ prefix: "classcord-" });
      const [leader] = directories;
      directories.push(directory);
      if (leader !== undefined) await copyDatabaseFile(leader, `${directory}/${DATABASE_FILE}`);
      const cluster = { servers: ["memory"], name: "test", node };
      servers[at] = await startTestServer({ ...overrides, cluster }, directory, openLinks);
    };
    await start("first", 0);
    await Promise.all([start("second", 1), start("third", 2)]);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    servers,
    log,
    nodes,
    stopLeader: () => stopServer(servers[0]!),
    [Symbol.asyncDispose]: stop,
  };
}
