// The load generator, which runs as a separate process: `load.ts SCENARIO JSON` prints one line of JSON.
import { cpuUsage } from "node:process";
import { percentile } from "./measure.ts";
import { framesOf, upgrade } from "./frames.ts";
import { CLASSCORD, type Dialect, IRC, joinAll, PAGE, Wire } from "./wire.ts";

/** The options of a scenario. */
export interface LoadOptions {
  readonly port: number;
  /** With `isSpread`, the ports among which the connections are divided. */
  readonly ports?: readonly number[];
  readonly isSpread?: boolean;
  readonly protocol: "classcord" | "irc" | "page";
  /** The number of connections. */
  readonly connections: number;
  /** How many messages may be in flight at once. */
  readonly inFlight?: number;
  readonly seconds?: number;
}

/** The results of a generator. Times are in milliseconds. */
export interface LoadResult {
  readonly deliveriesPerSecond?: number;
  readonly p50?: number;
  readonly p99?: number;
  readonly max?: number;
  /** Deliveries to the connection that received the fewest, as a share of the mean. */
  readonly worstShare?: number;
  readonly elapsed?: number;
  readonly lines?: number;
  readonly bytes?: number;
  /** CPU time of the generator, as a share of one core. */
  readonly generatorCpu?: number;
}

const SENDERS = 8;
const PAYLOAD = 40;
const LAZY_MS = 5;
/** Connections whose latency is measured in a saturated channel. */
const OBSERVERS = 10;

function dialectOf({ protocol }: LoadOptions): Dialect {
  return { classcord: CLASSCORD, irc: IRC, page: PAGE }[protocol];
}

function names(count: number): string[] {
  return Array.from({ length: count }, (_, i) => `g${i}`);
}

/** Returns the present time, padded to the size of the payload. */
function stamp(): string {
  return `t${performance.now().toFixed(3)};`.padEnd(PAYLOAD, "x");
}

const decoder = new TextDecoder("latin1");

/** Returns the milliseconds since the newest message of a chunk was sent. */
function latencyOf(chunk: Uint8Array): number | undefined {
  const sent = /t(\d+\.\d{3});x*(?!.*t\d+\.\d{3};)/.exec(decoder.decode(chunk.subarray(-300)));
  return sent === null ? undefined : performance.now() - Number(sent[1]);
}

/** Creates a shared timer; `next` resolves at its next tick. */
function createTicker(milliseconds: number): { next(): Promise<void>; stop(): void } {
  let tick = Promise.withResolvers<void>();
  const timer = setInterval(() => {
    tick.resolve();
    tick = Promise.withResolvers();
  }, milliseconds);
  return {
    next: () => tick.promise,
    stop() {
      clearInterval(timer);
      tick.resolve();
    },
  };
}

/** What {@linkcode saturate} needs to know about a scenario. */
interface Flow {
  readonly senders: readonly Wire[];
  /** Returns the next message of a sender, given by its index. */
  readonly line: (sender: number) => string;
  /** A message counts as delivered when each of these connections has it. */
  readonly observers: readonly Wire[];
  /** How many of the observers receive a message. */
  readonly copies: number;
  readonly inFlight: number;
  readonly seconds: number;
}

/**
 * Keeps messages in flight for some seconds. Observers read at once. In a saturated channel the other connections
 * read every few milliseconds, so that the generator is not the bottleneck.
 */
async function saturate(wires: readonly Wire[], flow: Flow): Promise<LoadResult> {
  const { senders, line, observers, copies, inFlight, seconds } = flow;
  const latencies: number[] = [];
  const ticker = createTicker(LAZY_MS);
  const sentBy = new Map<Wire, number>();
  let sent = 0;
  let observed = 0;
  let running = true;

  function refill(): void {
    while (running && sent - Math.floor(observed / copies) < inFlight) {
      const index = sent++ % senders.length;
      const sender = senders[index]!;
      sentBy.set(sender, (sentBy.get(sender) ?? 0) + 1);
      sender.send(line(index));
    }
  }

  for (const wire of wires) {
    if (observers.includes(wire)) {
      wire.watch((chunk, lines) => {
        observed += lines;
        const latency = latencyOf(chunk);
        if (latency !== undefined) latencies.push(latency);
        refill();
      });
    } else {
      wire.watch(() => {}, () => ticker.next());
    }
  }
  const total = () => wires.reduce((sum, { lines }) => sum + lines, 0);
  const cpu = cpuUsage();
  const begun = performance.now();
  refill();
  await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  const elapsed = (performance.now() - begun) / 1000;
  const used = cpuUsage(cpu);
  const counted = total();
  running = false;
  await untilQuiet(total);
  ticker.stop();
  // A sender receives no copy of its own messages, so they count as received.
  const shares = wires.map((wire) => wire.lines + (copies === 1 ? 0 : sentBy.get(wire) ?? 0));
  return {
    deliveriesPerSecond: counted / elapsed,
    p50: percentile(latencies, 0.5),
    p99: percentile(latencies, 0.99),
    max: percentile(latencies, 1),
    worstShare: Math.min(...shares) / (shares.reduce((sum, n) => sum + n, 0) / shares.length),
    generatorCpu: (used.user + used.system) / 1e6 / elapsed,
  };
}

async function untilQuiet(total: () => number): Promise<void> {
  for (let before = -1; before !== total();) {
    before = total();
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
}

/** Every connection receives the messages of all others. */
async function fanout(options: LoadOptions): Promise<LoadResult> {
  const { inFlight = 1, seconds = 5, connections } = options;
  const dialect = dialectOf(options);
  const { port, ports = [port] } = options;
  const wires = await joinAll(ports, dialect, names(connections));
  const listeners = wires.slice(SENDERS);
  const step = Math.floor(listeners.length / OBSERVERS);
  const observers = inFlight > 1 ? listeners.filter((_, i) => i % step === 0) : listeners;
  const result = await saturate(wires, {
    senders: wires.slice(0, SENDERS),
    line: () => dialect.broadcast(stamp()),
    observers,
    copies: observers.length,
    inFlight,
    seconds,
  });
  wires.forEach((wire) => wire.close());
  return result;
}

/** Pairs of connections write to each other. */
async function pairs(options: LoadOptions): Promise<LoadResult> {
  const { inFlight = 1, seconds = 5, connections } = options;
  const dialect = dialectOf(options);
  const wires = await joinAll([options.port], dialect, names(connections));
  const result = await saturate(wires, {
    senders: wires,
    line: (sender) => dialect.direct(`g${sender ^ 1}`, stamp()),
    observers: wires,
    copies: 1,
    inFlight,
    seconds,
  });
  wires.forEach((wire) => wire.close());
  return result;
}

/** All connections join at once. Measures the time until each has received all joins. */
async function joinStorm(options: LoadOptions): Promise<LoadResult> {
  const dialect = dialectOf(options);
  const cpu = cpuUsage();
  const begun = performance.now();
  const wires = await Promise.all(
    names(options.connections).map(async (name) => {
      const wire = await Wire.connect(options.port, dialect);
      await wire.send(dialect.join(name));
      return wire;
    }),
  );
  await Promise.all(wires.map((wire) => wire.settle()));
  // Presence may still have been on its way when the last probe was answered.
  await Promise.all(wires.map((wire) => wire.settle()));
  const elapsed = performance.now() - begun;
  const used = cpuUsage(cpu);
  const result = {
    elapsed,
    lines: wires.reduce((sum, { lines }) => sum + lines, 0),
    bytes: wires.reduce((sum, { bytes }) => sum + bytes, 0),
    generatorCpu: (used.user + used.system) / 1e3 / elapsed,
  };
  wires.forEach((wire) => wire.close());
  return result;
}

/** Accounts `user0`, `user1`, … log in at once while ten guests chat. */
async function loginStorm(options: LoadOptions): Promise<LoadResult> {
  const chatters = await joinAll([options.port], CLASSCORD, names(10));
  const latencies: number[] = [];
  for (const wire of chatters) {
    wire.watch((chunk) => {
      const latency = latencyOf(chunk);
      if (latency !== undefined) latencies.push(latency);
    });
  }
  const talk = setInterval(() => chatters[0]!.send(CLASSCORD.broadcast(stamp())), 20);
  const begun = performance.now();
  const wires = await Promise.all(
    Array.from({ length: options.connections }, async (_, i) => {
      const wire = await Wire.connect(options.port, CLASSCORD);
      const answered = Promise.withResolvers<void>();
      let text = "";
      wire.watch((chunk) => {
        text += decoder.decode(chunk);
        if (text.includes('"type":"login","status":"ok"')) answered.resolve();
        else if (text.includes('"error"')) answered.reject(new Error(text));
      });
      const request = { type: "login", username: `user${i}`, password: "motdepasse" };
      await wire.send(`${JSON.stringify(request)}\n`);
      await answered.promise;
      wire.watch(() => {});
      return wire;
    }),
  );
  const elapsed = performance.now() - begun;
  clearInterval(talk);
  const p99 = percentile(latencies, 0.99);
  [...wires, ...chatters].forEach((wire) => wire.close());
  return { elapsed, p50: percentile(latencies, 0.5), p99, max: percentile(latencies, 1) };
}

/** Connections do nothing until standard input closes. */
async function idle(options: LoadOptions): Promise<LoadResult> {
  const wires: Deno.TcpConn[] = [];
  const isPage = options.protocol === "page";
  const ping = '{"type":"ping"}\n';
  const bytes = isPage ? framesOf(ping) : new TextEncoder().encode(ping);
  const buffer = new Uint8Array(64);
  // A browser sends its request as soon as it is connected.
  const open = async () => {
    const wire = await Deno.connect({ port: options.port });
    if (isPage) await upgrade(wire);
    return wire;
  };
  while (wires.length < options.connections) {
    wires.push(...await Promise.all(Array.from({ length: 100 }, open)));
  }
  // After one round trip each, the server has accepted the connection and read from it.
  for (const wire of wires) {
    await wire.write(bytes);
    await wire.read(buffer);
  }
  console.log("{}");
  for await (const _ of Deno.stdin.readable);
  wires.forEach((wire) => wire.close());
  return {};
}

const SCENARIOS: Record<string, (options: LoadOptions) => Promise<LoadResult>> = {
  fanout,
  pairs,
  joinStorm,
  loginStorm,
  idle,
};

/** The names of the scenarios. */
export type Scenario = "fanout" | "pairs" | "joinStorm" | "loginStorm" | "idle";

if (import.meta.main) {
  const [scenario = "", options = "{}"] = Deno.args;
  const result = await SCENARIOS[scenario]!(JSON.parse(options));
  console.log(JSON.stringify(result));
  Deno.exit(0);
}
