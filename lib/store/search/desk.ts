// Where searches are handed in and given back: one at a time in a worker, by turns, each within a time limit.
import { SEARCH_WORKER } from "../../worker_names.ts";
import type { SearchScope } from "./scope.ts";
import { type Found, SearchExpired, type StepBudget, type StepDone } from "./search_index.ts";
import type { WorkerAnswer, WorkerJob } from "./search_worker.ts";
import { Turns } from "./turns.ts";

/** So many searches wait already that another would wait too long. */
export class SearchBusy extends Error {
  override readonly name = "SearchBusy";

  /** @param retryAfter Whole seconds after which there may be room. */
  constructor(readonly retryAfter: number) {
    super("expected room in the queue of searches, got a full one");
  }
}

/** The index cannot be used, for a reason that is not the search's. */
export class SearchUnavailable extends Error {
  override readonly name = "SearchUnavailable";
}

/** Who asks for a search. */
export interface Asker {
  /** The network of the connection: networks take turns. */
  readonly network: string;
  /** Whether nobody waits for the answer any more: the search is not made then. */
  readonly gone: () => boolean;
}

/** Searches messages. */
export interface Searcher {
  /**
   * Finds messages by words.
   *
   * @throws {SearchExpired}
   * @throws {SearchBusy}
   * @throws {SearchUnavailable} Also where the asker is gone before the search begins.
   */
  find(query: string, scope: SearchScope, asker: Asker): Promise<Found>;
}

/** What a desk is made from. */
export interface DeskOptions {
  /** The main module: it runs the search worker when it has the worker's name. */
  readonly workerUrl: URL;
  readonly dataDir: string;
  /** Told why an index is built anew. */
  readonly rebuilt: (why: string) => void;
  /** Milliseconds that a search may take. */
  readonly limitMs?: number;
  /** Milliseconds more after which a worker that does not answer is given up. */
  readonly graceMs?: number;
  /** Milliseconds without work after which the worker ends: it holds some 30 MB. */
  readonly idleMs?: number;
}

const LIMIT_MS = 2_000;
const GRACE_MS = 3_000;
// The first answer has to wait until the worker has read its code.
const START_MS = 30_000;
const CLOSE_MS = 2_000;
const IDLE_MS = 60_000;
const WAITING = { total: 256, each: 64 };
const RETRY_SECONDS = 2;

interface Job {
  readonly job: WorkerJob;
  /** See {@linkcode Asker.gone}. */
  readonly gone?: (() => boolean) | undefined;
  readonly resolve: (answer: WorkerAnswer) => void;
  readonly reject: (error: Error) => void;
}

/** Hands searches, and work on the index, to a worker, which starts when it is needed. */
export class SearchDesk implements Searcher {
  readonly #options: DeskOptions;
  readonly #limitMs: number;
  readonly #graceMs: number;
  readonly #searches = new Turns<Job>(WAITING);
  // Work on the index: there is one step at a time.
  readonly #steps: Job[] = [];
  // Searches and steps take turns, so that no flood of searches keeps the index from following.
  #stepIsNext = false;
  #worker: Worker | undefined;
  #ready = false;
  #current: Job | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #idleTimer: ReturnType<typeof setTimeout> | undefined;
  #closed = false;

  constructor(options: DeskOptions) {
    this.#options = options;
    this.#limitMs = options.limitMs ?? LIMIT_MS;
    this.#graceMs = options.graceMs ?? GRACE_MS;
  }

  /** Whether there is a worker. */
  get working(): boolean {
    return this.#worker !== undefined;
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
    clearTimeout(this.#idleTimer);
    for (const job of [...this.#searches.clear(), ...this.#steps.splice(0)]) job.reject(closed());
    if (this.#worker === undefined) return;
    if (this.#ready) await this.#askToClose(this.#worker);
    this.#end(closed());
  }

  #ask(job: WorkerJob, enqueue: (job: Job) => void): Promise<WorkerAnswer> {
    if (this.#closed) return Promise.reject(closed());
    return new Promise((resolve, reject) => {
      enqueue({ job, resolve, reject });
      this.#next();
    });
  }

  #next(): void {
    if (this.#current !== undefined) return;
    clearTimeout(this.#idleTimer);
    const job = this.#take();
    if (job === undefined) return this.#watchIdle();
    this.#current = job;
    if (this.#worker === undefined) this.#start();
    else if (this.#ready) this.#post(this.#worker);
  }

  #watchIdle(): void {
    if (this.#worker === undefined) return;
    this.#idleTimer = setTimeout(() => {
      const worker = this.#worker!;
      this.#worker = undefined;
      this.#ready = false;
      worker.onmessage = () => worker.terminate();
      worker.postMessage({ kind: "close" } satisfies WorkerJob);
    }, this.#options.idleMs ?? IDLE_MS);
    Deno.unrefTimer(Number(this.#idleTimer));
  }

  #take(): Job | undefined {
    const step = this.#stepIsNext ? this.#steps.shift() : undefined;
    this.#stepIsNext = false;
    if (step !== undefined) return step;
    for (let job; (job = this.#searches.next()) !== undefined;) {
      this.#stepIsNext = true;
      if (job.gone?.() !== true) return job;
      job.reject(new SearchUnavailable("nobody waits for the answer"));
    }
    return this.#steps.shift();
  }

  #post(worker: Worker): void {
    worker.postMessage(this.#current!.job);
    this.#expectWithin(this.#limitMs + this.#graceMs);
  }

  #start(): void {
    const { workerUrl, dataDir } = this.#options;
    const worker = new Worker(workerUrl, {
      type: "module",
      name: SEARCH_WORKER,
      deno: { permissions: { read: [dataDir], write: [dataDir], sys: ["uid"] } },
    });
    this.#worker = worker;
    this.#ready = false;
    worker.onmessage = ({ data }: MessageEvent<WorkerAnswer>) => this.#answered(worker, data);
    worker.onerror = (event) => {
      event.preventDefault();
      if (worker === this.#worker) this.#end(new SearchUnavailable(event.message));
    };
    this.#expectWithin(START_MS);
  }

  #answered(worker: Worker, answer: WorkerAnswer): void {
    // One that was given up may still say something.
    if (worker !== this.#worker) return;
    if (answer.kind === "rebuilt") return this.#options.rebuilt(answer.why);
    if (answer.kind === "ready") {
      this.#ready = true;
      worker.postMessage({ kind: "open", dataDir: this.#options.dataDir } satisfies WorkerJob);
      if (this.#current !== undefined) this.#post(worker);
      return;
    }
    clearTimeout(this.#timer);
    const job = this.#current!;
    this.#current = undefined;
    if (answer.kind === "expired") job.reject(new SearchExpired(answer.milliseconds));
    else if (answer.kind === "failed") job.reject(new SearchUnavailable(answer.error));
    else job.resolve(answer);
    if (!this.#closed) this.#next();
  }

  // SQLite cannot be interrupted: a worker that is given up ends when its query does.
  #expectWithin(milliseconds: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      const searching = this.#current?.job.kind === "find" && this.#ready;
      this.#end(
        searching
          ? new SearchExpired(milliseconds)
          : new SearchUnavailable(`expected an answer within ${milliseconds} ms, got none`),
      );
    }, milliseconds);
  }

  /** Gives up the worker; the next job starts another one. */
  #end(reason: Error): void {
    clearTimeout(this.#timer);
    this.#worker?.terminate();
    this.#worker = undefined;
    this.#ready = false;
    const job = this.#current;
    this.#current = undefined;
    job?.reject(reason);
    if (!this.#closed) this.#next();
  }

  // Databases that are closed leave no log behind.
  #askToClose(worker: Worker): Promise<void> {
    return new Promise((resolve) => {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(resolve, CLOSE_MS);
      const job = this.#current;
      this.#current = undefined;
      job?.reject(closed());
      worker.onmessage = ({ data }: MessageEvent<WorkerAnswer>) => {
        if (data.kind === "closed") resolve();
      };
      worker.postMessage({ kind: "close" } satisfies WorkerJob);
    });
  }
}

function closed(): SearchUnavailable {
  return new SearchUnavailable("the server stops");
}
