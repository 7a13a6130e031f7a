// `deno task bench:web` measures what the page costs: deliveries and idle connections, compared with TCP clients in the
// same run, the first load, the size and the start of the program, and scrolling through 10,000 messages in Chromium.
import { parseArgs } from "node:util";
import { seed } from "../tests/web/seed.ts";
import { launch } from "../tests/web/browser.ts";
import { findProgram } from "../tests/support/programs.ts";
import { checkFirstLoad } from "./first_load.ts";
import { generate, measureIdle } from "./generate.ts";
import { median, percentile } from "./measure.ts";
import { addedBytes, startTimes } from "./page_costs.ts";
import { retainedBytes } from "./retained.ts";
import { bundle, type Server, startOurs } from "./servers.ts";

const { values: options, positionals: wanted } = parseArgs({
  args: Deno.args,
  allowPositionals: true,
  options: {
    seconds: { type: "string", default: "5" },
    rounds: { type: "string", default: "3" },
    connections: { type: "string", default: "9000" },
    starts: { type: "string", default: "10" },
  },
});
const seconds = Number(options.seconds);
const rounds = Number(options.rounds);
const PROTOCOLS = ["classcord", "page"] as const;
const CLIENTS = 300;

/** A figure and its maximum. */
interface Verdict {
  readonly what: string;
  readonly value: number;
  readonly most: number;
  readonly unit: string;
}

function tell({ what, value, most, unit }: Verdict): boolean {
  const isWithin = value <= most;
  console.log(
    `${isWithin ? "ok  " : "FAIL"} ${what}: ${value.toFixed(2)} ${unit}, at most ${most}`,
  );
  return isWithin;
}

/** Measures a figure with TCP clients and with pages in turn, for several rounds. @returns The medians. */
async function both(
  measure: (server: Server, protocol: typeof PROTOCOLS[number]) => Promise<number>,
): Promise<[lines: number, page: number]> {
  const all: Record<string, number[]> = { classcord: [], page: [] };
  for (let round = 0; round < rounds; round++) {
    for (const protocol of PROTOCOLS) {
      const server = await startOurs();
      try {
        all[protocol]!.push(await measure(server, protocol));
      } finally {
        await server.stop();
      }
    }
  }
  return [median(all["classcord"]!), median(all["page"]!)];
}

/** Scrolls up to the first message, by 400 pixels per frame. @returns The milliseconds between frames. */
const SCROLL = `new Promise((resolve) => {
  const log = document.querySelector(".log");
  const times = [];
  let last;
  const frame = (now) => {
    if (last !== undefined) times.push(now - last);
    last = now;
    const [first] = document.querySelectorAll("article[data-id]");
    if (Number(first.dataset.id) === 1 && log.scrollTop < 1) return resolve(times);
    log.scrollTop -= 400;
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
})`;

const SCENARIOS: Record<string, () => Promise<boolean>> = {
  "first-load": checkFirstLoad,

  size: () => {
    const value = addedBytes() / 1000;
    const what = "the page in the executable";
    return Promise.resolve(tell({ what, value, most: 600, unit: "kB" }));
  },

  async start() {
    const { withPage, without } = await startTimes(Number(options.starts));
    console.log(`     ${withPage.toFixed(1)} ms with the page, ${without.toFixed(1)} without`);
    return tell({
      what: "the start of the server with the page, later than without",
      value: withPage - without,
      most: 20,
      unit: "ms",
    });
  },

  async fanout() {
    let good = true;
    for (const inFlight of [64, 1]) {
      const [lines, page] = await both(async (server, protocol) => {
        const load = { protocol, connections: CLIENTS, inFlight, seconds };
        return (await generate(server, "fanout", load))["cpuMicrosPerDelivery"]!;
      });
      console.log(
        `     ${CLIENTS}/${inFlight}: ${lines.toFixed(3)} µs by TCP, ${page.toFixed(3)} by pages`,
      );
      // The limit applies to a saturated room. A single message in flight is only printed for comparison.
      const most = inFlight === 1 ? Infinity : 1.25;
      const what = `CPU of a delivery to ${CLIENTS} pages, ${inFlight} in flight, over TCP's`;
      good = tell({ what, value: page / lines, most, unit: "times" }) && good;
    }
    return good;
  },

  async idle() {
    const connections = Number(options.connections);
    const [lines, page] = await both(async (server, protocol) =>
      (await measureIdle(server, connections, protocol))["kibPerConnection"]!
    );
    // The process may keep memory of the handshakes' garbage, so the limit applies to the retained bytes.
    console.log(
      `     ${connections} idle: ${lines.toFixed(2)} KiB resident by TCP, ${
        page.toFixed(2)
      } by pages`,
    );
    const held = async (protocol: typeof PROTOCOLS[number]) =>
      await retainedBytes(protocol, connections) / 1024;
    const [byLines, byPages] = [await held("classcord"), await held("page")];
    console.log(`     ${byLines.toFixed(2)} KiB held by TCP, ${byPages.toFixed(2)} by pages`);
    return tell({
      what: "an idle page above TCP",
      value: byPages - byLines,
      most: 1.5,
      unit: "KiB",
    });
  },

  async scroll() {
    if (findProgram("chromium") === undefined) {
      console.log("skip scrolling: needs chromium");
      return true;
    }
    const dataDir = Deno.makeTempDirSync({ prefix: "classcord-bench-" });
    seed(dataDir, 10_000, (number) => `message ${number}: ${"mot ".repeat(number % 30)}`);
    const server = await startOurs({ dataDir });
    const browser = await launch();
    try {
      const page = await browser.newPage({ locale: "en-US" });
      const begun = performance.now();
      await page.goto(`http://127.0.0.1:${server.port}/`);
      await page.locator("main.door form input").first().waitFor();
      console.log(`     ready to type after ${Math.round(performance.now() - begun)} ms`);
      await page.locator("main.door form input").first().fill("Léa");
      await page.locator("main.door form button[type=submit]").click();
      await page.locator("[role=log] article[data-id]").last().waitFor();
      const times = await page.evaluate<number[]>(SCROLL);
      console.log(
        `     10,000 messages: ${times.length} frames, p95 ${
          percentile(times, 0.95).toFixed(1)
        } ms`,
      );
      return tell({
        what: "a frame while scrolling through 10,000 messages",
        value: median(times),
        most: 17,
        unit: "ms",
      });
    } finally {
      await browser.close();
      await server.stop();
      Deno.removeSync(dataDir, { recursive: true });
    }
  },
};

const unknown = wanted.filter((name) => !Object.hasOwn(SCENARIOS, name));
if (unknown.length > 0) {
  console.error(`Expected scenarios among ${Object.keys(SCENARIOS).join(", ")}, got ${unknown}.`);
  Deno.exit(2);
}
await bundle();
let good = true;
for (const name of wanted.length > 0 ? wanted : Object.keys(SCENARIOS)) {
  good = await SCENARIOS[name]!() && good;
}
Deno.exit(good ? 0 : 1);
