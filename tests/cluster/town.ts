// Three servers that are nodes of a cluster, in one process, over a log and couriers in memory.
import type { ContactTimes } from "../../lib/cluster/contact.ts";
import { copyDatabaseFile } from "../../lib/cluster/copies/database_file.ts";
import { prepareForLog } from "../../lib/cluster/copies/fitting.ts";
import { NodeDatabase } from "../../lib/cluster/copies/node_database.ts";
import type { OpenLinks } from "../../lib/server/cluster/links.ts";
import { type Database, DATABASE_FILE } from "../../lib/store/database.ts";
import { type Overrides, startTestServer, type TestServer } from "../support/server.ts";
import { MemoryCouriers } from "./memory_courier.ts";
import { Line, MemoryLog } from "./memory_log.ts";
import { MemoryNodes } from "./memory_nodes.ts";

/** The servers of a town. */
export interface Town extends AsyncDisposable {
  /** The leader first. */
  readonly servers: readonly TestServer[];
  readonly log: MemoryLog;
  readonly nodes: MemoryNodes;
  /** The databases of the servers. */
  readonly databases: readonly Database[];
  /** What connects each server with the log and the others. */
  readonly lines: readonly Line[];
  /** The disk of a server has little space left. */
  fillDisk(index: number): void;
  /** Stops the first leader in order. Another one takes over. */
  stopLeader(): Promise<void>;
  /** Stops a server in order. */
  stop(index: number): Promise<void>;
  /** Starts another server. */
  start(node: string): Promise<void>;
}

/**
 * Starts three servers.
 *
 * @param contactTimes When a server is cut off, or a function that says it of each.
 */
export async function startTown(
  overrides: Overrides = {},
  contactTimes?: ContactTimes | ((index: number) => ContactTimes),
): Promise<Town> {
  const timesOf = (line: Line) =>
    typeof contactTimes === "function" ? contactTimes(lines.indexOf(line)) : contactTimes;
  const log = new MemoryLog();
  const couriers = new MemoryCouriers();
  const lines: Line[] = [];
  const nodes = new MemoryNodes(log);
  const databases: Database[] = [];
  const full = new Set<Line>();
  const openLinks = (line: Line): OpenLinks => () =>
    Promise.resolve({
      log: log.open(0, line),
      courier: couriers.open(line),
      link: () => ({ connected: !line.isCut, server: "memory" }),
      nodes: nodes.open(line),
      parts: {
        contactTimes: timesOf(line),
        canStore: () => !full.has(line),
      },
      adopt(database) {
        databases[lines.indexOf(line)] = database;
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
  const start = async (node: string, at = lines.length) => {
    const line = lines[at] = new Line();
    const directory = await Deno.makeTempDir({ prefix: "classcord-" });
    const [leader] = directories;
    directories.push(directory);
    if (leader !== undefined) await copyDatabaseFile(leader, `${directory}/${DATABASE_FILE}`);
    const cluster = { servers: ["memory"], name: "test", node };
    servers[at] = await startTestServer({ ...overrides, cluster }, directory, openLinks(line));
  };
  const stop = async () => {
    for (const line of lines) line.mend();
    // The leader last: otherwise another one would have to take over.
    for (const server of servers.toReversed()) if (server !== undefined) await stopServer(server);
    for (const directory of directories) await Deno.remove(directory, { recursive: true });
  };
  try {
    await start("first");
    await Promise.all([start("second"), start("third")]);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    servers,
    log,
    nodes,
    lines,
    databases,
    fillDisk: (index) => full.add(lines[index]!),
    stopLeader: () => stopServer(servers[0]!),
    stop: (index) => stopServer(servers[index]!),
    start,
    [Symbol.asyncDispose]: stop,
  };
}
