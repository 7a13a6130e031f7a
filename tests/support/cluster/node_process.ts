// A node in a process of its own, for tests that kill it: it catches up, leads, and works until it is killed.
// Arguments: the data directory, the addresses of the NATS servers, and a seed of the random work. It writes the
// sequence of each batch that the log has acknowledged.
import fc from "fast-check";
import { type Batch, Deposed } from "../../../lib/cluster/batch.ts";
import { NodeDatabase } from "../../../lib/cluster/copies/node_database.ts";
import type { NatsLog } from "../../../lib/cluster/nats/nats_log.ts";
import { openDatabase } from "../../../lib/store/database.ts";
import { doWork, works } from "./random_work.ts";
import { Worker } from "./worker.ts";

/** Lets a node follow until it can append the batch with which it leads. */
export async function catchUpAndLead(node: NodeDatabase, log: NatsLog, run: string): Promise<void> {
  for (;;) {
    await catchUp(node, log);
    node.lead();
    const changeset = node.take();
    try {
      const lead = { node: "test", run };
      node.acknowledged(await log.append({ ...EMPTY, lead, run, turn: 1, changeset }));
      return;
    } catch (error) {
      if (!(error instanceof Deposed)) throw error;
      node.follow();
    }
  }
}

/** Lets a node follow to the present end of the log. */
export async function catchUp(node: NodeDatabase, log: NatsLog): Promise<void> {
  const follower = log.follow(node.place, ({ changeset }, sequence) => {
    node.apply(changeset, sequence);
  });
  let failure: { readonly error: unknown } | undefined;
  follower.ended.catch((error) => failure = { error });
  // Each call waits for an answer of the server.
  while (failure === undefined && (await log.range()).last > node.place.sequence);
  await follower.stop();
  if (failure !== undefined) throw failure.error;
  node.commit();
}

/** A batch that only changes the database. */
export const EMPTY: Omit<Batch, "run" | "turn" | "changeset"> = {
  at: 0,
  outputs: [],
  done: [],
  states: [],
};

/** Leads and works without end. @param told Called with the sequence of each acknowledged batch. */
export async function leadAndWork(
  { node, log, run, seed }: { node: NodeDatabase; log: NatsLog; run: string; seed: number },
  told: (sequence: number) => void,
): Promise<never> {
  await catchUpAndLead(node, log, run);
  const worker = new Worker(node.facade);
  // Codes and tokens contain the time: they must differ between nodes.
  worker.done = seed * 1_000_000;
  const all = fc.sample(works(), { seed, numRuns: 2_000 });
  let next = 0;
  const some = (count: number) => {
    for (let i = 0; i < count; i++) doWork(worker, all[next++ % all.length]!);
  };
  for (let turn = 2;; turn++) {
    some(turn % 7);
    const changeset = node.take();
    const appended = log.append({ ...EMPTY, run, turn, changeset });
    if (!node.commitIsDue) some(turn % 3);
    const sequence = await appended;
    node.acknowledged(sequence);
    told(sequence);
  }
}

if (import.meta.main) {
  const [directory, servers, seed] = Deno.args as [string, string, string];
  const { openLog } = await import("./nats_server.ts");
  const { log } = await openLog(servers.split(",").map((address) => ({ address })));
  const node = new NodeDatabase(openDatabase(directory, { synchronous: "normal" }));
  const run = `run-${seed}-${crypto.randomUUID()}`;
  await leadAndWork({ node, log, run, seed: Number(seed) }, (sequence) => console.log(sequence));
}
