// The type of an attack: a row of the table, and the stage on which it runs.
import type { OurOptions } from "../servers.ts";
import type { Caller } from "./caller.ts";

/** What an attack found, besides the figures that are measured for every attack. */
export interface Outcome {
  /** Its own figures. */
  readonly figures: Readonly<Record<string, number | string>>;
  /** The bars that it missed, each in a few words. */
  readonly missed?: readonly string[];
}

/** The environment of an attack. */
export interface Stage {
  readonly port: number;
  readonly metricsPort: number;
  /** The TLS port of the server, in a row that has a certificate. */
  readonly tlsPort: number;
  readonly dataDir: string;
  /** How long each part of an attack lasts. */
  readonly seconds: number;
  /** How many addresses attack. Each uses all that one address may use. */
  readonly addresses: number;
  /** Whether to use small figures, just to see that the attack works. */
  readonly quick: boolean;
  /** Whether the server process is running. */
  alive(): boolean;
  /** Returns the address that the attack's connection `i` comes from. */
  address(i: number): string;
  /** Connects from the attack's address number `i`. */
  call(i: number): Promise<Caller>;
  /** Connects from an address that does not belong to the attack. */
  callFrom(address: string): Promise<Caller>;
  /** Connects and joins as a guest. */
  guest(i: number, name: string): Promise<Caller>;
  /** Keeps the slowest steps of the attack for the report. */
  readonly slowest: Slowest;
}

/** A row of the table. */
export interface Attack {
  /** Its number in the table. */
  readonly row: string;
  /** What one client does, in a few words. */
  readonly title: string;
  /** Its effect on version 0.2.0. */
  readonly before: string;
  /** Returns why it is skipped, if it is. */
  readonly skipped?: (options: { quick: boolean; named: boolean }) => string | undefined;
  /** Settings of the server that differ from the shipped ones. */
  readonly server?: (directory: string) => Promise<OurOptions>;
  /** Changes the database before the server starts. */
  readonly prepare?: (dataDir: string, quick: boolean) => void;
  /** The number of clients that only read. */
  readonly readers?: (quick: boolean) => number;
  /** Whether a client logs in again and again meanwhile. Default: true. */
  readonly logins?: boolean;
  /** The longest stall allowed for the quiet client, if it differs from the usual bar. */
  readonly worstMs?: number;
  /** Whether memory has no bar, because the row itself holds thousands of connections. */
  readonly crowd?: boolean;
  readonly run: (stage: Stage) => Promise<Outcome>;
}

/** Keeps the longest time of each step. */
export class Slowest {
  readonly #times = new Map<string, number>();

  /** Runs a step and notes how long it took. */
  async time<T>(what: string, work: () => Promise<T>): Promise<T> {
    const begun = performance.now();
    const result = await work();
    const took = performance.now() - begun;
    this.#times.set(what, Math.max(took, this.#times.get(what) ?? 0));
    return result;
  }

  /** The slowest steps with their milliseconds. */
  get figures(): Record<string, number> {
    const sorted = [...this.#times].sort(([, a], [, b]) => b - a).slice(0, MOST_SHOWN);
    return Object.fromEntries(sorted.map(([what, ms]) => [`${what} ms`, Math.round(ms)]));
  }
}

const MOST_SHOWN = 4;

/** Resolves after some milliseconds. */
export function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/**
 * Runs several copies of `work` for some seconds, each again and again. A failure ends only the present run of a
 * copy.
 */
export async function repeatedly(
  seconds: number,
  copies: number,
  work: (copy: number, round: number) => Promise<void>,
): Promise<void> {
  const end = performance.now() + seconds * 1000;
  await Promise.all(Array.from({ length: copies }, async (_, copy) => {
    for (let round = 0; performance.now() < end; round++) {
      // A rejected connection is tried again, but not in a busy loop.
      await work(copy, round).catch(() => sleep(20));
    }
  }));
}

/** Runs `act` a number of times per second, for some seconds. It does not wait for replies. */
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
