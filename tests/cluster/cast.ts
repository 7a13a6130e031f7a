// A chat whose connections are spread over a leader and two other nodes, in one process: far cores, a leader, the log
// in memory, and links that lose nothing.
import { setImmediate as nextRound } from "node:timers/promises";
import type { TurnOutputs } from "../../lib/chat/delivery/ended_turn.ts";
import { FarCore } from "../../lib/cluster/edges/far_core.ts";
import { Leader } from "../../lib/cluster/leader.ts";
import { LocalEdge } from "../../lib/edge/local_edge.ts";
import { type FakeChat, type FakePeer, makeChat } from "../chat/fakes.ts";
import { FakeClock } from "../support/clock.ts";
import { MemoryLog } from "./memory_log.ts";

/** A node: its edge, and how far it has read the log. */
interface Node {
  readonly core: FarCore;
  readonly edge: LocalEdge;
  applied: number;
}

const NAMES = ["leader", "second", "third"];
/** Rounds of the event loop without work, after which nothing more follows. */
const QUIET_ROUNDS = 4;

/** A spread chat. */
export class Cast implements AsyncDisposable {
  readonly chat: FakeChat;
  readonly log = new MemoryLog();
  readonly nodes: readonly Node[];
  readonly #leader: Leader;
  readonly #followers: { stop(): Promise<void> }[] = [];
  #committing = 0;
  #connected = 0;

  private constructor(accounts: Record<string, string>) {
    const clock = new FakeClock(0);
    this.chat = makeChat(accounts, { commit: (outputs) => this.#commit(outputs) });
    const { services, edge } = this.chat;
    this.#leader = new Leader({
      log: this.log.open(),
      lead: { node: "leader", run: "1" },
      turns: services.turns,
      now: () => performance.now(),
      time: () => 0,
      add: (to, output) => services.outputs.of(to).add(output),
      whenSettled: (run) => services.outputs.whenSettled(run),
      takeChanges: () => new Uint8Array(0),
      takeStates: () => [],
      appended() {},
      lost() {},
      malformed: (error) => {
        throw error;
      },
      send: (to, answer) => {
        const { core } = this.nodes[NAMES.indexOf(to)]!;
        setImmediate(() => core.receive(answer));
      },
    });
    this.nodes = NAMES.map((name) => {
      const core = new FarCore({
        name,
        clock: { now: () => performance.now(), after: clock.after },
        soon: setImmediate,
        send: (frame) => void setImmediate(() => this.#leader.edges!.receive(frame)),
      });
      return { core, edge: new LocalEdge({ core, timers: clock, name }), applied: 0 };
    });
    this.#core = edge.core;
    for (const node of this.nodes) {
      const follower = this.log.open().follow(
        { log: "memory", sequence: 0 },
        (batch, sequence) => {
          node.core.apply(batch, { sequence, edge: node.edge });
          node.applied = sequence;
        },
      );
      this.#followers.push(follower);
    }
  }

  readonly #core: LocalEdge["core"];

  /** Starts the nodes. */
  static async start(accounts: Record<string, string>): Promise<Cast> {
    const cast = new Cast(accounts);
    await cast.#leader.begin(cast.#core);
    await cast.settle();
    return cast;
  }

  /** Opens a connection at each node in turn. */
  readonly connect = (address?: string): FakePeer => {
    const { edge } = this.nodes[this.#connected++ % this.nodes.length]!;
    return this.chat.connect(address, edge);
  };

  /** Waits until everything that was sent has arrived everywhere. */
  readonly settle = async (): Promise<void> => {
    for (let quiet = 0; quiet < QUIET_ROUNDS; quiet = this.#isQuiet ? quiet + 1 : 0) {
      await nextRound();
    }
  };

  async [Symbol.asyncDispose](): Promise<void> {
    for (const follower of this.#followers) await follower.stop();
    for (const { core } of this.nodes) core.stop();
  }

  get #isQuiet(): boolean {
    if (this.#committing > 0 || this.chat.services.outputs.waits) return false;
    return this.nodes.every(({ core, applied }) => core.isIdle && applied === this.log.last);
  }

  async #commit(outputs: TurnOutputs): Promise<void> {
    this.#committing++;
    try {
      await this.#leader.commit(outputs);
    } finally {
      this.#committing--;
    }
  }
}
