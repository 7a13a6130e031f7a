// `deno task bench cluster`: what a cluster costs, beside one server without NATS in the same run. It prints each figure,
// and how it compares with what is required.
import { parseArgs } from "node:util";
import { findNatsServer } from "../../tests/support/cluster/nats_program.ts";
import { generate, type Load } from "../generate.ts";
import { cpuSeconds, median } from "../measure.ts";
import { bundle, type Server } from "../servers.ts";
import { ALONE, type Setting, withSetting } from "./nodes.ts";

/** What was measured of the servers of a setting under some load. */
interface Measured {
  readonly deliveriesPerSecond: number;
  readonly p50: number;
  readonly p99: number;
  /** Deliveries for each second of processor time of all nodes together. */
  readonly deliveriesPerCpuSecond: number;
  /** Processor time of each node but the first, in microseconds for each message. */
  readonly followerMicros: number;
}

/** A requirement: a figure of a setting under a load, and what it may be. */
interface Requirement {
  readonly what: string;
  readonly setting: Setting;
  readonly load: Load;
  readonly figure: (measured: Measured, alone: Measured) => number;
  readonly least?: number;
  readonly most?: number;
}

const CONNECTIONS = 100;
const WARM_SECONDS = 3;
const ONE_NATS: Setting = { name: "one node, one NATS server", nodes: 1, nats: 1 };
const ONE: Setting = { name: "one node, three NATS servers", nodes: 1, nats: 3 };
const THREE: Setting = { name: "three nodes, three NATS servers", nodes: 3, nats: 3 };
const SATURATED: Load = { connections: CONNECTIONS, inFlight: 64 };
const LONE: Load = { connections: CONNECTIONS, inFlight: 1 };
/** Twenty connections, of which twelve only listen, so that the messages count more than the deliveries. */
const MESSAGES: Load = { connections: 20, inFlight: 64 };

const REQUIREMENTS: readonly Requirement[] = [
  {
    what: "saturated, deliveries beside one server",
    setting: ONE_NATS,
    load: SATURATED,
    figure: ({ deliveriesPerSecond }, alone) => deliveriesPerSecond / alone.deliveriesPerSecond,
    least: 0.7,
  },
  {
    what: "a lone message, milliseconds more",
    setting: ONE,
    load: LONE,
    figure: ({ p50 }, alone) => p50 - alone.p50,
    most: 3,
  },
  {
    what: "a follower's processor time, microseconds a message",
    setting: THREE,
    load: MESSAGES,
    figure: ({ followerMicros }) => followerMicros,
    most: 40,
  },
  {
    what: "load on three nodes, deliveries per processor second",
    setting: THREE,
    load: { ...SATURATED, isSpread: true },
    figure: ({ deliveriesPerCpuSecond }, alone) =>
      deliveriesPerCpuSecond / alone.deliveriesPerCpuSecond,
    least: 0.6,
  },
];

/** Measures the requirements. @returns The exit code: 1 if one was missed, 2 if nothing could be measured. */
export async function runCluster(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      seconds: { type: "string", default: "5" },
      rounds: { type: "string", default: "3" },
    },
  });
  if (await findNatsServer() === undefined) {
    console.error("Expected nats-server 2.10.23 or newer, or Debian's tools to download it.");
    return 2;
  }
  await bundle();
  const seconds = Number(values.seconds);
  let areMet = true;
  for (const requirement of REQUIREMENTS) {
    const figures: number[] = [];
    for (let round = 0; round < Number(values.rounds); round++) {
      figures.push(await measureOnce(requirement, seconds));
    }
    areMet = judge(requirement, median(figures)) && areMet;
  }
  return areMet ? 0 : 1;
}

async function measureOnce(
  { setting, load, figure }: Requirement,
  seconds: number,
): Promise<number> {
  const alone = await measure(ALONE, { ...load, seconds });
  return figure(await measure(setting, { ...load, seconds }), alone);
}

async function measure(setting: Setting, load: Load): Promise<Measured> {
  const measured = await withSetting(setting, async (servers) => {
    const [first, ...followers] = servers as [Server, ...Server[]];
    const ports = servers.map(({ port }) => port);
    const wanted = { ...load, ...load.isSpread && { ports } };
    // Three programs would be compiled three times.
    await generate(first, "fanout", { ...wanted, seconds: WARM_SECONDS });
    const before = servers.map(({ pid }) => cpuSeconds(pid));
    const result = await generate(first, "fanout", wanted);
    const used = servers.map(({ pid }, i) => cpuSeconds(pid) - before[i]!);
    const deliveries = result["deliveriesPerSecond"]! * load.seconds!;
    const messages = deliveries / (load.connections - 1);
    const all = used.reduce((sum, each) => sum + each, 0);
    return {
      deliveriesPerSecond: result["deliveriesPerSecond"]!,
      p50: result["p50"]!,
      p99: result["p99"]!,
      deliveriesPerCpuSecond: deliveries / all,
      followerMicros: followers.length === 0
        ? 0
        : (all - used[0]!) * 1e6 / followers.length / messages,
    };
  });
  const texts = Object.entries(measured).map(([key, value]) => `${key} ${shorten(value)}`);
  const { connections, inFlight, isSpread } = load;
  const title = `${connections}/${inFlight}${isSpread ? " spread" : ""}`;
  console.log(`${title.padEnd(14)} ${setting.name.padEnd(32)} ${texts.join("  ")}`);
  return measured;
}

function judge({ what, least, most }: Requirement, figure: number): boolean {
  const isMet = figure >= (least ?? -Infinity) && figure <= (most ?? Infinity);
  const bar = least === undefined ? `at most ${most}` : `at least ${least}`;
  console.log(`${isMet ? "ok    " : "MISSED"} ${what}: ${shorten(figure)} (${bar})\n`);
  return isMet;
}

function shorten(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString("en") : value.toPrecision(3);
}
