// The queue of passwords to hash. Networks take turns, and each has a bounded share.
import { Abandoned, type Requester } from "./requester.ts";

/** A waiting job. */
export interface QueuedJob {
  /** Whether the job checks a password or hashes a new one. */
  readonly kind: "check" | "hash";
  readonly requester: Requester;
  /** The memory that the job uses. */
  readonly bytes: number;
  /** Called with the reason if the job is dropped. */
  readonly reject: (error: Error) => void;
}

/** The queue of passwords is full. */
export class PoolBusy extends Error {
  override readonly name = "PoolBusy";

  /** @param retryAfter Whole seconds until the queue should be empty. */
  constructor(readonly retryAfter: number) {
    super(`expected room in the password queue, got a full one`);
  }
}

/** The maximum memory of all jobs: about 14,000 passwords of usual length. A connection has at most one job. */
const MAX_BYTES = 8 * 2 ** 20;
/** The maximum share of one network. 3,500 users behind one address can wait without being rejected. */
const SHARE = 1 / 4;
/** The memory of a job without its password. */
const JOB_BYTES = 512;
/** The maximum number of waiting jobs of half-closed connections. They run only when no other job waits. */
const MAX_HUNG_UP = 16;
// Only for the retry_after of rejected jobs.
const JOBS_PER_SECOND = 20;

/** The jobs of one network, oldest first. */
interface Line<T> {
  readonly jobs: Record<QueuedJob["kind"], T[]>;
  bytes: number;
  next: QueuedJob["kind"];
}

/**
 * A queue that takes one job of each network in turn. Within a network, checks and new hashes alternate, so that a
 * client that registers in a loop does not delay the logins of others. Jobs of closed connections are dropped.
 */
export class PasswordQueue<T extends QueuedJob> {
  readonly #maxBytes: number;
  // In the order of the turns. After its turn, a network moves to the end.
  readonly #lines = new Map<string, Line<T>>();
  #bytes = 0;
  #size = 0;

  /** @param maxBytes The maximum memory of all jobs together. */
  constructor(maxBytes: number = MAX_BYTES) {
    this.#maxBytes = maxBytes;
  }

  /** The number of waiting jobs. */
  get size(): number {
    return this.#size;
  }

  /**
   * Adds a job. If the queue is full, the network that uses the most memory loses its newest jobs, maybe this one.
   */
  put(job: T): void {
    const { network } = job.requester;
    const line = this.#lines.get(network) ?? newLine();
    this.#lines.set(network, line);
    line.jobs[job.kind].push(job);
    this.#count(line, job, 1);
    if (line.bytes > this.#maxBytes * SHARE) this.#shorten(line, this.#maxBytes * SHARE);
    while (this.#bytes > this.#maxBytes) {
      const largest = this.#largest();
      this.#shorten(largest, largest.bytes - 1);
    }
  }

  /** Removes and returns the next job; `undefined` if none waits. */
  take(): T | undefined {
    const hungUp: T[] = [];
    for (const [network, line] of this.#lines) {
      this.#lines.delete(network);
      const job = this.#first(line, hungUp);
      if (line.bytes > 0) this.#lines.set(network, line);
      if (job === undefined) continue;
      for (const left of hungUp) left.reject(new Abandoned());
      return job;
    }
    // No other job waits. A script that closes its half of the connection after its request may still want the reply.
    const [first, ...others] = hungUp;
    for (const [index, job] of others.entries()) {
      if (index < MAX_HUNG_UP) this.put(job);
      else job.reject(new Abandoned());
    }
    return first;
  }

  /** Removes and returns all jobs. */
  clear(): T[] {
    const jobs = [...this.#lines.values()].flatMap(({ jobs: { check, hash } }) => [
      ...check,
      ...hash,
    ]);
    this.#lines.clear();
    this.#bytes = 0;
    this.#size = 0;
    return jobs;
  }

  // Returns the first job of an open connection. The jobs before it are removed.
  #first(line: Line<T>, hungUp: T[]): T | undefined {
    while (line.bytes > 0) {
      const { jobs, next } = line;
      line.next = next === "check" ? "hash" : "check";
      const job = jobs[next].shift();
      if (job === undefined) continue;
      this.#count(line, job, -1);
      const presence = job.requester.presence();
      if (presence === "connected") return job;
      if (presence === "hung_up") hungUp.push(job);
      else job.reject(new Abandoned());
    }
    return undefined;
  }

  #shorten(line: Line<T>, bytes: number): void {
    for (const kind of ["check", "hash"] as const) {
      const all = line.jobs[kind];
      line.jobs[kind] = all.filter(({ requester }) => requester.presence() === "connected");
      if (line.jobs[kind].length === all.length) continue;
      const kept = new Set(line.jobs[kind]);
      for (const job of all) if (!kept.has(job)) this.#drop(line, job, new Abandoned());
    }
    while (line.bytes > bytes) {
      const job = (line.jobs.hash.pop() ?? line.jobs.check.pop())!;
      this.#drop(line, job, new PoolBusy(Math.ceil(this.#size / JOBS_PER_SECOND)));
    }
  }

  #drop(line: Line<T>, job: T, reason: Error): void {
    this.#count(line, job, -1);
    job.reject(reason);
  }

  #largest(): Line<T> {
    return [...this.#lines.values()].reduce((a, b) => b.bytes > a.bytes ? b : a);
  }

  #count(line: Line<T>, { bytes }: T, sign: 1 | -1): void {
    line.bytes += sign * (bytes + JOB_BYTES);
    this.#bytes += sign * (bytes + JOB_BYTES);
    this.#size += sign;
  }
}

function newLine<T>(): Line<T> {
  return { jobs: { check: [], hash: [] }, bytes: 0, next: "check" };
}
