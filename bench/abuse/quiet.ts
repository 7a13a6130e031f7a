// A process beside an attack: a quiet client that pings ten times a second, a client that logs in again and again,
// and a monitor of the server's memory. `quiet.ts JSON` prints `ready`. It prints its results when its standard
// input ends.
import { percentile, residentBytes } from "../measure.ts";
import { sleep } from "./attack.ts";
import { Caller } from "./caller.ts";
import { PASSWORD } from "./database.ts";

/** The options of the process. */
export interface QuietOptions {
  readonly port: number;
  readonly pid: number;
  readonly logins: boolean;
  /** How long to go on after the attack at least, in milliseconds. */
  readonly restMs: number;
}

/** The results. Times are in milliseconds, memory is in bytes. */
export interface QuietResult {
  readonly pings: number;
  readonly p999: number;
  readonly worst: number;
  /** Pings without an answer. */
  readonly unanswered: number;
  /** How often the quiet client was disconnected. */
  readonly cut: number;
  readonly memory: { readonly before: number; readonly peak: number; readonly after: number };
  /**
   * The time of a login without an attack, and of the slowest during it. Missing if none was tried or none
   * succeeded.
   */
  readonly loginAlone?: number;
  readonly loginWorst?: number;
  /** Logins that were refused, by error code, or `closed`. */
  readonly loginsRefused: Readonly<Record<string, number>>;
}

const PING_MS = 100;
const MEMORY_MS = 100;
const BETWEEN_LOGINS_MS = 500;
const RETURN_MS = 60_000;
/** Growth of memory that counts as none. */
export const RETURNED_BYTES = 32 * 1024 * 1024;
const LONGEST_WAIT_MS = 90_000;
const ADDRESS = "127.0.1.1";
const FIRST_ACCOUNT = 1900;
const LOGIN_ACCOUNTS = 90;

/** Sends pings at fixed times, even if the one before has not been answered. */
class Pinger {
  readonly stalls: number[] = [];
  cut = 0;
  readonly #port: number;
  readonly #sent = new Map<string, number>();
  #caller: Caller | undefined;
  #number = 0;
  #connecting = false;

  constructor(port: number) {
    this.#port = port;
  }

  async connect(): Promise<void> {
    const caller = await Caller.connect({ port: this.#port, from: ADDRESS });
    caller.wait((line) => this.#answered(line), 2 ** 31 - 1);
    caller.send({ type: "message", from: `quiet${this.#number}`, content: "" });
    caller.ended.then(() => {
      this.cut += Number(caller.cut);
      this.#sent.clear();
    });
    this.#caller = caller;
  }

  get unanswered(): number {
    return this.#sent.size;
  }

  ping(): void {
    if (this.#caller?.closed !== false) return this.#reconnect();
    const ref = `ping${this.#number++}`;
    this.#sent.set(ref, performance.now());
    this.#caller.send({ type: "ping", ref });
  }

  close(): void {
    this.#caller?.close();
  }

  #reconnect(): void {
    if (this.#connecting) return;
    this.#connecting = true;
    this.connect().catch(() => {}).finally(() => this.#connecting = false);
  }

  #answered(line: string): boolean {
    const ref = /"ref":"(ping\d+)"/.exec(line)?.[1];
    const sent = ref === undefined ? undefined : this.#sent.get(ref);
    if (sent !== undefined) {
      this.#sent.delete(ref!);
      this.stalls.push(performance.now() - sent);
    }
    return false;
  }
}

/** Logs in from a separate address over a new connection, and disconnects. */
class Logins {
  readonly times: number[] = [];
  readonly refused: Record<string, number> = {};
  readonly #port: number;
  #next = 0;

  constructor(port: number) {
    this.#port = port;
  }

  async once(): Promise<number | undefined> {
    const n = this.#next++ % LOGIN_ACCOUNTS;
    const begun = performance.now();
    let code = "closed";
    try {
      const caller = await Caller.connect({ port: this.#port, from: `127.0.3.${1 + n}` });
      const username = `user${FIRST_ACCOUNT + n}`;
      const reply = await caller.askOld({ type: "login", username, password: PASSWORD });
      caller.close();
      if (reply?.["type"] === "login") return performance.now() - begun;
      code = String(reply?.["code"] ?? "closed");
    } catch {
      code = "unreachable";
    }
    this.refused[code] = (this.refused[code] ?? 0) + 1;
    return undefined;
  }
}

async function search(port: number): Promise<void> {
  const caller = await Caller.connect({ port, from: "127.0.3.254" });
  caller.send({ type: "message", from: "searcher", content: "" });
  await caller.ask({ type: "search", query: "lesson" });
  caller.close();
}

function memoryOf(pid: number): number {
  try {
    return residentBytes(pid);
  } catch {
    return 0;
  }
}

/** Waits up to a minute until memory has returned: V8 collects garbage when it is idle. */
async function rest(
  pid: number,
  { before, restMs }: { readonly before: number; readonly restMs: number },
): Promise<void> {
  await sleep(restMs);
  const end = performance.now() + RETURN_MS;
  while (memoryOf(pid) - before > RETURNED_BYTES && performance.now() < end) await sleep(MEMORY_MS);
}

async function observe({ port, pid, logins, restMs }: QuietOptions): Promise<void> {
  const pinger = new Pinger(port);
  await pinger.connect();
  const login = new Logins(port);
  const alone: number[] = [];
  // Start the workers first, so that their memory does not count as the attack's: two logins at once, and a
  // search.
  if (logins) await Promise.all([login.once(), login.once()]);
  await search(port);
  for (let i = 0; logins && i < 4; i++) alone.push(await login.once() ?? NaN);
  const before = memoryOf(pid);
  let peak = before;
  const timers = [
    setInterval(() => pinger.ping(), PING_MS),
    setInterval(() => peak = Math.max(peak, memoryOf(pid)), MEMORY_MS),
  ];
  let running = true;
  const loggingIn = (async () => {
    while (logins && running) {
      const took = await login.once();
      if (took !== undefined) login.times.push(took);
      await sleep(BETWEEN_LOGINS_MS);
    }
  })();
  console.log("ready");
  for await (const _ of Deno.stdin.readable);
  running = false;
  await loggingIn;
  await rest(pid, { before, restMs });
  timers.forEach(clearInterval);
  const end = performance.now() + LONGEST_WAIT_MS;
  while (pinger.unanswered > 0 && performance.now() < end && memoryOf(pid) > 0) await sleep(50);
  pinger.close();
  const { stalls } = pinger;
  const result: QuietResult = {
    pings: stalls.length,
    p999: percentile(stalls, 0.999),
    worst: percentile(stalls, 1),
    unanswered: pinger.unanswered,
    cut: pinger.cut,
    memory: { before, peak, after: memoryOf(pid) },
    ...(logins ? { loginAlone: percentile(alone, 0.5) } : {}),
    ...(login.times.length > 0 ? { loginWorst: Math.max(...login.times) } : {}),
    loginsRefused: login.refused,
  };
  console.log(JSON.stringify(result));
}

if (import.meta.main) {
  await observe(JSON.parse(Deno.args[0] ?? "{}"));
  Deno.exit(0);
}
