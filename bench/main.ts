// `deno task bench`: measures the server, a baseline and, if it is installed, ngIRCd in one run, and prints
// ratios. `deno task bench fanout idle` runs only some scenarios; `deno task bench abuse` runs bench/abuse,
// and `deno task bench cluster` bench/cluster.
import { parseArgs } from "node:util";
import { formatHash, HASH_BYTES, SALT_BYTES } from "../lib/auth/password_hash.ts";
import { loadArgon2id } from "../lib/auth/argon2.ts";
import { nameKey } from "../lib/protocol/names.ts";
import { AccountStore } from "../lib/store/accounts.ts";
import { openDatabase } from "../lib/store/database.ts";
import { MessageStore } from "../lib/store/messages.ts";
import { generate, measureIdle } from "./generate.ts";
import { median } from "./measure.ts";
import {
  bundle,
  type Server,
  startNaive,
  startNgircd,
  startOurs,
  startUnstored,
} from "./servers.ts";

/** A measurement of one server in one scenario. */
interface Row {
  readonly scenario: string;
  readonly server: string;
  readonly figures: Record<string, number>;
}

if (Deno.args[0] === "abuse") {
  const { runAbuse } = await import("./abuse/main.ts");
  Deno.exit(await runAbuse(Deno.args.slice(1)));
}
if (Deno.args[0] === "cluster") {
  const { runCluster } = await import("./cluster/main.ts");
  Deno.exit(await runCluster(Deno.args.slice(1)));
}
const { values: options, positionals: wanted } = parseArgs({
  args: Deno.args,
  allowPositionals: true,
  options: {
    seconds: { type: "string", default: "5" },
    rounds: { type: "string", default: "3" },
    json: { type: "string", default: "bench/result.json" },
    check: { type: "boolean", default: false },
  },
});
const seconds = Number(options.seconds);
const rounds = Number(options.rounds);
const rows: Row[] = [];

/** Measures several servers in turn, for some rounds, and keeps the medians. */
async function compare(
  name: string,
  starts: readonly (() => Promise<Server | undefined>)[],
  measure: (server: Server) => Promise<Record<string, number>>,
): Promise<void> {
  const all = new Map<string, Record<string, number>[]>();
  for (let round = 0; round < rounds; round++) {
    for (const start of starts) {
      const server = await start();
      if (server === undefined) continue;
      try {
        const figures = await measure(server);
        all.set(server.name, [...all.get(server.name) ?? [], figures]);
      } finally {
        await server.stop();
      }
    }
  }
  for (const [server, measured] of all) {
    const keys = Object.keys(measured[0]!);
    const figures = Object.fromEntries(
      keys.map((key) => [key, median(measured.map((each) => each[key] ?? 0))]),
    );
    add({ scenario: name, server, figures });
  }
}

function add(row: Row): void {
  rows.push(row);
  const figures = Object.entries(row.figures).map(([key, value]) => `${key} ${shorten(value)}`);
  console.log(`${row.scenario.padEnd(22)} ${row.server.padEnd(16)} ${figures.join("  ")}`);
}

function shorten(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString("en") : value.toPrecision(3);
}

const ours = () => startOurs();
const everyone = [ours, startNaive, startNgircd];

const SCENARIOS: Record<string, () => Promise<void>> = {
  async fanout() {
    for (const connections of [100, 300, 1000]) {
      for (const inFlight of [64, 1]) {
        await compare(
          `fanout ${connections}/${inFlight}`,
          everyone,
          (server) => generate(server, "fanout", { connections, inFlight, seconds }),
        );
      }
    }
  },
  async rooms() {
    await compare(
      "rooms 100 pairs",
      [ours],
      (server) => generate(server, "pairs", { connections: 200, inFlight: 64, seconds }),
    );
  },
  async "join-storm"() {
    for (const connections of [250, 500, 1000]) {
      await compare(
        `join-storm ${connections}`,
        [ours, startNaive],
        (server) => generate(server, "joinStorm", { connections }),
      );
    }
  },
  async "login-storm"() {
    const dataDir = Deno.makeTempDirSync({ prefix: "classcord-bench-" });
    await addAccounts(dataDir, 500);
    await compare(
      "login-storm 500",
      [() => startOurs({ dataDir })],
      (server) => generate(server, "loginStorm", { connections: 500 }),
    );
    Deno.removeSync(dataDir, { recursive: true });
  },
  async idle() {
    for (const connections of [1000, 5000, 10_000]) {
      await compare(`idle ${connections}`, [ours], (server) => measureIdle(server, connections));
    }
  },
  async store() {
    await compare(
      "store 300/64",
      [ours, startUnstored],
      (server) => generate(server, "fanout", { connections: 300, inFlight: 64, seconds }),
    );
    const dataDir = Deno.makeTempDirSync({ prefix: "classcord-bench-" });
    for (const messages of [0, 1_000_000]) {
      addMessages(dataDir, messages);
      await compare(`start ${messages}`, [() => startOurs({ dataDir })], ({ startMs }) => {
        return Promise.resolve({ startMs });
      });
    }
    Deno.removeSync(dataDir, { recursive: true });
  },
};

async function addAccounts(dataDir: string, count: number): Promise<void> {
  const database = openDatabase(dataDir, { synchronous: "normal" });
  const store = new AccountStore(database);
  const argon2id = await loadArgon2id();
  const cost = { memoryKib: 19_456, iterations: 2, parallelism: 1 };
  const salt = crypto.getRandomValues(new Uint8Array(SALT_BYTES));
  const hash = argon2id({ ...cost, salt, password: new TextEncoder().encode("motdepasse") });
  if (hash.length !== HASH_BYTES) throw new Error("unexpected length of a hash");
  const passwordHash = formatHash({ ...cost, salt, hash });
  for (let i = 0; i < count; i++) {
    const name = `user${i}`;
    store.create({ name, key: nameKey(name), passwordHash, now: Date.now() });
  }
  database.close();
}

function addMessages(dataDir: string, count: number): void {
  const database = openDatabase(dataDir, { synchronous: "normal" });
  const store = new MessageStore(database);
  const message = {
    sentAt: Date.now(),
    subtype: "global",
    sender: "alice",
    senderAccount: null,
    recipient: null,
    recipientAccount: null,
    channel: "#général",
    content: "x".repeat(40),
    extra: null,
  } as const;
  for (let i = 0; i < count; i += 10_000) store.append(Array(10_000).fill(message));
  database.close();
}

/** Returns our figures divided by the other server's, where both were measured. */
function ratios(): string[] {
  return rows.filter(({ server }) => server !== "classcord").flatMap(
    ({ scenario, server, figures }) => {
      const mine = rows.find((row) => row.server === "classcord" && row.scenario === scenario);
      return Object.entries(figures).filter(([key]) => COMPARED.has(key)).map(([key, value]) =>
        `${scenario.padEnd(22)} classcord / ${server.padEnd(16)} ${key.padEnd(22)} ${
          ((mine?.figures[key] ?? NaN) / value).toFixed(2)
        }`
      );
    },
  );
}

const COMPARED = new Set(["deliveriesPerSecond", "cpuMicrosPerDelivery", "elapsed"]);

if (options.check) {
  const { check } = await import("./check.ts");
  const { checkAbuse } = await import("./abuse/counted/main.ts");
  const { checkFirstLoad } = await import("./first_load.ts");
  const delivery = wanted.length > 0 || await check();
  const page = wanted.length > 0 || await checkFirstLoad();
  const abuse = await checkAbuse(wanted);
  Deno.exit(delivery && page && abuse ? 0 : 1);
}
await bundle();
const unknown = wanted.filter((name) => !Object.hasOwn(SCENARIOS, name));
if (unknown.length > 0) {
  console.error(`Expected scenarios among ${Object.keys(SCENARIOS).join(", ")}, got ${unknown}.`);
  Deno.exit(2);
}
for (const name of wanted.length > 0 ? wanted : Object.keys(SCENARIOS)) await SCENARIOS[name]!();
console.log(`\n${ratios().join("\n")}`);
Deno.writeTextFileSync(
  options.json,
  `${
    JSON.stringify({ deno: Deno.version.deno, cores: navigator.hardwareConcurrency, rows }, null, 2)
  }\n`,
);
