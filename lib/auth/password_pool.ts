// A bounded pool of workers that hash passwords: so many at once, so many waiting, and no more.
import { timingSafeEqual } from "node:crypto";
import type { HashInput } from "./argon2.ts";
import { formatHash, type HashParameters, parseHash, SALT_BYTES } from "./password_hash.ts";
import type { WorkerAnswer } from "./password_worker.ts";
import { PASSWORD_WORKER_NAME } from "./worker_name.ts";

/** So many passwords wait already that another would wait too long. */
export class PoolBusy extends Error {
  override readonly name = "PoolBusy";

  /** @param retryAfter Whole seconds until the queue should have emptied. */
  constructor(readonly retryAfter: number) {
    super(`expected room in the password queue, got a full one`);
  }
}

/** How a pool works. */
export interface PasswordPoolOptions {
  /** Cost of new hashes. */
  readonly parameters: HashParameters;
  /** The main module: it runs {@linkcode run} of the password worker when it bears the worker's name. */
  readonly workerUrl: URL;
  /** Workers at most; 0 chooses one for each CPU, up to four. */
  readonly workers: number;
  /** Jobs that may wait. */
  readonly maxWaiting?: number;
}

interface Job {
  readonly input: HashInput;
  readonly resolve: (hash: Uint8Array) => void;
  readonly reject: (error: Error) => void;
}

const MAX_WAITING = 1000;
const IDLE_MS = 60_000;
// Only for the retry_after of those that find no room.
const JOBS_PER_SECOND = 20;

/** Hashes and verifies passwords. Workers start when they are needed and end when they idle. */
export class PasswordPool {
  readonly parameters: HashParameters;
  readonly #options: PasswordPoolOptions;
  readonly #size: number;
  readonly #waiting: Job[] = [];
  readonly #idle: Worker[] = [];
  readonly #busy = new Map<Worker, Job>();
  #idleTimer: ReturnType<typeof setTimeout> | undefined;
  #closed = false;

  constructor(options: PasswordPoolOptions) {
    this.parameters = options.parameters;
    this.#options = options;
    const chosen = Math.max(1, Math.min(4, navigator.hardwareConcurrency));
    this.#size = options.workers === 0 ? chosen : options.workers;
  }

  /** Jobs that wait for a worker. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** Hashes a password with a new salt. @returns A PHC string. @throws {PoolBusy} */
  async hash(password: string): Promise<string> {
    const salt = crypto.getRandomValues(new Uint8Array(SALT_BYTES));
    const hash = await this.#compute({ ...this.parameters, password: encode(password), salt });
    return formatHash({ ...this.parameters, salt, hash });
  }

  /** Whether a password is that of a PHC string. @throws {PoolBusy} */
  async verify(phc: string, password: string): Promise<boolean> {
    const stored = parseHash(phc);
    if (stored === undefined) return false;
    const { hash: expected, ...cost } = stored;
    const hash = await this.#compute({ ...cost, password: encode(password) });
    return hash.length === expected.length && timingSafeEqual(hash, expected);
  }

  /** Ends the workers; what is still to be done fails. */
  close(): void {
    this.#closed = true;
    clearTimeout(this.#idleTimer);
    for (const worker of [...this.#idle.splice(0), ...this.#busy.keys()]) worker.terminate();
    const jobs = [...this.#busy.values(), ...this.#waiting.splice(0)];
    this.#busy.clear();
    for (const job of jobs) job.reject(new Error("the password pool is closed"));
  }

  #compute(input: HashInput): Promise<Uint8Array> {
    if (this.#closed) return Promise.reject(new Error("the password pool is closed"));
    if (this.#waiting.length >= (this.#options.maxWaiting ?? MAX_WAITING)) {
      return Promise.reject(new PoolBusy(Math.ceil(this.#waiting.length / JOBS_PER_SECOND)));
    }
    return new Promise((resolve, reject) => {
      this.#waiting.push({ input, resolve, reject });
      this.#assign();
    });
  }

  #assign(): void {
    while (this.#waiting.length > 0) {
      const idle = this.#idle.pop();
      if (idle === undefined && this.#busy.size >= this.#size) return;
      const job = this.#waiting.shift()!;
      this.#busy.set(idle ?? this.#start(), job);
      // A new worker gets its job when it says that it is ready.
      idle?.postMessage(job.input);
    }
  }

  #start(): Worker {
    const worker = new Worker(this.#options.workerUrl, {
      type: "module",
      name: PASSWORD_WORKER_NAME,
      deno: { permissions: "none" },
    });
    worker.onmessage = ({ data }: MessageEvent<WorkerAnswer>) => this.#answered(worker, data);
    worker.onerror = (event) => {
      event.preventDefault();
      this.#crashed(worker, event.message);
    };
    return worker;
  }

  #answered(worker: Worker, answer: WorkerAnswer): void {
    const job = this.#busy.get(worker);
    if ("ready" in answer) {
      worker.postMessage(job?.input);
      return;
    }
    this.#busy.delete(worker);
    this.#idle.push(worker);
    if ("hash" in answer) job?.resolve(answer.hash);
    else job?.reject(new Error(answer.error));
    this.#assign();
    this.#watchIdle();
  }

  #crashed(worker: Worker, reason: string): void {
    const job = this.#busy.get(worker);
    this.#busy.delete(worker);
    worker.terminate();
    job?.reject(new Error(`a password worker failed: ${reason}`));
    this.#assign();
  }

  #watchIdle(): void {
    clearTimeout(this.#idleTimer);
    if (this.#busy.size > 0) return;
    this.#idleTimer = setTimeout(() => {
      for (const worker of this.#idle.splice(0)) worker.terminate();
    }, IDLE_MS);
    Deno.unrefTimer(Number(this.#idleTimer));
  }
}

function encode(password: string): Uint8Array {
  return new TextEncoder().encode(password.normalize("NFC"));
}
