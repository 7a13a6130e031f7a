// The node that leads: serves the edges of all nodes, and appends each turn to the log before its output leaves.
import { setImmediate } from "node:timers/promises";
import type { ChatServer } from "../chat/chat_server.ts";
import type { TurnOutputs } from "../chat/delivery/ended_turn.ts";
import type { Services } from "../chat/services.ts";
import { AbsentStates } from "./absent_states.ts";
import { type Batch, Deposed, type Lead, type Log } from "./batch.ts";
import { decodeState } from "./edges/described_state.ts";
import { FrameGate } from "./edges/frame_gate.ts";
import { leaderName } from "./edges/link_session.ts";
import type { Admitting } from "./edges/remote_edge_parts.ts";
import { RemoteEdges, type RemoteEdgesParts } from "./edges/remote_edges.ts";
import { SessionStates } from "./session_states.ts";
import type { SessionTable } from "./session_table.ts";

/** What a leader works with. */
export interface LeaderParts {
  readonly log: Pick<Log, "append">;
  /** This node, and its run. */
  readonly lead: Lead;
  /** A monotonic clock in milliseconds. */
  readonly now: () => number;
  /** The time of day in milliseconds since 1970. */
  readonly time: () => number;
  /** Takes the changes of the database since the last call. */
  readonly takeChanges: () => Uint8Array;
  /** Takes what the chat has counted of wrong passwords since the last call. */
  readonly takeGuesses: () => readonly string[];
  /** Whether the present turn has changed the database. */
  readonly wrote: () => boolean;
  /** Tells all nodes that the leader of this name is alive. */
  readonly beat: (leader: string) => void;
  /** The time between two beats, in milliseconds. */
  readonly beatMs: number;
  /** See `RemoteEdgesParts`. */
  readonly silentMs: RemoteEdgesParts["silentMs"];
  /** Called for each batch that is in the log, before the output of the next one is collected. */
  readonly appended: (batch: Batch, sequence: number) => void;
  /** Sends an answer to an edge. It may be lost. */
  readonly send: RemoteEdgesParts["send"];
  readonly isGone: RemoteEdgesParts["isGone"];
  /** Called for a frame that cannot be read. */
  readonly malformed: RemoteEdgesParts["malformed"];
}

/** The chat that a leader leads. */
export interface LedChat {
  readonly chat: Pick<ChatServer, "restore" | "restored"> & RemoteEdgesParts["core"];
  readonly services: Services;
  /** The sessions that are open, as the log has brought them. */
  readonly table: SessionTable;
  readonly admitting?: Admitting;
}

/** Sessions that are restored before the event loop does something else, and the time for them in milliseconds. */
const RESTORED_AT_ONCE = 50;
const RESTORING_MS = 4;
/** The log does not answer if it takes longer than this many beats. */
const PATIENT_BEATS = 2;

/** What exists once the node leads. */
interface Leading {
  readonly edges: RemoteEdges;
  readonly states: SessionStates;
  readonly absent: AbsentStates;
  readonly services: Services;
}

/** A node that leads. It is made before the chat, whose turns it commits. */
export class Leader {
  readonly #parts: LeaderParts;
  #name = "";
  #leading: Leading | undefined;
  readonly #gate: FrameGate;
  #isAbandoned = false;
  #turn = 0;
  #commitsSoon = false;
  #beatAt = -Infinity;

  constructor(parts: LeaderParts) {
    this.#parts = parts;
    this.#gate = new FrameGate({
      take: (frame) => this.#leading?.edges.receive(frame),
      pause: () => this.#pause(),
      now: parts.now,
      patienceMs: PATIENT_BEATS * parts.beatMs,
    });
  }

  /** Its name; empty before it leads. */
  get name(): string {
    return this.#name;
  }

  /** The edges that it serves; none before it leads. */
  get edges(): RemoteEdges | undefined {
    return this.#leading?.edges;
  }

  /** Whether it serves edges of other nodes. */
  hasOthers(own: string): boolean {
    return this.#leading?.edges.names.some((name) => name !== own) ?? false;
  }

  /**
   * Begins to lead: appends the batch that says so, and restores the open sessions in steps. From then on, edges are
   * served.
   *
   * @param open Opens the chat, once the log has the batch.
   * @throws {Deposed} if another node did so first, or leads before all sessions are restored.
   */
  async begin(open: () => LedChat): Promise<void> {
    const batch = this.#batch(new Map(), this.#parts.lead);
    const sequence = await this.#parts.log.append(batch);
    this.#name = leaderName(this.#parts.lead, sequence);
    this.#parts.appended(batch, sequence);
    const led = open();
    const leading = this.#lead(led);
    this.#leading = leading;
    await this.#restore(led, leading);
    await this.#gate.ready();
  }

  /** Takes a frame of an edge. */
  receive(frame: Uint8Array): void {
    this.#gate.arrived(frame);
  }

  /** Another node leads: whatever is still being served here has no effect. */
  abandon(): void {
    this.#isAbandoned = true;
    this.#leading?.edges.abandon();
  }

  /** Appends a turn. See `Commit`. @throws {Deposed} */
  readonly commit = async (outputs: TurnOutputs): Promise<void> => {
    const batch = this.#batch(outputs);
    this.#gate.logAsked();
    const sequence = await this.#parts.log.append(batch);
    this.#parts.appended(batch, sequence);
    const { states, absent } = this.#leading ?? {};
    if (states?.hasMore || absent?.hasMore) this.commitSoon();
    this.#gate.logAnswered();
  };

  /** Makes sure that this turn is committed, even if it has no output: something is done, or was stored. */
  commitSoon(): void {
    if (this.#commitsSoon) return;
    this.#commitsSoon = true;
    this.#leading?.services.outputs.whenSettled(() => {});
  }

  /** Called often: commits what only the database has, gives up silent edges, and beats. @param beats Whether to beat. */
  tick(beats: boolean): void {
    const { now, wrote, beat, beatMs } = this.#parts;
    if (this.#leading === undefined) return;
    if (wrote()) this.commitSoon();
    if (now() - this.#beatAt < beatMs) return;
    this.#beatAt = now();
    // It is not the edges that are silent.
    if (this.#gate.isOpen) this.#leading.edges.check();
    if (beats) beat(this.name);
  }

  #lead({ chat, services, admitting }: LedChat): Leading {
    const { outputs, turns } = services;
    const states = new SessionStates(services);
    const absent = new AbsentStates(services);
    const edges = new RemoteEdges({
      ...this.#parts,
      leader: this.#name,
      core: chat,
      turns,
      admitting,
      add: (edge, output) => outputs.of(edge).add(output),
      commitSoon: () => this.commitSoon(),
      attached: (_edge, isNew) => {
        // Its node has not read the log from the beginning.
        if (isNew) this.#repeatAll();
      },
      lost: (edge) => outputs.forget(edge),
      restore: (edge, view, { state, ...known }) =>
        chat.restore(edge, view, { ...known, state: JSON.parse(state) }),
    });
    return { edges, states, absent, services };
  }

  // The sessions come first: an absent user has none of their names.
  async #restore({ chat, table }: LedChat, { edges, states, absent }: Leading): Promise<void> {
    const sessions = table.list().map(([connection, bytes]) => () => {
      const described = decodeState(bytes);
      states.know(connection, described.state);
      edges.expect(connection, described);
    });
    const users = table.listAbsent().map(([number, state]) => () => absent.restore(number, state));
    const { now } = this.#parts;
    let [inStep, until] = [0, now() + RESTORING_MS];
    for (const restore of [...sessions, ...users]) {
      restore();
      if (++inStep < RESTORED_AT_ONCE && now() < until) continue;
      this.commitSoon();
      await this.#pause();
      [inStep, until] = [0, now() + RESTORING_MS];
    }
    chat.restored();
    // A node that had just joined may lack some of them.
    if (sessions.length + users.length > 0) this.#repeatAll();
  }

  async #pause(): Promise<void> {
    await setImmediate();
    if (this.#isAbandoned) throw new Deposed("another node leads");
  }

  #repeatAll(): void {
    this.#leading?.states.repeatAll();
    this.#leading?.absent.repeatAll();
    this.commitSoon();
  }

  #batch(outputs: TurnOutputs, lead?: Lead): Batch {
    this.#commitsSoon = false;
    const { lead: { run }, time, takeChanges, takeGuesses } = this.#parts;
    const done = this.#leading?.edges.takeDone() ?? [];
    const lost = this.#leading?.edges.takeLost() ?? [];
    const states = this.#takeStates(done);
    const absent = this.#leading?.absent.take() ?? [];
    const guesses = takeGuesses();
    return {
      ...lead !== undefined && { lead },
      run,
      turn: ++this.#turn,
      at: time(),
      changeset: takeChanges(),
      outputs: [...outputs].filter(([, output]) => output.length > 0),
      done,
      ...lost.length > 0 && { lost },
      states,
      ...absent.length > 0 && { absent },
      ...guesses.length > 0 && { guesses },
    };
  }

  #takeStates(done: Batch["done"]): Batch["states"] {
    if (this.#leading === undefined) return [];
    const { states, edges } = this.#leading;
    return states.take(done.map(([connection]) => connection), edges);
  }
}
