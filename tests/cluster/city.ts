// Servers of a cluster in processes of their own, over a real nats-server, and clients that check what they receive.
import { DatabaseSync } from "node:sqlite";
import assert from "node:assert/strict";
import { Client, type Line } from "../support/client.ts";
import { nodeEnvironment } from "../support/cluster/starting_node.ts";
import { ServerProcess } from "../support/process.ts";

/** A node may have to wait for an election of NATS, and for another node. */
const DEADLINE_MS = 120_000;

/** Starts a node and waits until it is ready. */
export function startNode(
  directory: string,
  name: string,
  servers: readonly { readonly address: string }[],
): Promise<ServerProcess> {
  return ServerProcess.with(
    { environment: nodeEnvironment(name, servers), deadlineMs: DEADLINE_MS },
    `${directory}/${name}`,
  );
}

/** A message of a test: its id and its content. */
export interface Said {
  readonly id: number;
  readonly content: string;
}

/** Returns the messages in the database of a node. */
export function messagesOf({ dataDir }: ServerProcess): Said[] {
  const database = new DatabaseSync(`${dataDir}/classcord.db`, { readOnly: true });
  try {
    return database.prepare("SELECT id, content FROM messages ORDER BY id").all()
      .map((row) => ({ id: Number(row["id"]), content: String(row["content"]) }));
  } finally {
    database.close();
  }
}

/** Returns the acknowledged messages of some talkers, in the order of their ids. */
export function acknowledgedBy(talkers: readonly Talker[]): Said[] {
  return talkers.flatMap(({ acknowledged }) => [...acknowledged])
    .map(([content, id]) => ({ id, content }))
    .sort((one, two) => one.id - two.id);
}

/**
 * Checks that nothing was lost, doubled or reordered: each talker has heard all messages of the others, and the
 * databases have what was acknowledged.
 *
 * @param others Talkers who have left. Their messages count as well.
 */
export async function checkNothingLost(
  talkers: readonly Talker[],
  { others = [], nodes }: { readonly others?: readonly Talker[]; readonly nodes: ServerProcess[] },
): Promise<void> {
  for (const talker of talkers) {
    await talker.settle();
    assert.equal(talker.ended, false, `the connection of ${talker.name} has ended`);
  }
  const all = acknowledgedBy([...talkers, ...others]);
  for (const talker of talkers) {
    await talker.catchUp();
    assert.equal(talker.acknowledged.size, talker.sent);
    const heard = all.filter(({ id, content }) =>
      id > talker.since && !content.startsWith(`${talker.name} `)
    );
    assert.deepEqual(talker.heard, heard, `what ${talker.name} has heard`);
  }
  for (const node of nodes) assert.deepEqual(messagesOf(node), all);
}

/** A guest who sends numbered messages, and checks that those of others arrive once and in the order of their ids. */
export class Talker {
  readonly name: string;
  readonly #client: Client;
  /** The ids of this guest's messages, by their content, as the server has acknowledged them. */
  readonly acknowledged = new Map<string, number>();
  /** The messages of others, in the order in which they arrived. */
  readonly heard: Said[] = [];
  /** The id of the last message before this guest came. */
  since = 0;
  /** The `status` lines, in order. */
  readonly states: string[] = [];
  #sent = 0;

  private constructor(client: Client, name: string) {
    this.#client = client;
    this.name = name;
  }

  static async enter(port: number, name: string): Promise<Talker> {
    const client = await Client.connect(port);
    const talker = new Talker(client, name);
    const joined = await client.ask({ type: "message", from: name, content: "", ref: "join" });
    assert.equal(joined["type"], "ack", JSON.stringify(joined));
    return talker;
  }

  /** Whether the server has closed the connection. */
  get ended(): boolean {
    return this.#client.ended;
  }

  /** How many messages were sent. */
  get sent(): number {
    return this.#sent;
  }

  /** Sends a message. {@linkcode settle} waits for its ack. */
  async say(): Promise<void> {
    const content = `${this.name} ${++this.#sent}`;
    await this.#client.send({ type: "message", content, ref: content });
  }

  /** Waits until all messages that were sent are acknowledged. */
  async settle(): Promise<void> {
    while (this.acknowledged.size < this.#sent) this.#read(await this.#client.line());
  }

  /** Reads everything that the server has sent until now. */
  async catchUp(): Promise<void> {
    for (const line of await this.#client.sync()) this.#read(line);
  }

  /** Waits for a `status` line, such as `ada offline`. */
  async hears(state: string): Promise<void> {
    while (!this.states.includes(state)) this.#read(await this.#client.line());
  }

  /** Sends a request and returns its reply. */
  async ask(request: Line): Promise<Line> {
    const ref = crypto.randomUUID();
    await this.#client.send({ ...request, ref });
    for (;;) {
      const line = await this.#client.line();
      if (line["ref"] === ref) return line;
      this.#read(line);
    }
  }

  async close(): Promise<void> {
    await this.#client.close();
  }

  #read(line: Line): void {
    const { type, id, content, ref, user, state } = line;
    if (type === "ack") {
      assert.ok(!this.acknowledged.has(String(ref)), `two acks of ${ref}`);
      this.acknowledged.set(String(ref), Number(id));
    } else if (type === "message") {
      assert.ok(Number(id) > (this.heard.at(-1)?.id ?? 0), `${this.name}: ${content} is late`);
      this.heard.push({ id: Number(id), content: String(content) });
    } else if (type === "status") {
      this.states.push(`${user} ${state}`);
    } else {
      assert.fail(`${this.name} received ${JSON.stringify(line)}`);
    }
  }
}
