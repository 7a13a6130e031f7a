// Runs one row: a server with the shipped limits, quiet clients beside it, and the attack.
import { openFiles } from "../measure.ts";
import { freePort, type Server, startOurs } from "../servers.ts";
import { type Attack, type Outcome, sleep, Slowest, type Stage } from "./attack.ts";
import { Caller } from "./caller.ts";
import { copyOf } from "./database.ts";
import type { QuietOptions, QuietResult } from "./quiet.ts";
import type { ReadersOptions, ReadersResult } from "./readers.ts";

/** How to run rows. */
export interface RunOptions {
  /** Directory of the prepared database. */
  readonly prepared: string;
  readonly seconds: number;
  readonly quick: boolean;
  /** How many addresses attack. */
  readonly addresses: number;
}

/** The measurements of a row. Times are in milliseconds, sizes are in bytes. */
export interface Measured extends Outcome {
  readonly quiet: QuietResult;
  readonly readers: ReadersResult & { readonly count: number };
  /** Connections that the server ended, by its reasons. */
  readonly ended: Readonly<Record<string, number>>;
  readonly elapsed: number;
  readonly logBytes: number;
  /** Growth of everything except the log in the data directory. */
  readonly databaseBytes: number;
  readonly descriptors: number;
  readonly lives: boolean;
}

const REST_MS = { quick: 1_000, full: 10_000 };

/** Runs a row. */
export async function runAttack(attack: Attack, options: RunOptions): Promise<Measured> {
  const { prepared, quick } = options;
  const dataDir = await copyOf(prepared);
  try {
    attack.prepare?.(dataDir, quick);
    const metricsPort = freePort();
    const own = await attack.server?.(dataDir) ?? {};
    const server = await startOurs({ shippedLimits: true, dataDir, metricsPort, ...own });
    try {
      const tlsPort = Number(own.environment?.["CLASSCORD_TLS_PORT"] ?? 0);
      return await measure(attack, { ...options, server, dataDir, metricsPort, tlsPort });
    } finally {
      await server.stop();
    }
  } finally {
    Deno.removeSync(dataDir, { recursive: true });
  }
}

interface Place extends RunOptions {
  readonly server: Server;
  readonly dataDir: string;
  readonly metricsPort: number;
  readonly tlsPort: number;
}

async function measure(attack: Attack, place: Place): Promise<Measured> {
  const { server, dataDir, quick } = place;
  const { port, pid } = server;
  const count = attack.readers?.(quick) ?? 20;
  const readers = await Beside.start<ReadersResult>("readers.ts", { port, count });
  const restMs = quick ? REST_MS.quick : REST_MS.full;
  const logins = attack.logins !== false;
  const quiet = await Beside.start<QuietResult>("quiet.ts", { port, pid, logins, restMs });
  let lives = true;
  server.ended.then(() => lives = false);
  const before = { ended: await endings(port), sizes: sizesIn(dataDir) };
  const stage = createStage(place, () => lives);
  const begun = performance.now();
  const outcome = await attack.run(stage).catch(failed);
  const elapsed = performance.now() - begun;
  const descriptors = lives ? openFiles(pid) : 0;
  const found = await quiet.end();
  const sizes = sizesIn(dataDir);
  return {
    figures: { ...stage.slowest.figures, ...outcome.figures },
    missed: outcome.missed ?? [],
    quiet: found,
    ended: difference(await endings(port), before.ended),
    readers: { ...await readers.end(), count },
    elapsed,
    logBytes: sizes.log - before.sizes.log,
    databaseBytes: sizes.other - before.sizes.other,
    descriptors,
    lives,
  };
}

// The attack may fail because the server has ended or rejects its connections. What the others noticed still
// counts.
function failed(error: unknown): Outcome {
  const why = error instanceof Error ? error.message : String(error);
  return { figures: {}, missed: [`the attack ran to its end: ${why}`] };
}

function createStage(place: Place, alive: () => boolean): Stage {
  const { server, dataDir, metricsPort, tlsPort, seconds, quick, addresses } = place;
  const { port } = server;
  const address = (i: number) => `127.0.66.${1 + i % addresses}`;
  const callFrom = (from: string) => Caller.connect({ port, from });
  const call = (i: number) => callFrom(address(i));
  return {
    port,
    metricsPort,
    tlsPort,
    dataDir,
    seconds,
    addresses,
    quick,
    alive,
    address,
    call,
    callFrom,
    async guest(i, name) {
      const caller = await call(i);
      caller.send({ type: "message", from: name, content: "" });
      await caller.settle();
      return caller;
    },
    slowest: new Slowest(),
  };
}

/** A process that runs beside the attack until it is stopped. */
class Beside<Result> {
  readonly #child: Deno.ChildProcess;
  readonly #output: ReadableStreamDefaultReader<string>;

  private constructor(child: Deno.ChildProcess) {
    this.#child = child;
    this.#output = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  }

  static async start<Result>(
    file: "quiet.ts" | "readers.ts",
    options: QuietOptions | ReadersOptions,
  ): Promise<Beside<Result>> {
    const child = new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", new URL(file, import.meta.url).pathname, JSON.stringify(options)],
      stdin: "piped",
      stdout: "piped",
      stderr: "inherit",
    }).spawn();
    const beside = new Beside<Result>(child);
    const { value } = await beside.#output.read();
    if (!value?.startsWith("ready")) throw new Error(`${file} could not start`);
    return beside;
  }

  async end(): Promise<Result> {
    await this.#child.stdin.close();
    let text = "";
    for (;;) {
      const { value, done } = await this.#output.read();
      if (done) break;
      text += value;
    }
    await this.#child.status;
    return JSON.parse(text);
  }
}

/** Returns how many connections the server ended, by reason, from its metrics. */
async function endings(port: number): Promise<Record<string, number>> {
  try {
    const conn = await Deno.connect({ hostname: "127.0.0.1", port });
    await conn.write(new TextEncoder().encode("GET_METRICS"));
    const text = await new Response(conn.readable).text();
    const found = text.matchAll(
      /^classcord_disconnections_total\{reason="(\w+)"\} (\d+)$/gm,
    );
    return Object.fromEntries([...found].map(([, reason, count]) => [reason!, Number(count)]));
  } catch {
    return {};
  }
}

const ORDINARY = new Set(["client", "metrics"]);

function difference(
  after: Record<string, number>,
  before: Record<string, number>,
): Record<string, number> {
  return Object.fromEntries(
    Object.entries(after).map(([reason, count]) => [reason, count - (before[reason] ?? 0)] as const)
      .filter(([reason, count]) => count > 0 && !ORDINARY.has(reason)),
  );
}

/** Returns the bytes of the log in a data directory, and of everything else. */
export function sizesIn(directory: string): { log: number; other: number } {
  const sizes = { log: 0, other: 0 };
  for (const { name, isFile } of Deno.readDirSync(directory)) {
    if (!isFile) continue;
    const { size } = Deno.statSync(`${directory}/${name}`);
    sizes[name.includes(".log") ? "log" : "other"] += size;
  }
  return sizes;
}

/** Waits until a condition holds, or for some seconds. @returns Whether it holds. */
export async function until(seconds: number, holds: () => boolean | Promise<boolean>) {
  const end = performance.now() + seconds * 1000;
  while (performance.now() < end) {
    if (await holds()) return true;
    await sleep(100);
  }
  return await holds();
}
