// What an attack is: a row of the table, and the stage on which it runs.
import type { OurOptions } from "../servers.ts";
import type { Caller } from "./caller.ts";

/** What an attack found besides what is measured of every one. */
export interface Outcome {
  /** Figures of its own. */
  readonly figures: Readonly<Record<string, number | string>>;
  /** What should have been otherwise, each in a few words. */
  readonly missed?: readonly string[];
}

/** Where an attack runs. */
export interface Stage {
  readonly port: number;
  readonly metricsPort: number;
  /** Where the server listens over TLS, in a row that has a certificate. */
  readonly tlsPort: number;
  readonly dataDir: string;
  /** How long a part of an attack shall last. */
  readonly seconds: number;
  /** How many addresses attack, each with all that one may do. */
  readonly addresses: number;
  /** Whether figures shall be small, to see that the attack works. */
  readonly quick: boolean;
  /** Whether the server process runs. */
  alive(): boolean;
  /** The address that the attack's connection `i` comes from. */
  address(i: number): string;
  /** Connects from the attack's address number `i`. */
  call(i: number): Promise<Caller>;
  /** Connects from an address that is not the attack's. */
  callFrom(address: string): Promise<Caller>;
  /** Connects and joins as a guest. */
  guest(i: number, name: string): Promise<Caller>;
  /** Keeps the slowest things that the attack tried, for the report. */
  readonly slowest: Slowest;
}

/** A row of the table. */
export interface Attack {
  /** Its number in the table. */
  readonly row: string;
  /** What one client does, in a few words. */
  readonly title: string;
  /** What it did to 0.2.0. */
  readonly before: string;
  /** Why it is left out here, if it is. */
  readonly skipped?: (options: { quick: boolean; named: boolean }) => string | undefined;
  /** Settings of the server that differ from those that are shipped. */
  readonly server?: (directory: string) => Promise<OurOptions>;
  /** Changes the database before the server starts. */
  readonly prepare?: (dataDir: string, quick: boolean) => void;
  /** Clients that only read. */
  readonly readers?: (quick: boolean) => number;
  /** Whether somebody logs in again and again meanwhile. Default: true. */
  readonly logins?: boolean;
  /** Longest stall of the quiet client, where it is not the usual one. */
  readonly worstMs?: number;
  /** Whether memory has no bar: the row itself holds thousands of connections. */
  readonly crowd?: boolean;
  readonly run: (stage: Stage) => Promise<Outcome>;
}

/** Keeps the longest time of each thing that was tried. */
export class Slowest {
  readonly #times = new Map<string, number>();

  /** Runs something and notes how long it took. */
  async time<T>(what: string, work: () => Promise<T>): Promise<T> {
    const begun = performance.now();
    const result = await work();
    const took = performance.now() - begun;
    this.#times.set(what, Math.max(took, this.#times.get(what) ?? 0));
    return result;
  }

  /** The slowest things, with their milliseconds. */
  get figures(): Record<string, number> {
    const sorted = [...this.#times].sort(([, a], [, b]) => b - a).slice(0, MOST_SHOWN);
    return Object.fromEntries(sorted.map(([what, ms]) => [`${what} ms`, Math.round(ms)]));
  }
}

const MOST_SHOWN = 4;

/** Resolves after a while. */
export function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** Runs `work` for some seconds, in so many copies, each again and again. Failures end a copy's turn only. */
export async function repeatedly(
  seconds: number,
  copies: number,
  work: (copy: number, round: number) => Promise<void>,
): Promise<void> {
  const end = performance.now() + seconds * 1000;
  await Promise.all(Array.from({ length: copies }, async (_, copy) => {
    for (let round = 0; performance.now() < end; round++) {
      // A connection that is refused is tried again, but not in a busy loop.
      await work(copy, round).catch(() => sleep(20));
    }
  }));
}

/** Runs `act` a number of times a second, for some seconds, whatever it waits for. */
export async function atRate(
  perSecond: number,
  seconds: number,
  act: (n: number) => void,
): Promise<void> {
  const begun = performance.now();
  for (let n = 0; n < perSecond * seconds; n++) {
    const due = begun + n * 1000 / perSecond;
    if (due > performance.now()) await sleep(due - performance.now());
    act(n);
  }
}
