// Asks the directory: a bounded number of conversations at a time, networks in turn, each within the time of the
// settings. While no server answers, everybody is told so at once.
import {
  type ConversationResult,
  DirectoryAway,
  type DirectoryDesk,
  type DirectoryPerson,
} from "../auth/directory.ts";
import { PasswordQueue, type QueuedJob } from "../auth/password_queue.ts";
import type { Requester } from "../auth/requester.ts";
import { bindToSearch, findByName, logIn, type Steps } from "./login.ts";
import { Servers } from "./servers.ts";
import type { DirectorySettings, Server } from "./settings.ts";
import { Talk, TalkFailed } from "./talk.ts";

/** The time and timers. */
export interface DeskClock {
  /** Returns milliseconds. It only goes forward. */
  readonly now: () => number;
  readonly after: (milliseconds: number, run: () => void) => () => void;
}

/** Options of a desk. */
export interface DeskOptions {
  readonly settings: DirectorySettings;
  readonly clock: DeskClock;
  /** Called when a server fails, with the reason. The reason may have text of the server. */
  readonly failed?: (server: Server, reason: string) => void;
  /** Called with the result of each request, and the seconds it took, the wait included. */
  readonly done?: (result: ConversationResult, seconds: number) => void;
}

/** After all servers have failed, nobody waits for them again before this time. */
const PAUSE_MS = 5_000;
/** A server has failed only if it had this share of its time. Otherwise the request has waited too long for its turn. */
const FAIR_SHARE = 0.9;

interface Job extends QueuedJob {
  readonly work: (steps: Steps) => Promise<unknown>;
  readonly resolve: (value: unknown) => void;
  readonly until: number;
}

/** Keeps the queue and the conversations. */
export class Desk implements DirectoryDesk {
  readonly #options: DeskOptions;
  readonly #servers: Servers;
  readonly #waiting = new PasswordQueue<Job>();
  readonly #running = new Map<AbortController, Promise<void>>();
  #awayUntil = -Infinity;
  #failure: string | undefined;
  #closed = false;

  constructor(options: DeskOptions) {
    this.#options = options;
    this.#servers = new Servers(options.settings.servers, options.clock.now);
  }

  /** The number of requests that wait for a conversation. */
  get waiting(): number {
    return this.#waiting.size;
  }

  /** Why the directory could not be asked the last time; `undefined` if it answered, or was not asked yet. */
  get failure(): string | undefined {
    return this.#failure;
  }

  /** Checks a name and a password. */
  check(
    { name, password }: { readonly name: string; readonly password: string | undefined },
    requester: Requester,
  ): Promise<DirectoryPerson | undefined> {
    const bytes = 2 * (name.length + (password?.length ?? 0));
    return this.ask(
      { kind: "check", requester, bytes },
      (steps) => logIn({ name, password }, steps),
    );
  }

  /** Whether the directory has an entry with this name that may log in. */
  has(name: string, requester: Requester): Promise<boolean> {
    return this.ask({ kind: "hash", requester, bytes: 2 * name.length }, async (steps) => {
      return (await findByName(name, steps)).person !== undefined;
    });
  }

  /**
   * Runs some work in a conversation, which is bound as the account that searches.
   *
   * @throws {DirectoryAway}
   * @throws {PoolBusy} If too many wait.
   * @throws {Abandoned} If the connection of the requester closes.
   */
  async ask<T>(
    about: Pick<Job, "kind" | "requester" | "bytes">,
    work: (steps: Steps) => Promise<T>,
  ): Promise<T> {
    const { clock, settings, done } = this.#options;
    const began = clock.now();
    let result: ConversationResult = "busy";
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    const cancel = clock.after(settings.timeoutMs, () => reject(this.#away()));
    try {
      this.#refuseEarly();
      this.#waiting.put({ ...about, work, resolve, reject, until: began + settings.timeoutMs });
      this.#assign();
      const value = await promise;
      result = value === undefined || value === false ? "refused" : "ok";
      return value as T;
    } catch (error) {
      if (error instanceof DirectoryAway) result = "failed";
      throw error;
    } finally {
      cancel();
      done?.(result, (clock.now() - began) / 1000);
    }
  }

  /** Ends all conversations. Everybody who waits is told that the directory is away. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const job of this.#waiting.clear()) job.reject(this.#away());
    for (const controller of this.#running.keys()) controller.abort();
    await Promise.all(this.#running.values());
  }

  #refuseEarly(): void {
    if (this.#closed || this.#options.clock.now() < this.#awayUntil) throw this.#away();
  }

  #away(): DirectoryAway {
    const left = this.#awayUntil - this.#options.clock.now();
    return new DirectoryAway(Math.max(1, Math.ceil(left / 1000)));
  }

  #assign(): void {
    const { settings, clock } = this.#options;
    while (this.#running.size < settings.connections) {
      const job = this.#waiting.take();
      if (job === undefined) return;
      // It was told already that the directory is away.
      if (job.until <= clock.now()) continue;
      const controller = new AbortController();
      const talking = this.#converse(job, controller).then(job.resolve, job.reject).finally(() => {
        this.#running.delete(controller);
        this.#assign();
      });
      this.#running.set(controller, talking);
    }
  }

  async #converse(job: Job, controller: AbortController): Promise<unknown> {
    const { clock } = this.#options;
    const { signal } = controller;
    const began = clock.now();
    const cancel = clock.after(job.until - began, () => controller.abort());
    try {
      const { server, talk } = await this.#open(signal);
      await using _end = talk;
      try {
        const value = await job.work({ talk, settings: this.#options.settings });
        this.#failure = undefined;
        return value;
      } catch (error) {
        if (error instanceof TalkFailed && !this.#isLate(signal, began)) this.#note(server, error);
        throw error;
      }
    } catch (error) {
      throw error instanceof TalkFailed ? this.#away() : error;
    } finally {
      cancel();
    }
  }

  /** Opens a conversation with the first server that answers. @throws {TalkFailed} If none does. */
  async #open(signal: AbortSignal): Promise<{ server: Server; talk: Talk }> {
    const { settings, clock } = this.#options;
    let last = new TalkFailed("no answer in time");
    for (const server of this.#servers.inOrder()) {
      if (signal.aborted) throw last;
      const began = clock.now();
      const controller = new AbortController();
      const abort = () => controller.abort();
      signal.addEventListener("abort", abort);
      const cancel = clock.after(this.#timeOfServer, abort);
      try {
        const talk = await openTalk(server, settings, controller.signal);
        this.#servers.answered(server);
        cancel();
        // From now on the time of the whole request counts.
        return { server, talk };
      } catch (error) {
        signal.removeEventListener("abort", abort);
        if (!(error instanceof TalkFailed) || this.#isLate(signal, began)) throw error;
        last = error;
        this.#note(server, error);
      } finally {
        cancel();
      }
    }
    this.#giveUp();
    throw last;
  }

  // With several servers, each has a part of the time.
  get #timeOfServer(): number {
    const { timeoutMs, servers } = this.#options.settings;
    return timeoutMs / servers.length;
  }

  // Whether the time of the request is over before the server had its own.
  #isLate({ aborted }: AbortSignal, began: number): boolean {
    const time = this.#options.clock.now() - began;
    return aborted && time < FAIR_SHARE * this.#timeOfServer;
  }

  #note(server: Server, { message }: TalkFailed): void {
    this.#servers.failed(server);
    this.#failure = message;
    if (!this.#closed) this.#options.failed?.(server, message);
  }

  #giveUp(): void {
    this.#awayUntil = this.#options.clock.now() + PAUSE_MS;
    for (const job of this.#waiting.clear()) job.reject(this.#away());
  }
}

/** Opens a conversation that is bound as the account that searches. @throws {TalkFailed} */
export async function openTalk(
  server: Server,
  settings: DirectorySettings,
  signal: AbortSignal,
): Promise<Talk> {
  const talk = await Talk.open(server, { ca: settings.ca, signal });
  try {
    await bindToSearch({ talk, settings });
    return talk;
  } catch (error) {
    await talk[Symbol.asyncDispose]();
    throw error;
  }
}
