// The nodes of a cluster whose servers are in one process.
import type { Answered, Answering, ClusterNodes } from "../../lib/cluster/nodes.ts";
import type { SilentNode } from "../../lib/cluster/status.ts";
import type { Line, MemoryLog } from "./memory_log.ts";

/** What all nodes of one cluster share. */
export class MemoryNodes {
  readonly #answering = new Set<Answering>();
  readonly #known = new Map<string, SilentNode>();
  readonly #log: MemoryLog;
  /** How far the clock of each node is ahead, in milliseconds. */
  readonly offsets: Record<string, number> = {};
  constructor(log: MemoryLog) {
    this.#log = log;
  }

  /** Returns the nodes as one of them sees the others. */
  open(line: Line): ClusterNodes {
    const check = <T>(value: T): Promise<T> =>
      !line.isCut ? Promise.resolve(value) : Promise.reject(new Error("no answer"));
    return {
      answer: (answering) => {
        this.#answering.add(answering);
        return () => this.#answering.delete(answering);
      },
      ask: () => check(this.#ask()),
      isThere: (node) =>
        Promise.resolve([...this.#answering].some(({ status }) => status().node === node)),
      askFigures: () =>
        check([...this.#answering].map(({ figures }) => figures()).find((each) => each)),
      note: (known) => check(void this.#known.set(known.node, known)),
      known: () => check([...this.#known.values()]),
      forget: (node) => check(void this.#known.delete(node)),
      log: () =>
        check({
          identity: "memory",
          first: 1,
          last: this.#log.last,
          bytes: 0,
          replicas: 1,
          servers: [{ name: "memory", current: true, lag: 0 }],
        }),
    };
  }

  #ask(): Answered[] {
    return [...this.#answering].map(({ status }) => {
      const told = status();
      return { status: told, askedAt: 0, now: this.offsets[told.node] ?? 0 };
    });
  }
}
