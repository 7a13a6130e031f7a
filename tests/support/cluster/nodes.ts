// The data directories of the nodes of a test, and nodes that run in processes of their own.
import assert from "node:assert/strict";
import { prepareForLog } from "../../../lib/cluster/copies/fitting.ts";
import { NodeDatabase } from "../../../lib/cluster/copies/node_database.ts";
import type { NatsLog } from "../../../lib/cluster/nats/nats_log.ts";
import { openDatabase } from "../../../lib/store/database.ts";
import { dump, faults } from "./dump.ts";
import { catchUp } from "./node_process.ts";
import { withDirectory } from "../directory.ts";

/** Runs `work` with the directories of three nodes that have the same database. */
export async function withNodes(
  log: NatsLog,
  work: (directories: readonly string[]) => Promise<void>,
): Promise<void> {
  await withDirectory(async (directory) => {
    const directories = ["a", "b", "c"].map((name) => `${directory}/${name}`);
    const [first, ...others] = directories;
    const database = openDatabase(first!, { synchronous: "normal" });
    prepareForLog(database.sqlite, { log: log.identity, sequence: 0 });
    database.close();
    for (const other of others) {
      Deno.mkdirSync(other);
      Deno.copyFileSync(`${first}/classcord.db`, `${other}/classcord.db`);
    }
    await work(directories);
  });
}

/** Opens the database of a node. */
export function openNode(directory: string): NodeDatabase {
  return new NodeDatabase(openDatabase(directory, { synchronous: "normal" }));
}

/** Lets all nodes follow to the end of the log, and checks that they are equal. */
export async function checkEqual(log: NatsLog, directories: readonly string[]): Promise<void> {
  let expected: unknown;
  for (const directory of directories) {
    const node = openNode(directory);
    try {
      await catchUp(node, log);
      const { sqlite } = node.facade;
      expected ??= dump(sqlite);
      assert.deepEqual(dump(sqlite), expected, directory);
      assert.deepEqual(faults(sqlite), [], directory);
    } finally {
      node.close();
    }
  }
}

/** A node in a process of its own that leads. */
export class NodeProcess {
  readonly #child: Deno.ChildProcess;
  readonly #lines: ReadableStreamDefaultReader<string>;
  #text = "";
  /** The last sequence that the log has acknowledged. */
  last = 0;

  constructor(directory: string, servers: readonly string[], seed: number) {
    const script = new URL("./node_process.ts", import.meta.url).pathname;
    const args = ["run", "--no-check", "-A", script, directory, servers.join(","), String(seed)];
    this.#child = new Deno.Command(Deno.execPath(), {
      args,
      cwd: new URL("../../../", import.meta.url),
      stdin: "null",
      stdout: "piped",
      stderr: "inherit",
    }).spawn();
    this.#lines = this.#child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  }

  /** Waits until the log has acknowledged a number of further batches. */
  async acknowledged(count: number): Promise<void> {
    for (let seen = 0; seen < count;) {
      const { value, done } = await this.#lines.read();
      assert.ok(!done, "the node has ended by itself");
      const lines = (this.#text + value).split("\n");
      this.#text = lines.pop()!;
      seen += lines.length;
      this.last = Number(lines.at(-1) ?? this.last);
    }
  }

  signal(signal: Deno.Signal): void {
    this.#child.kill(signal);
  }

  /** Kills the process. Resolves when it has ended. */
  async kill(): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.#lines.cancel();
    await this.#child.status;
  }
}
