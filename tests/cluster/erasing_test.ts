// Erasing a person in a cluster: afterwards no file of any node and none of the NATS servers has anything of them.
import { DatabaseSync } from "node:sqlite";
import assert from "node:assert/strict";
import { Client } from "../support/client.ts";
import {
  type NatsServer,
  testWithNats,
  withNats,
  withThreeNats,
} from "../support/cluster/nats_server.ts";
import { withDirectory } from "../support/directory.ts";
import type { ServerProcess } from "../support/process.ts";
import { acknowledgedBy, messagesOf, startNode, Talker } from "./city.ts";

/** Returns the files below some directories that contain one of the texts. */
function filesWith(texts: readonly string[], directories: readonly string[]): string[] {
  return directories.flatMap((directory) => whileItExists(() => filesIn(directory), []))
    .filter((path) => {
      const bytes = whileItExists(() => Deno.readFileSync(path), new Uint8Array());
      const content = new TextDecoder("latin1").decode(bytes);
      return texts.some((text) => content.includes(text));
    });
}

function filesIn(directory: string): string[] {
  return [...Deno.readDirSync(directory)].flatMap(({ name, isDirectory, isFile }) => {
    const path = `${directory}/${name}`;
    return isDirectory ? whileItExists(() => filesIn(path), []) : isFile ? [path] : [];
  });
}

/** Reads something that may be removed at any moment. */
function whileItExists<T>(read: () => T, otherwise: T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return otherwise;
    throw error;
  }
}

const DEADLINE_MS = 60_000;

/** Waits until none of the files contains one of the texts. */
async function untilGone(
  texts: readonly string[],
  directories: readonly string[],
  within = DEADLINE_MS,
): Promise<void> {
  const changes = Deno.watchFs([...directories]);
  const timer = setTimeout(() => changes.close(), within);
  try {
    if (filesWith(texts, directories).length === 0) return;
    for await (const _ of changes) {
      if (filesWith(texts, directories).length === 0) return;
    }
    assert.deepEqual(filesWith(texts, directories), []);
  } finally {
    clearTimeout(timer);
    changes[Symbol.dispose]();
  }
}

/** Three nodes, and two of their users. */
interface Scene {
  readonly nodes: ServerProcess[];
  readonly bob: Talker;
  /** Where nothing of ada must be left. */
  readonly directories: readonly string[];
  /** What must not be left: words of her messages, and the hash of her password. */
  readonly secrets: readonly string[];
  start(name: string): Promise<ServerProcess>;
}

/** Runs `work` with three nodes on which ada has left traces. */
async function withTraces(
  servers: readonly NatsServer[],
  work: (scene: Scene) => Promise<void>,
): Promise<void> {
  await withDirectory(async (directory) => {
    await using stack = new AsyncDisposableStack();
    const nodes: ServerProcess[] = [];
    const start = async (name: string) => {
      const node = stack.use(await startNode(directory, name, servers));
      nodes.push(node);
      return node;
    };
    for (const name of ["a", "b", "c"]) await start(name);
    const bob = await Talker.enter(nodes[2]!.port, "bob");
    stack.defer(() => bob.close());
    const ada = stack.use(await Client.connect(nodes[1]!.port));
    const account = { username: "ada", password: "motdepasse" };
    const registered = await ada.ask({ type: "register", ...account });
    assert.equal(registered["status"], "ok", JSON.stringify(registered));
    await ada.ask({ type: "login", ...account });
    await ada.send({ type: "message", content: WORDS[0] });
    await ada.send({ type: "message", content: WORDS[1], to: "bob" });
    await ada.sync();
    await bob.say();
    await bob.settle();
    const directories = [directory, ...servers.map(({ store }) => store)];
    const secrets = [...WORDS, hashOf(nodes[0]!)];
    await work({ nodes, bob, directories, secrets, start });
  });
}

const WORDS = ["geheimnis", "privatim"];

function hashOf({ dataDir }: ServerProcess): string {
  using database = new DatabaseSync(`${dataDir}/classcord.db`, { readOnly: true });
  const row = database.prepare("SELECT password_hash FROM accounts WHERE key = 'ada'").get()!;
  return row["password_hash"] as string;
}

async function erase({ dataDir }: ServerProcess): Promise<void> {
  await using operator = await Client.operator(`${dataDir}/admin.sock`);
  const erased = await operator.ask({ type: "user_erase", user: "ada", messages: true });
  assert.equal(erased["status"], "ok", JSON.stringify(erased));
}

testWithNats(
  "a person who is erased on one node is in no file of any node, and not in the log any more",
  async () => {
    await withNats(async (nats) => {
      await withTraces([nats], async ({ nodes, bob, directories, secrets, start }) => {
        for (const secret of secrets) {
          // Each node, and the log.
          const places = filesWith([secret], directories).length;
          assert.ok(places >= 4, `${secret} is in ${places} files`);
        }
        await erase(nodes[1]!);
        await untilGone(secrets, directories);
        // What others wrote stays, the nodes go on, and one that comes now gets a copy.
        await start("d");
        await checkGoesOn({ nodes, bob });
      });
    });
  },
);

/** Checks that the nodes have what others wrote, also what they write now, and nothing else. */
async function checkGoesOn({ nodes, bob }: Pick<Scene, "nodes" | "bob">): Promise<void> {
  await bob.say();
  await bob.settle();
  const expected = acknowledgedBy([bob]);
  for (const node of nodes) {
    while (messagesOf(node).length < expected.length) await bob.catchUp();
    assert.deepEqual(messagesOf(node), expected);
  }
}

// The NATS servers remove it from their own copies of the log two to four minutes later.
const testLong = Deno.env.has("CLUSTER_ROUNDS") ? testWithNats : () => {};

testLong(
  "a person who is erased is in no file of three NATS servers, and nodes that are killed then follow",
  async () => {
    await withThreeNats(async (servers) => {
      await withTraces(servers, async ({ nodes, directories, secrets, start }) => {
        await erase(nodes[2]!);
        await untilGone(secrets, directories, 15 * DEADLINE_MS);
        for (const node of nodes.splice(0)) {
          node.signal("SIGKILL");
          await node.exited();
        }
        for (const name of ["a", "b", "c"]) await start(name);
        const carol = await Talker.enter(nodes[0]!.port, "carol");
        await carol.say();
        await carol.settle();
        for (const node of nodes) {
          while (messagesOf(node).length < 2) await carol.catchUp();
        }
        await carol.close();
      });
    });
  },
);
