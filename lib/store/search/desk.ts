// Queues searches for the worker: one at a time, in turn between networks, each within a time limit.
import type { SearchScope } from "./scope.ts";
import type { Found, StepBudget, StepDone } from "./search_index.ts";
import type { WorkerAnswer, WorkerJob } from "./search_worker.ts";
import { type Asker, SearchBusy, type Searcher, SearchUnavailable } from "./searcher.ts";
import { Turns } from "./turns.ts";
import { type RunnerOptions, WorkerRunner } from "./worker_runner.ts";

/** Options of a search desk. */
export interface DeskOptions extends Omit<RunnerOptions, "answerMs"> {
  /** The maximum duration of a search, in milliseconds. */
  readonly limitMs?: number;
  /** Milliseconds after the limit at which a worker that has not answered is replaced. */
  readonly graceMs?: number;
}

const LIMIT_MS = 2_000;
const GRACE_MS = 3_000;
const WAITING = { total: 256, each: 64 };
const RETRY_SECONDS = 2;

interface Waiting {
  readonly job: WorkerJob;
  /** See {@linkcode Asker.gone}. */
  readonly gone?: (() => boolean) | undefined;
  readonly resolve: (answer: WorkerAnswer) => void;
  readonly reject: (error: Error) => void;
}

/** Passes searches, and work on the index, to a worker. */
export class SearchDesk implements Searcher {
  readonly #limitMs: number;
  readonly #runner: WorkerRunner;
  readonly #searches = new Turns<Waiting>(WAITING);
  // Work on the index, one step at a time.
  readonly #steps: Waiting[] = [];
  // Searches and steps alternate, so that a flood of searches cannot keep the index from following.
  #stepIsNext = false;
  #busy = false;
  #closed = false;

  constructor({ limitMs = LIMIT_MS, graceMs = GRACE_MS, ...options }: DeskOptions) {
    this.#limitMs = limitMs;
    this.#runner = new WorkerRunner({ ...options, answerMs: limitMs + graceMs });
  }

  /** Whether a worker is running. */
  get working(): boolean {
    return this.#runner.working;
  }

  /** The number of searches that wait. */
  get waiting(): number {
    return this.#searches.size;
  }

  /** See {@linkcode Searcher.find}. */
  async find(query: string, scope: SearchScope, { network, gone }: Asker): Promise<Found> {
    const job: WorkerJob = { kind: "find", query, scope, limitMs: this.#limitMs };
    const answer = await this.#ask(job, (each) => {
      if (!this.#searches.add(network, { ...each, gone })) throw new SearchBusy(RETRY_SECONDS);
    });
    return (answer as Extract<WorkerAnswer, { kind: "found" }>).found;
  }

  /** Updates the index, after the next search in the queue. @throws {SearchUnavailable} */
  async step(budget: StepBudget): Promise<StepDone> {
    const answer = await this.#ask({ kind: "step", budget }, (each) => this.#steps.push(each));
    return (answer as Extract<WorkerAnswer, { kind: "done" }>).done;
  }

  /**
   * Empties the logs of both databases, which still have deleted content.
   *
   * @returns Whether both are empty.
   * @throws {SearchUnavailable}
   */
  async emptyLogs(): Promise<boolean> {
    const answer = await this.#ask({ kind: "empty_logs" }, (each) => this.#steps.push(each));
    return (answer as Extract<WorkerAnswer, { kind: "emptied" }>).areEmpty;
  }

  /** Stops the worker. Unfinished searches and steps fail. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const each of [...this.#searches.clear(), ...this.#steps.splice(0)]) each.reject(closed());
    await this.#runner.close(closed());
  }

  #ask(job: WorkerJob, enqueue: (waiting: Waiting) => void): Promise<WorkerAnswer> {
    if (this.#closed) return Promise.reject(closed());
    return new Promise((resolve, reject) => {
      enqueue({ job, resolve, reject });
      this.#next();
    });
  }

  #next(): void {
    if (this.#busy || this.#closed) return;
    const waiting = this.#take();
    if (waiting === undefined) return;
    this.#busy = true;
    this.#runner.run(waiting.job).then(waiting.resolve, waiting.reject).then(() => {
      this.#busy = false;
      this.#next();
    });
  }

  #take(): Waiting | undefined {
    const step = this.#stepIsNext ? this.#steps.shift() : undefined;
    this.#stepIsNext = false;
    if (step !== undefined) return step;
    for (let search; (search = this.#searches.next()) !== undefined;) {
      this.#stepIsNext = true;
      if (search.gone?.() !== true) return search;
      search.reject(new SearchUnavailable("nobody waits for the answer"));
    }
    return this.#steps.shift();
  }
}

function closed(): SearchUnavailable {
  return new SearchUnavailable("the server stops");
}
