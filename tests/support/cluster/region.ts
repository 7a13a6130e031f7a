// A cluster of three servers in processes of their own. Each of them, and each NATS server, can be killed, stopped for a
// while and started again.
import assert from "node:assert/strict";
import { connectNats } from "../../../lib/cluster/nats/connection.ts";
import { JetStream } from "../../../lib/cluster/nats/jetstream.ts";
import { startNode } from "../../cluster/city.ts";
import { withDirectory } from "../directory.ts";
import type { ServerProcess } from "../process.ts";
import { type NatsServer, untilCurrent, withNats, withThreeNats } from "./nats_server.ts";
import { checkEqual } from "./nodes.ts";
import { Witness } from "./witness.ts";

/** The names of the nodes. */
export const NODES = ["a", "b", "c"];

const LAST_LINES = 40;

/** A cluster. Nodes and NATS servers have the numbers 0, 1 and 2. */
export class Region {
  readonly nats: readonly NatsServer[];
  readonly directory: string;
  #witness: Witness | undefined;
  readonly #nodes: (ServerProcess | undefined)[] = NODES.map(() => undefined);
  #wake: (() => void)[] = [];

  constructor(nats: readonly NatsServer[], directory: string) {
    this.nats = nats;
    this.directory = directory;
  }

  /** Reads the log, from its beginning. */
  get witness(): Witness {
    assert.ok(this.#witness !== undefined, "no node has started");
    return this.#witness;
  }

  /** The number of the node that leads. */
  get leader(): number {
    return NODES.indexOf(this.witness.leader ?? "");
  }

  /** Returns a node that runs. */
  node(which: number): ServerProcess {
    const node = this.#nodes[which];
    assert.ok(node !== undefined, `node ${NODES[which]} does not run`);
    return node;
  }

  /** Waits until a node runs: the preferred one if it does, or another one. Returns its port. */
  readonly port = async (preferred: number): Promise<number> => {
    for (;;) {
      for (const at of NODES.keys()) {
        const node = this.#nodes[(preferred + at) % NODES.length];
        if (node !== undefined) return node.port;
      }
      await new Promise<void>((resolve) => this.#wake.push(resolve));
    }
  };

  /** Starts a node and waits until it is ready. @param servers The NATS servers that it knows, or relays to them. */
  async start(
    which: number,
    servers: readonly { readonly address: string }[] = this.nats,
  ): Promise<void> {
    this.#nodes[which] = await startNode(this.directory, NODES[which]!, servers);
    // The first node creates the log.
    this.#witness ??= await Witness.open(this.nats);
    for (const wake of this.#wake.splice(0)) wake();
  }

  /** Kills a node. Resolves when it has ended. @returns Its exit code. */
  async kill(which: number, signal: Deno.Signal = "SIGKILL"): Promise<number | undefined> {
    const node = this.#nodes[which];
    this.#nodes[which] = undefined;
    node?.signal(signal);
    return await node?.exited();
  }

  async killAll(): Promise<void> {
    await Promise.all(NODES.keys().map((which) => this.kill(which)));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.killAll();
    await this.#witness?.[Symbol.asyncDispose]();
  }

  /** Waits until another node leads than before. */
  async untilOtherLeads(before: number): Promise<void> {
    await this.witness.until(() => this.leader !== before);
  }

  /** Returns the number of the NATS server that decides on the log. */
  async natsLeader(): Promise<number> {
    const connection = await connectNats({
      servers: this.nats.map(({ address }) => address),
      name: "test",
    });
    try {
      for (;;) {
        // Each call waits for an answer of the server.
        const info = await new JetStream(connection).info("classcord-test").catch(() => undefined);
        const leader = info?.cluster?.leader;
        const at = this.nats.findIndex(({ name }) => name === leader);
        if (at >= 0) return at;
      }
    } finally {
      await connection.close();
    }
  }

  /** Waits until all NATS servers have nearly all of the log. */
  readonly natsCurrent = (): Promise<void> => untilCurrent(this.nats);

  /** Kills all nodes, and checks that their databases are equal. */
  async checkDatabases(): Promise<void> {
    await this.killAll();
    await checkEqual(this.witness.log, NODES.map((name) => `${this.directory}/${name}`));
  }

  /** Returns the end of the log of a node, for a test that fails. */
  async lastLines(name: string): Promise<string> {
    const text = await Deno.readTextFile(`${this.directory}/${name}/classcord.log`).catch(String);
    const lines = text.split("\n").filter((line) =>
      !/\[(DE)?CONNEXION|LOGIN|STATUS|REGISTRE|MODERATION\]/.test(line)
    );
    return `The log of node ${name}:\n${ending(lines.join("\n"))}`;
  }

  /** Checks that no node has logged an error. */
  async checkLogs(): Promise<void> {
    for (const name of NODES) {
      const text = await Deno.readTextFile(`${this.directory}/${name}/classcord.log`);
      // A process that was stopped has not heard its worker.
      const errors = text.split("\n")
        .filter((line) => / - ERROR - /.test(line) && !/expected an answer within/.test(line));
      assert.deepEqual(errors, [], `the log of node ${name}`);
    }
  }
}

/** Runs `work` with a cluster of three nodes, on one or three NATS servers. */
export async function withRegion(
  servers: 1 | 3,
  work: (region: Region) => Promise<void>,
): Promise<void> {
  await withServers(servers, async (region) => {
    await region.start(0);
    await Promise.all([region.start(1), region.start(2)]);
    await work(region);
  });
}

/** Like {@linkcode withRegion}, but `work` starts the nodes. */
export async function withServers(
  servers: 1 | 3,
  work: (region: Region) => Promise<void>,
): Promise<void> {
  const run = (nats: readonly NatsServer[]) =>
    withDirectory(async (directory) => {
      await using region = new Region(nats, directory);
      try {
        await work(region);
      } catch (error) {
        for (const name of NODES) console.error(await region.lastLines(name));
        for (const { name, text } of nats) console.error(`NATS server ${name}:\n${ending(text)}`);
        throw error;
      }
    });
  await (servers === 1 ? withNats((server) => run([server])) : withThreeNats(run));
}

function ending(text: string): string {
  return text.split("\n").slice(-LAST_LINES).join("\n");
}
