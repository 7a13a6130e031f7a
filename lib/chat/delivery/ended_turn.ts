// The output of a turn from the time it is collected until it leaves, and what leaves instead if the turn is
// refused.
import type { Edge, Output, TurnOutput } from "../../edge/edge.ts";
import type { Instead, Out } from "../presence/outlet.ts";

/** The output of a turn, by the name of the edge. */
export type TurnOutputs = ReadonlyMap<string, TurnOutput>;

/** Called when a turn's output has left, or with the error when the turn was refused. */
export type Settled = (refused?: { readonly error: unknown }) => void;

/** A change to the output that applies if the turn is refused. */
export interface Change {
  /** Its index among the outputs. */
  readonly at: number;
  /** Whether it replaces the output at this index or is inserted before it. */
  readonly replaces: boolean;
  readonly instead: Instead;
}

/** Collects the output of one edge, turn after turn. */
export class EdgeOutput implements Out {
  readonly #added: () => void;
  readonly #mayBeRefused: boolean;
  #output: Output[] = [];
  #changes: Change[] = [];
  /** Bytes of waiting lines. Lines for several connections count once. */
  bytes = 0;

  /**
   * @param added Called after each output that is added.
   * @param mayBeRefused Whether turns can be refused. If not, alternatives for a refused turn are not kept.
   */
  constructor(added: () => void, mayBeRefused: boolean) {
    this.#added = added;
    this.#mayBeRefused = mayBeRefused;
  }

  /** Whether any output or change waits. */
  get waits(): boolean {
    return this.#output.length + this.#changes.length > 0;
  }

  /** See {@linkcode Out.add}. */
  add(output: Output | undefined, instead?: Instead): void {
    if (instead !== undefined && this.#mayBeRefused) {
      this.#changes.push({ at: this.#output.length, replaces: output !== undefined, instead });
    }
    if (output !== undefined) this.#output.push(output);
    if (output !== undefined && "bytes" in output) this.bytes += output.bytes.length;
    if (this.waits) this.#added();
  }

  /** Removes and returns what has been collected, so that the next turn can begin. */
  take(): { output: Output[]; changes: Change[] } {
    const taken = { output: this.#output, changes: this.#changes };
    this.#output = [];
    this.#changes = [];
    this.bytes = 0;
    return taken;
  }
}

/** What a turn caused at one edge. */
export interface EdgeTurn {
  readonly edge: Edge;
  readonly output: Output[];
  readonly changes: readonly Change[];
}

/** A turn that waits for its commit. */
export class EndedTurn {
  readonly #edges: readonly EdgeTurn[];
  readonly #settled: readonly Settled[];

  constructor(edges: readonly EdgeTurn[], settled: readonly Settled[]) {
    this.#edges = edges;
    this.#settled = settled;
  }

  /** What leaves if the turn is committed. */
  get outputs(): TurnOutputs {
    return new Map(this.#edges.map(({ edge, output }) => [edge.name, output]));
  }

  /** Delivers the output to each edge after the commit. */
  letOut(): void {
    for (const { edge, output } of this.#edges) edge.deliver(output);
    for (const run of this.#settled) run();
  }

  /** Delivers to each edge what leaves instead after the turn was refused. */
  refuse(error: unknown): void {
    for (const { edge, output, changes } of this.#edges) {
      edge.deliver(changed(output, changes, error));
    }
    for (const run of this.#settled) run({ error });
  }
}

function changed(output: readonly Output[], changes: readonly Change[], error: unknown): Output[] {
  const result: Output[] = [];
  let next = 0;
  for (const { at, replaces, instead } of changes) {
    result.push(...output.slice(next, at));
    const other = instead(error, replaces ? output[at] : undefined);
    if (other !== undefined) result.push(other);
    next = replaces ? at + 1 : at;
  }
  result.push(...output.slice(next));
  return result;
}
