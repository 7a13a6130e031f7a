// Queues the login attempts at one account from one network, so that simultaneous guesses count like successive ones.
import { PoolBusy } from "./password_queue.ts";
import { Abandoned, type Requester } from "./requester.ts";

/** The maximum number of attempts that wait for one account and network. */
const MAX_WAITING = 1000;
// Only for the retry_after of rejected attempts.
const RETRY_SECONDS = 10;

interface Waiter {
  readonly requester: Requester;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/** Runs work one at a time for each key. */
export class AttemptTurns {
  // A key is present while an attempt runs. Its list has the attempts that wait.
  readonly #waiting = new Map<string, Waiter[]>();

  /**
   * Runs `work` when no other work of this key is running.
   *
   * @throws {Abandoned} If the connection closes before its turn.
   * @throws {PoolBusy} If too many attempts wait.
   */
  async run<T>(key: string, requester: Requester, work: () => Promise<T>): Promise<T> {
    const waiting = this.#waiting.get(key);
    if (waiting === undefined) this.#waiting.set(key, []);
    else await wait(waiting, requester);
    try {
      return await work();
    } finally {
      this.#next(key);
    }
  }

  #next(key: string): void {
    const waiting = this.#waiting.get(key)!;
    const hungUp: Waiter[] = [];
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const presence = next.requester.presence();
      if (presence === "connected") {
        drop(hungUp);
        return next.resolve();
      }
      if (presence === "hung_up") hungUp.push(next);
      else drop([next]);
    }
    const first = hungUp.shift();
    waiting.push(...hungUp);
    if (first === undefined) this.#waiting.delete(key);
    else first.resolve();
  }
}

function wait(waiting: Waiter[], requester: Requester): Promise<void> {
  return new Promise((resolve, reject) => {
    if (waiting.length >= MAX_WAITING) dropGone(waiting);
    if (waiting.length >= MAX_WAITING) reject(new PoolBusy(RETRY_SECONDS));
    else waiting.push({ requester, resolve, reject });
  });
}

function dropGone(waiting: Waiter[]): void {
  for (const waiter of waiting.splice(0)) {
    if (waiter.requester.presence() === "connected") waiting.push(waiter);
    else drop([waiter]);
  }
}

function drop(waiters: readonly Waiter[]): void {
  for (const { reject } of waiters) reject(new Abandoned());
}
