// Runs jobs in the search worker, which it starts, replaces if it does not answer, and stops when it is idle.
import { SEARCH_WORKER } from "../../worker_names.ts";
import { SearchExpired } from "./search_index.ts";
import type { WorkerAnswer, WorkerJob } from "./search_worker.ts";
import { SearchUnavailable } from "./searcher.ts";

/** Options of a worker runner. */
export interface RunnerOptions {
  /** The main module. It runs the search worker if the worker has its name. */
  readonly workerUrl: URL;
  readonly dataDir: string;
  /** Called with the reason when the index is rebuilt. */
  readonly rebuilt: (why: string) => void;
  /** Milliseconds after which a worker that does not answer is replaced. */
  readonly answerMs: number;
  /** Milliseconds without a job after which the worker is stopped. It uses about 30 MB. */
  readonly idleMs?: number | undefined;
}

// Before its first answer, the worker must load its code.
const START_MS = 30_000;
const CLOSE_MS = 2_000;
const IDLE_MS = 60_000;

interface RunningJob {
  readonly job: WorkerJob;
  readonly resolve: (answer: WorkerAnswer) => void;
  readonly reject: (error: Error) => void;
}

/** The search worker, while it runs. */
export class WorkerRunner {
  readonly #options: RunnerOptions;
  #worker: Worker | undefined;
  #ready = false;
  #current: RunningJob | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #idleTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: RunnerOptions) {
    this.#options = options;
  }

  /** Whether a worker is running. */
  get working(): boolean {
    return this.#worker !== undefined;
  }

  /**
   * Runs a job. The previous job must have ended.
   *
   * @throws {SearchExpired}
   * @throws {SearchUnavailable}
   */
  run(job: WorkerJob): Promise<WorkerAnswer> {
    clearTimeout(this.#idleTimer);
    return new Promise((resolve, reject) => {
      this.#current = { job, resolve, reject };
      if (this.#worker === undefined) this.#start();
      else if (this.#ready) this.#post(this.#worker);
    });
  }

  /** Stops the worker permanently. @param reason The error for the running job. */
  async close(reason: Error): Promise<void> {
    clearTimeout(this.#idleTimer);
    if (this.#worker === undefined) return;
    if (this.#ready) await this.#askToClose(this.#worker, reason);
    this.#end(reason);
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

  #post(worker: Worker): void {
    worker.postMessage(this.#current!.job);
    this.#expectWithin(this.#options.answerMs);
  }

  #answered(worker: Worker, answer: WorkerAnswer): void {
    // A replaced worker may still post a message.
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
    this.#watchIdle();
    if (answer.kind === "expired") job.reject(new SearchExpired(answer.milliseconds));
    else if (answer.kind === "failed") job.reject(new SearchUnavailable(answer.error));
    else job.resolve(answer);
  }

  // SQLite cannot be interrupted. A terminated worker ends when its query ends.
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

  #watchIdle(): void {
    clearTimeout(this.#idleTimer);
    this.#idleTimer = setTimeout(() => {
      const worker = this.#worker;
      if (worker === undefined) return;
      this.#worker = undefined;
      this.#ready = false;
      worker.onmessage = () => worker.terminate();
      worker.postMessage({ kind: "close" } satisfies WorkerJob);
    }, this.#options.idleMs ?? IDLE_MS);
    Deno.unrefTimer(Number(this.#idleTimer));
  }

  /** Terminates the worker. The next job starts another one. */
  #end(reason: Error): void {
    clearTimeout(this.#timer);
    this.#worker?.terminate();
    this.#worker = undefined;
    this.#ready = false;
    this.#fail(reason);
  }

  // A database that is closed properly leaves no log behind.
  #askToClose(worker: Worker, reason: Error): Promise<void> {
    return new Promise((resolve) => {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(resolve, CLOSE_MS);
      this.#fail(reason);
      worker.onmessage = ({ data }: MessageEvent<WorkerAnswer>) => {
        if (data.kind === "closed") resolve();
      };
      worker.postMessage({ kind: "close" } satisfies WorkerJob);
    });
  }

  #fail(reason: Error): void {
    const job = this.#current;
    this.#current = undefined;
    job?.reject(reason);
  }
}
