// A bounded pool of workers that hash passwords. Further jobs wait in a queue.
import { timingSafeEqual } from "node:crypto";
import type { HashInput } from "./argon2.ts";
import { formatHash, type HashParameters, parseHash, SALT_BYTES } from "./password_hash.ts";
import { PasswordQueue, type QueuedJob } from "./password_queue.ts";
import { normalizePassword } from "./password_text.ts";
import type { WorkerAnswer } from "./password_worker.ts";
import { LOCAL_REQUESTER, type Requester } from "./requester.ts";
import { PASSWORD_WORKER } from "../worker_names.ts";

export { PoolBusy } from "./password_queue.ts";

/** Options of a password pool. */
export interface PasswordPoolOptions {
  /** The cost of new hashes. */
  readonly parameters: HashParameters;
  /** The main module. It runs {@linkcode run} of the password worker if the worker has its name. */
  readonly workerUrl: URL;
  /** The maximum number of workers; 0 means one per CPU, up to four. */
  readonly workers: number;
  /** The maximum memory of waiting jobs together, in bytes. */
  readonly maxWaitingBytes?: number;
}

interface Job extends QueuedJob {
  readonly input: HashInput;
  readonly resolve: (hash: Uint8Array) => void;
}

const IDLE_MS = 60_000;

/** Hashes and verifies passwords. It starts workers on demand and stops idle ones. */
export class PasswordPool {
  readonly parameters: HashParameters;
  readonly #options: PasswordPoolOptions;
  readonly #size: number;
  readonly #waiting: PasswordQueue<Job>;
  readonly #idle: Worker[] = [];
  readonly #busy = new Map<Worker, Job>();
  #idleTimer: ReturnType<typeof setTimeout> | undefined;
  #closed = false;

  constructor(options: PasswordPoolOptions) {
    this.parameters = options.parameters;
    this.#options = options;
    this.#waiting = new PasswordQueue(options.maxWaitingBytes);
    const chosen = Math.max(1, Math.min(4, navigator.hardwareConcurrency));
    this.#size = options.workers === 0 ? chosen : options.workers;
  }

  /** The number of jobs that wait for a worker. */
  get waiting(): number {
    return this.#waiting.size;
  }

  /**
   * Hashes a password with a new salt.
   *
   * @returns A PHC string.
   * @throws {PoolBusy}
   * @throws {Abandoned}
   */
  async hash(password: string, requester: Requester = LOCAL_REQUESTER): Promise<string> {
    const salt = crypto.getRandomValues(new Uint8Array(SALT_BYTES));
    const input = { ...this.parameters, password: encode(password), salt };
    const hash = await this.#compute("hash", input, requester);
    return formatHash({ ...this.parameters, salt, hash });
  }

  /**
   * Whether a password matches a PHC string.
   *
   * @throws {PoolBusy}
   * @throws {Abandoned}
   */
  async verify(
    phc: string,
    password: string,
    requester: Requester = LOCAL_REQUESTER,
  ): Promise<boolean> {
    const stored = parseHash(phc);
    if (stored === undefined) return false;
    const { hash: expected, ...cost } = stored;
    const hash = await this.#compute("check", { ...cost, password: encode(password) }, requester);
    return hash.length === expected.length && timingSafeEqual(hash, expected);
  }

  /** Stops the workers. Unfinished jobs fail. */
  close(): void {
    this.#closed = true;
    clearTimeout(this.#idleTimer);
    for (const worker of [...this.#idle.splice(0), ...this.#busy.keys()]) worker.terminate();
    const jobs = [...this.#busy.values(), ...this.#waiting.clear()];
    this.#busy.clear();
    for (const job of jobs) job.reject(new Error("the password pool is closed"));
  }

  #compute(kind: Job["kind"], input: HashInput, requester: Requester): Promise<Uint8Array> {
    if (this.#closed) return Promise.reject(new Error("the password pool is closed"));
    return new Promise((resolve, reject) => {
      const bytes = input.password.length;
      this.#waiting.put({ kind, requester, bytes, input, resolve, reject });
      this.#assign();
    });
  }

  #assign(): void {
    while (this.#idle.length > 0 || this.#busy.size < this.#size) {
      const job = this.#waiting.take();
      if (job === undefined) return;
      const idle = this.#idle.pop();
      this.#busy.set(idle ?? this.#start(), job);
      // A new worker gets its job when it reports that it is ready.
      idle?.postMessage(job.input);
    }
  }

  #start(): Worker {
    const worker = new Worker(this.#options.workerUrl, {
      type: "module",
      name: PASSWORD_WORKER,
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

function encode(text: string): Uint8Array {
  const password = normalizePassword(text);
  if (password === undefined) throw new RangeError("expected a password of bounded length");
  return new TextEncoder().encode(password);
}
