// Reads the whole log of a cluster beside its nodes: who leads, and what each connection should have received.
import { setImmediate } from "node:timers/promises";
import type { Batch } from "../../../lib/cluster/batch.ts";
import type { Core, Output } from "../../../lib/edge/edge.ts";
import { LocalEdge } from "../../../lib/edge/local_edge.ts";
import type { Peer } from "../../../lib/net/peer.ts";
import { FakeClock } from "../clock.ts";
import { type NatsServer, type OpenLog, openLog } from "./nats_server.ts";

/** A witness of one cluster. */
export class Witness implements AsyncDisposable {
  readonly #open: OpenLog;
  readonly #stop: () => Promise<void>;
  readonly #batches: Batch[] = [];
  #sequence = 0;
  #leader: string | undefined;
  #leads = 0;
  #wake = () => {};

  private constructor(open: OpenLog) {
    this.#open = open;
    const follower = open.log.follow({ log: open.log.identity, sequence: 0 }, (batch, sequence) => {
      this.#batches.push(batch);
      this.#sequence = sequence;
      if (batch.lead !== undefined) {
        this.#leader = batch.lead.node;
        this.#leads++;
      }
      this.#wake();
    });
    this.#stop = async () => {
      await follower.stop();
      // A loss of the log itself.
      await follower.ended;
    };
  }

  static async open(servers: readonly NatsServer[]): Promise<Witness> {
    return new Witness(await openLog(servers));
  }

  /** The log, over the connection of the witness. */
  get log(): OpenLog["log"] {
    return this.#open.log;
  }

  /** The name of the node that has last begun to lead. */
  get leader(): string | undefined {
    return this.#leader;
  }

  /** How often a node has begun to lead. */
  get leads(): number {
    return this.#leads;
  }

  /** Waits until something is true. It is checked after each batch. */
  async until(met: () => boolean): Promise<void> {
    while (!met()) await new Promise<void>((resolve) => this.#wake = resolve);
  }

  /** Waits until it has read what the log has now. */
  async catchUp(): Promise<void> {
    for (;;) {
      // Each call waits for an answer of the server.
      const last = await this.log.range().then(({ last }) => last, () => Infinity);
      if (this.#sequence >= last) return;
      await setImmediate();
    }
  }

  /** Returns what each connection of all nodes received, if its edge has carried out all of the log. */
  replay(): string[] {
    const edges = new Map<string, Replay>();
    for (const { outputs } of this.#batches) {
      for (const [name, output] of outputs) {
        const replay = edges.get(name) ?? new Replay(name);
        edges.set(name, replay);
        replay.deliver(output);
      }
    }
    return [...edges.values()].flatMap((replay) => replay.texts);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stop();
    await this.#open[Symbol.asyncDispose]();
  }
}

const DEAF: Core = {
  opened() {},
  line() {},
  overlong() {},
  metrics() {},
  taken() {},
  forgotten() {},
  ended() {},
  closed() {},
  acted() {},
};

/** An edge whose connections keep what they are sent. */
class Replay {
  readonly #edge: LocalEdge;
  readonly #received = new Map<number, string>();

  constructor(name: string) {
    this.#edge = new LocalEdge({ core: DEAF, timers: new FakeClock(0), name });
  }

  get texts(): string[] {
    return [...this.#received.values()];
  }

  deliver(output: readonly Output[]): void {
    for (const each of output) {
      if (each.kind !== "lines") this.#open(each.to);
      else if (each.audience !== "everyone") { for (const to of each.audience) this.#open(to); }
    }
    this.#edge.deliver(output);
  }

  #open(id: number): void {
    if (this.#received.has(id)) return;
    this.#received.set(id, "");
    const decoder = new TextDecoder();
    const peer: Peer = {
      id,
      address: "127.0.0.1",
      port: 0,
      queuedBytes: 0,
      takenBytes: 0,
      closed: false,
      heardAt: 0,
      send: (lines) => this.#received.set(id, this.#received.get(id) + decoder.decode(lines)),
      close() {},
    };
    this.#edge.open(peer);
  }
}
