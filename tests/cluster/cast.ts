// A chat whose connections are spread over a leader and two other nodes, in one process: far cores, a leader, the log
// in memory, and links that lose nothing.
import { setImmediate as nextRound } from "node:timers/promises";
import type { TurnOutputs } from "../../lib/chat/delivery/ended_turn.ts";
import type { ChatServer } from "../../lib/chat/chat_server.ts";
import type { Follower } from "../../lib/cluster/batch.ts";
import { FarCore } from "../../lib/cluster/edges/far_core.ts";
import { Leader } from "../../lib/cluster/leader.ts";
import { SessionTable } from "../../lib/cluster/session_table.ts";
import { LocalEdge } from "../../lib/edge/local_edge.ts";
import { type FakeChat, FakePeer, makeChat } from "../chat/fakes.ts";
import { FakeClock } from "../support/clock.ts";
import { MemoryLog } from "./memory_log.ts";

/** A node: its edge, and how far it has read the log. */
interface Node {
  readonly core: FarCore;
  readonly edge: LocalEdge;
  readonly table: SessionTable;
  applied: number;
}

const NAMES = ["leader", "second", "third"];
/** The numbers of the connections of operators begin here. */
const OPERATORS = 1_000_000;
/** Rounds of the event loop without work, after which nothing more follows. */
const QUIET_ROUNDS = 4;

/** A spread chat. */
export class Cast implements AsyncDisposable {
  readonly log = new MemoryLog();
  readonly nodes: readonly Node[];
  readonly #clock = new FakeClock(0);
  readonly #followers: Follower[] = [];
  #chat: FakeChat;
  #leader!: Leader;
  #committing = 0;
  /** Whether frames reach the leader. */
  #isHeard = true;
  #connected = 0;
  #run = 0;
  /** Opens connections with numbers that no other has. */
  readonly #connect: FakeChat["connect"];

  private constructor(accounts: Record<string, string>) {
    this.#chat = makeChat(accounts, { commit: (outputs) => this.#commit(outputs) });
    this.#connect = this.#chat.connect;
    this.nodes = NAMES.map((name) => this.#open(name));
  }

  /** Starts the nodes. */
  static async start(accounts: Record<string, string>): Promise<Cast> {
    const cast = new Cast(accounts);
    await cast.#lead();
    return cast;
  }

  /** The chat of the node that leads. */
  get chat(): FakeChat {
    return this.#chat;
  }

  /** Opens a connection at each node in turn. */
  readonly connect = (address?: string): FakePeer => {
    const { edge } = this.nodes[this.#connected++ % this.nodes.length]!;
    return this.#connect(address, edge);
  };

  /** Opens the connection of an operator at the second node. */
  readonly operate = (): FakePeer => {
    const peer = new FakePeer(OPERATORS + this.#connected++, "");
    peer.consumer = this.nodes[1]!.edge.open(peer, { operator: "root" });
    return peer;
  };

  /** Waits until everything that was sent has arrived everywhere. */
  readonly settle = async (): Promise<void> => {
    for (let quiet = 0; quiet < QUIET_ROUNDS; quiet = this.#isQuiet ? quiet + 1 : 0) {
      await nextRound();
    }
  };

  /**
   * Another node leads from now on: with the database, and with what the log says of the sessions.
   *
   * @param meanwhile What happens while there is no leader.
   */
  readonly takeOver = async (meanwhile: () => void = () => {}): Promise<void> => {
    // The log of this chat ends with the turn, as if the leader died now.
    this.#chat.turn();
    await this.settle();
    this.#isHeard = false;
    meanwhile();
    await nextRound();
    const { database } = this.#chat;
    this.#chat = makeChat({}, { commit: (outputs) => this.#commit(outputs), database });
    await this.#lead();
  };

  /**
   * The leader gives an edge up, as if it had been silent. Its connections come back.
   *
   * @param meanwhile What happens before.
   */
  readonly giveUp = async (
    which: number,
    meanwhile: () => void | Promise<void> = () => {},
  ): Promise<void> => {
    this.#chat.turn();
    await this.settle();
    this.#leader.edges!.lose(NAMES[which % NAMES.length]!);
    await meanwhile();
    this.#chat.turn();
    await this.settle();
  };

  async [Symbol.asyncDispose](): Promise<void> {
    for (const follower of this.#followers) await follower.stop();
    for (const { core } of this.nodes) core.stop();
  }

  #open(name: string): Node {
    const core = new FarCore({
      name,
      clock: { now: () => performance.now(), after: this.#clock.after },
      soon: setImmediate,
      send: (_run, frame) => void setImmediate(() => this.#isHeard && this.#leader.receive(frame)),
    });
    const edge = new LocalEdge({ core, timers: this.#clock, name });
    const node: Node = { core, edge, table: new SessionTable(), applied: 0 };
    const follower = this.log.open().follow({ log: "memory", sequence: 0 }, (batch, sequence) => {
      core.apply(batch, { sequence, edge });
      node.table.apply(batch);
      node.applied = sequence;
    });
    this.#followers.push(follower);
    return node;
  }

  async #lead(): Promise<void> {
    const { services, edge } = this.#chat;
    this.#isHeard = true;
    this.#leader = new Leader({
      log: this.log.open(this.log.last),
      lead: { node: NAMES[this.#run % NAMES.length]!, run: `${++this.#run}` },
      now: () => performance.now(),
      time: () => 0,
      takeChanges: () => new Uint8Array(0),
      takeGuesses: () => [],
      wrote: () => false,
      beat() {},
      beatMs: 1_000,
      silentMs: 75_000,
      appended() {},
      isGone: () => Promise.resolve(false),
      malformed: (error) => {
        throw error;
      },
      send: (to, answer) => {
        const { core } = this.nodes[NAMES.indexOf(to)]!;
        setImmediate(() => core.receive(answer));
      },
    });
    const { table } = this.nodes[this.#run % NAMES.length]!;
    await this.#leader.begin(() => ({ chat: edge.core as ChatServer, services, table }));
    await this.settle();
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
