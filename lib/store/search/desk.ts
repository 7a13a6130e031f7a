// Where searches are handed in and given back: one at a time in a worker, by turns, each within a time limit.
import type { SearchScope } from "./scope.ts";
import type { Found, StepBudget, StepDone } from "./search_index.ts";
import type { WorkerAnswer, WorkerJob } from "./search_worker.ts";
import { type Asker, SearchBusy, type Searcher, SearchUnavailable } from "./searcher.ts";
import { Turns } from "./turns.ts";
import { type RunnerOptions, WorkerRunner } from "./worker_runner.ts";

/** What a desk is made from. */
export interface DeskOptions extends Omit<RunnerOptions, "answerMs"> {
  /** Milliseconds that a search may take. */
  readonly limitMs?: number;
  /** Milliseconds more after which a worker that does not answer is given up. */
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

/** Hands searches, and work on the index, to a worker. */
export class SearchDesk implements Searcher {
  readonly #limitMs: number;
  readonly #runner: WorkerRunner;
  readonly #searches = new Turns<Waiting>(WAITING);
  // Work on the index: there is one step at a time.
  readonly #steps: Waiting[] = [];
  // Searches and steps take turns, so that no flood of searches keeps the index from following.
  #stepIsNext = false;
  #busy = false;
  #closed = false;

  constructor({ limitMs = LIMIT_MS, graceMs = GRACE_MS, ...options }: DeskOptions) {
    this.#limitMs = limitMs;
    this.#runner = new WorkerRunner({ ...options, answerMs: limitMs + graceMs });
  }

  /** Whether there is a worker. */
  get working(): boolean {
    return this.#runner.working;
  }

  /** How many searches wait. */
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

  /** Brings the index up, after the search that goes first. @throws {SearchUnavailable} */
  async step(budget: StepBudget): Promise<StepDone> {
    const answer = await this.#ask({ kind: "step", budget }, (each) => this.#steps.push(each));
    return (answer as Extract<WorkerAnswer, { kind: "done" }>).done;
  }

  /** Overwrites what was deleted in the logs of both databases. @throws {SearchUnavailable} */
  async emptyLogs(): Promise<void> {
    await this.#ask({ kind: "empty_logs" }, (each) => this.#steps.push(each));
  }

  /** Ends the worker; what is still to be done fails. */
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
