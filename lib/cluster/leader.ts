// The node that leads: serves the edges of all nodes, and appends each turn to the log before its output leaves.
import type { TurnOutputs } from "../chat/delivery/ended_turn.ts";
import type { Core } from "../edge/edge.ts";
import type { Batch, Lead, Log } from "./batch.ts";
import { leaderName } from "./edges/link_session.ts";
import { RemoteEdges, type RemoteEdgesParts } from "./edges/remote_edges.ts";

/** What a leader works with. */
export interface LeaderParts
  extends Omit<RemoteEdgesParts, "leader" | "core" | "commitSoon" | "malformed" | "lost"> {
  readonly log: Pick<Log, "append">;
  /** This node, and its run. */
  readonly lead: Lead;
  /** The time of day in milliseconds since 1970. */
  readonly time: () => number;
  /** Takes the changes of the database since the last call. */
  readonly takeChanges: () => Uint8Array;
  /** Takes the states of sessions that changed since the last call. */
  readonly takeStates: () => Batch["states"];
  /** Called for each batch that is in the log, before the output of the next one is collected. */
  readonly appended: (batch: Batch, sequence: number) => void;
  /** Runs a function when this turn is committed. */
  readonly whenSettled: (run: () => void) => void;
  /** Called for a frame that cannot be read. */
  readonly malformed: (error: unknown) => void;
  /** Called when an edge was lost. */
  readonly lost: RemoteEdgesParts["lost"];
}

/** A node that leads. It is made before the chat, whose turns it commits. */
export class Leader {
  readonly #parts: LeaderParts;
  #edges: RemoteEdges | undefined;
  #turn = 0;
  #commitsSoon = false;

  constructor(parts: LeaderParts) {
    this.#parts = parts;
  }

  /** The edges that it serves; none before it leads. */
  get edges(): RemoteEdges | undefined {
    return this.#edges;
  }

  /**
   * Begins to lead. Edges may send their frames once the batch that says so is in the log.
   *
   * @throws {Deposed} if another node did so first.
   */
  async begin(core: Core): Promise<void> {
    const batch = this.#batch(new Map(), this.#parts.lead);
    const sequence = await this.#parts.log.append(batch);
    this.#edges = new RemoteEdges({
      ...this.#parts,
      core,
      leader: leaderName(this.#parts.lead, sequence),
      commitSoon: () => this.#commitSoon(),
    });
    this.#parts.appended(batch, sequence);
  }

  /** Appends a turn. See `Commit`. @throws {Deposed} */
  readonly commit = async (outputs: TurnOutputs): Promise<void> => {
    const batch = this.#batch(outputs);
    const sequence = await this.#parts.log.append(batch);
    this.#parts.appended(batch, sequence);
  };

  #batch(outputs: TurnOutputs, lead?: Lead): Batch {
    this.#commitsSoon = false;
    const { lead: { run }, time, takeChanges, takeStates } = this.#parts;
    return {
      ...lead !== undefined && { lead },
      run,
      turn: ++this.#turn,
      at: time(),
      changeset: takeChanges(),
      outputs: [...outputs].filter(([, output]) => output.length > 0),
      done: this.#edges?.takeDone() ?? [],
      lost: this.#edges?.takeLost() ?? [],
      states: takeStates(),
    };
  }

  // Even if the turn has no output, what is done must get into the log.
  #commitSoon(): void {
    if (this.#commitsSoon) return;
    this.#commitsSoon = true;
    this.#parts.whenSettled(() => {});
  }
}
