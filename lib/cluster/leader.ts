// The node that leads: serves the edges of all nodes, and appends each turn to the log before its output leaves.
import type { ChatServer } from "../chat/chat_server.ts";
import type { TurnOutputs } from "../chat/delivery/ended_turn.ts";
import type { Services } from "../chat/services.ts";
import type { Batch, Lead, Log } from "./batch.ts";
import { decodeState } from "./edges/described_state.ts";
import { leaderName } from "./edges/link_session.ts";
import type { Admitting } from "./edges/remote_edge_parts.ts";
import { RemoteEdges, type RemoteEdgesParts } from "./edges/remote_edges.ts";
import { SessionStates } from "./session_states.ts";
import type { SessionTable } from "./session_table.ts";

const BEAT_MS = 1_000;

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
  /** Whether the present turn has changed the database. */
  readonly wrote: () => boolean;
  /** Tells all nodes that the leader of this name is alive. */
  readonly beat: (leader: string) => void;
  /** Called for each batch that is in the log, before the output of the next one is collected. */
  readonly appended: (batch: Batch, sequence: number) => void;
  /** Sends an answer to an edge. It may be lost. */
  readonly send: RemoteEdgesParts["send"];
  /** Called for a frame that cannot be read. */
  readonly malformed: RemoteEdgesParts["malformed"];
}

/** The chat that a leader leads. */
export interface LedChat {
  readonly chat: Pick<ChatServer, "restore"> & RemoteEdgesParts["core"];
  readonly services: Services;
  /** The sessions that are open, as the log has brought them. */
  readonly table: SessionTable;
  readonly admitting?: Admitting;
}

/** What exists once the node leads. */
interface Leading {
  readonly name: string;
  readonly edges: RemoteEdges;
  readonly states: SessionStates;
  readonly services: Services;
}

/** A node that leads. It is made before the chat, whose turns it commits. */
export class Leader {
  readonly #parts: LeaderParts;
  #leading: Leading | undefined;
  #turn = 0;
  #commitsSoon = false;
  #beatAt = -Infinity;

  constructor(parts: LeaderParts) {
    this.#parts = parts;
  }

  /** Its name; empty before it leads. */
  get name(): string {
    return this.#leading?.name ?? "";
  }

  /** The edges that it serves; none before it leads. */
  get edges(): RemoteEdges | undefined {
    return this.#leading?.edges;
  }

  /**
   * Begins to lead: appends the batch that says so, and restores the open sessions. From then on, edges may send.
   *
   * @param open Opens the chat, once the log has the batch.
   * @throws {Deposed} if another node did so first.
   */
  async begin(open: () => LedChat): Promise<void> {
    const batch = this.#batch(new Map(), this.#parts.lead);
    const sequence = await this.#parts.log.append(batch);
    this.#leading = this.#lead(leaderName(this.#parts.lead, sequence), open());
    this.#parts.appended(batch, sequence);
  }

  /** Appends a turn. See `Commit`. @throws {Deposed} */
  readonly commit = async (outputs: TurnOutputs): Promise<void> => {
    const batch = this.#batch(outputs);
    const sequence = await this.#parts.log.append(batch);
    this.#parts.appended(batch, sequence);
    if (this.#leading?.states.hasMore) this.commitSoon();
  };

  /** Makes sure that this turn is committed, even if it has no output: something is done, or was stored. */
  commitSoon(): void {
    if (this.#commitsSoon) return;
    this.#commitsSoon = true;
    this.#leading?.services.outputs.whenSettled(() => {});
  }

  /** Called often: commits what only the database has, gives up silent edges, and beats. @param beats Whether to beat. */
  tick(beats: boolean): void {
    const { now, wrote, beat } = this.#parts;
    if (this.#leading === undefined) return;
    if (wrote()) this.commitSoon();
    if (now() - this.#beatAt < BEAT_MS) return;
    this.#beatAt = now();
    this.#leading.edges.check();
    if (beats) beat(this.name);
  }

  #lead(name: string, { chat, services, table, admitting }: LedChat): Leading {
    const { outputs, turns } = services;
    const states = new SessionStates(services);
    const edges = new RemoteEdges({
      ...this.#parts,
      leader: name,
      core: chat,
      turns,
      admitting,
      add: (edge, output) => outputs.of(edge).add(output),
      commitSoon: () => this.commitSoon(),
      attached: () => states.repeatAll(),
      lost: (edge) => outputs.forget(edge),
      restore: (edge, view, { state, ...known }) =>
        chat.restore(edge, view, { ...known, state: JSON.parse(state) }),
    });
    for (const [connection, bytes] of table.list()) {
      const described = decodeState(bytes);
      edges.expect(connection, described);
      states.know(connection, described.state);
    }
    return { name, edges, states, services };
  }

  #batch(outputs: TurnOutputs, lead?: Lead): Batch {
    this.#commitsSoon = false;
    const { lead: { run }, time, takeChanges } = this.#parts;
    const done = this.#leading?.edges.takeDone() ?? [];
    const lost = this.#leading?.edges.takeLost() ?? [];
    return {
      ...lead !== undefined && { lead },
      run,
      turn: ++this.#turn,
      at: time(),
      changeset: takeChanges(),
      outputs: [...outputs].filter(([, output]) => output.length > 0),
      done,
      ...lost.length > 0 && { lost },
      states: this.#takeStates(done),
    };
  }

  #takeStates(done: Batch["done"]): Batch["states"] {
    if (this.#leading === undefined) return [];
    const { states, edges } = this.#leading;
    return states.take(done.map(([connection]) => connection), edges);
  }
}
