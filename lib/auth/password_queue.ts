// The passwords that wait to be hashed. Networks take turns, each has a bounded share, and jobs that nobody
// waits for are thrown away.
import { Abandoned, type Requester } from "./requester.ts";

/** Something that waits. */
export interface QueuedJob {
  /** Whether it checks a password or hashes a new one. */
  readonly kind: "check" | "hash";
  readonly requester: Requester;
  /** What it holds in memory. */
  readonly bytes: number;
  /** Told why it will not be done. */
  readonly reject: (error: Error) => void;
}

/** So many passwords wait already that another would wait too long. */
export class PoolBusy extends Error {
  override readonly name = "PoolBusy";

  /** @param retryAfter Whole seconds until the queue should have emptied. */
  constructor(readonly retryAfter: number) {
    super(`expected room in the password queue, got a full one`);
  }
}

/** What jobs may hold together; a connection has one at most. About 14,000 passwords of usual length. */
const MAX_BYTES = 8 * 2 ** 20;
/** What one network may hold of it: 3,500 users behind one address wait without being refused. */
const SHARE = 1 / 4;
/** What a job takes besides its password. */
const JOB_BYTES = 512;
/** Jobs of connections that have hung up are done where no other job waits, so many at most. */
const MAX_HUNG_UP = 16;
// Only for the retry_after of jobs that find no room.
const JOBS_PER_SECOND = 20;

/** The jobs of one network, oldest first. */
interface Line<T> {
  readonly jobs: Record<QueuedJob["kind"], T[]>;
  bytes: number;
  next: QueuedJob["kind"];
}

/**
 * Jobs in the order in which they are done: one of each network in turn. Within a network, checks and new
 * hashes alternate, so that a client that registers in a loop does not hold up the logins beside it.
 */
export class PasswordQueue<T extends QueuedJob> {
  readonly #maxBytes: number;
  // In the order of the turns: a network that has had one goes to the end.
  readonly #lines = new Map<string, Line<T>>();
  #bytes = 0;
  #size = 0;

  /** @param maxBytes What all jobs may hold together. */
  constructor(maxBytes: number = MAX_BYTES) {
    this.#maxBytes = maxBytes;
  }

  /** Jobs that wait. */
  get size(): number {
    return this.#size;
  }

  /** Adds a job. If there is no room, the network that holds most loses its latest: perhaps this one. */
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

  /** Takes the next job out, or nothing. */
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
    // Nobody else waits: a script that closes its half behind its request may still want the answer.
    const [first, ...others] = hungUp;
    for (const [index, job] of others.entries()) {
      if (index < MAX_HUNG_UP) this.put(job);
      else job.reject(new Abandoned());
    }
    return first;
  }

  /** Takes all of them out. */
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

  // The first job that somebody waits for. Those before it are taken out.
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
