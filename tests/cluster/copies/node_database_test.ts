// Copies of the database: random work on a leader, and copies that are equal to it whatever dies when.
import assert from "node:assert/strict";
import fc from "fast-check";
import { prepareForLog } from "../../../lib/cluster/copies/fitting.ts";
import { NodeDatabase } from "../../../lib/cluster/copies/node_database.ts";
import { NotWritable } from "../../../lib/cluster/copies/held_sqlite.ts";
import { openDatabase } from "../../../lib/store/database.ts";
import { HistoryStore } from "../../../lib/store/history.ts";
import { transact } from "../../../lib/store/transaction.ts";
import { dump, faults } from "../../support/cluster/dump.ts";
import { doWork, type Work, works } from "../../support/cluster/random_work.ts";
import { Worker } from "../../support/cluster/worker.ts";
import { withDirectory } from "../../support/directory.ts";

const ORIGIN = { log: "log", sequence: 0 };

/** Opens the database of a node. */
function open(directory: string): NodeDatabase {
  const database = openDatabase(directory, { synchronous: "normal" });
  prepareForLog(database.sqlite, ORIGIN);
  return new NodeDatabase(database);
}

/** Closes a node without a commit, as if its process had been killed. */
function kill(node: NodeDatabase): void {
  node.close();
}

/** Lets a node follow to the end of the log. */
function catchUp(node: NodeDatabase, log: readonly Uint8Array[]): void {
  for (let at = node.place.sequence; at < log.length; at++) node.apply(log[at]!, at + 1);
  node.commit();
}

/** Something that happens to the nodes. */
type Step =
  | { readonly kind: "work"; readonly work: Work }
  /** The turn ends; the log acknowledges it before or after more work. */
  | { readonly kind: "turn"; readonly between: readonly Work[] }
  /** The leader dies: before it appends, after that, or after the acknowledgement. Another node leads. */
  | { readonly kind: "killed"; readonly when: "before" | "appended" | "acknowledged" }
  | { readonly kind: "copy killed"; readonly committed: boolean };

function steps(): fc.Arbitrary<Step[]> {
  const work = fc.record({ kind: fc.constant("work" as const), work: works() });
  const turn = fc.record({
    kind: fc.constant("turn" as const),
    between: fc.array(works(), { maxLength: 2 }),
  });
  const killed = fc.record({
    kind: fc.constant("killed" as const),
    when: fc.constantFrom("before" as const, "appended" as const, "acknowledged" as const),
  });
  const copy = fc.record({ kind: fc.constant("copy killed" as const), committed: fc.boolean() });
  return fc.array(
    fc.oneof(
      { arbitrary: work, weight: 12 },
      { arbitrary: turn, weight: 4 },
      { arbitrary: killed, weight: 1 },
      { arbitrary: copy, weight: 1 },
    ),
    { minLength: 20, maxLength: 120, size: "max" },
  );
}

/** A leader, two copies and their log. */
class Cluster {
  readonly log: Uint8Array[] = [];
  readonly #directories: string[];
  readonly #nodes: NodeDatabase[];
  #worker: Worker;
  #done = 0;

  constructor(directory: string) {
    const first = `${directory}/0`;
    open(first).close();
    this.#directories = [0, 1, 2].map((n) => `${directory}/${n}`);
    // All copies begin with the same file.
    for (const path of this.#directories.slice(1)) {
      Deno.mkdirSync(path);
      Deno.copyFileSync(`${first}/classcord.db`, `${path}/classcord.db`);
    }
    this.#nodes = this.#directories.map(open);
    this.#worker = this.#lead();
  }

  get #leader(): NodeDatabase {
    return this.#nodes[0]!;
  }

  #lead(): Worker {
    catchUp(this.#leader, this.log);
    this.#leader.lead();
    const worker = new Worker(this.#leader.facade);
    worker.done = this.#done;
    return worker;
  }

  step(step: Step): void {
    if (step.kind === "work") doWork(this.#worker, step.work);
    else if (step.kind === "turn") this.#endTurn(step.between);
    else if (step.kind === "killed") this.#killLeader(step.when);
    else this.#killCopy(step.committed);
  }

  #endTurn(between: readonly Work[]): void {
    this.log.push(this.#leader.take());
    for (const work of between) doWork(this.#worker, work);
    this.#leader.acknowledged(this.log.length);
    const copy = this.#nodes[1]!;
    for (let at = copy.place.sequence; at < this.log.length; at++) {
      copy.apply(this.log[at]!, at + 1);
    }
  }

  #killLeader(when: "before" | "appended" | "acknowledged"): void {
    if (when !== "before") this.log.push(this.#leader.take());
    if (when === "acknowledged") this.#leader.acknowledged(this.log.length);
    this.#done = this.#worker.done;
    kill(this.#leader);
    this.#nodes[0] = open(this.#directories[0]!);
    // The one that was killed comes back as the last copy.
    this.#directories.push(this.#directories.shift()!);
    this.#nodes.push(this.#nodes.shift()!);
    this.#worker = this.#lead();
  }

  #killCopy(committed: boolean): void {
    const copy = this.#nodes[1]!;
    if (committed) copy.commit();
    kill(copy);
    this.#nodes[1] = open(this.#directories[1]!);
  }

  /** Ends the last turn, and compares all nodes. */
  compare(): void {
    this.#endTurn([]);
    const [leader, ...copies] = this.#nodes;
    assert.equal(leader!.place.sequence, this.log.length);
    const expected = dump(leader!.facade.sqlite);
    for (const copy of copies) {
      catchUp(copy, this.log);
      assert.deepEqual(dump(copy.facade.sqlite), expected);
      assert.deepEqual(faults(copy.facade.sqlite), []);
    }
  }

  [Symbol.dispose](): void {
    for (const node of this.#nodes) node.close();
  }
}

Deno.test("copies are equal to the leader, whatever it did and whichever node was killed when", async () => {
  await fc.assert(
    fc.asyncProperty(steps(), async (steps) => {
      await withDirectory((directory) => {
        using cluster = new Cluster(directory);
        for (const step of steps) cluster.step(step);
        cluster.compare();
      });
    }),
    { endOnFailure: true, numRuns: Number(Deno.env.get("CLUSTER_RUNS") ?? 10) },
  );
});

Deno.test("a chat that was open while the node led writes nothing when the node leads again", async () => {
  await withDirectory((directory) => {
    const node = open(directory);
    node.lead();
    const before = new Worker(node.forReign());
    before.write(1, 0, { content: "one" });
    node.follow();
    node.lead();
    // Its statements were prepared before, or are prepared now.
    assert.throws(() => before.write(1, 0, { content: "late" }), NotWritable);
    assert.throws(() => transact(before.database, () => {}), NotWritable);
    assert.throws(() => new HistoryStore(before.database).delete(1), NotWritable);
    assert.equal(before.messages.count(), 0);
    const after = new Worker(node.forReign());
    after.write(1, 0, { content: "two" });
    assert.equal(before.messages.count(), 1);
    node.close();
  });
});
