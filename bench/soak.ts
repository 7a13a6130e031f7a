// `deno task soak [MINUTES]`: clients connect, chat and disconnect for minutes. Memory must not grow, and no
// handle may be left open.
import { median, openFiles, residentBytes } from "./measure.ts";
import { bundle, startOurs } from "./servers.ts";
import { CLASSCORD, Wire } from "./wire.ts";

const minutes = Number(Deno.args[0] ?? 5);
const AT_ONCE = 50;
const ACCOUNT_EVERY = 20;
const SAMPLE_MS = 2_000;
/** How much memory the last quarter may use, as a multiple of the second one. */
const MOST_GROWTH = 1.15;

let number = 0;
let visits = 0;
let running = true;

/** One client: joins, sometimes with an account, sends a message, and leaves, with or without a proper close. */
async function visit(port: number, id = number++): Promise<void> {
  const wire = await Wire.connect(port, CLASSCORD);
  if (id % ACCOUNT_EVERY === 0) {
    const account = JSON.stringify({ username: `soak${id}`, password: "1234" }).slice(1);
    await wire.send(`{"type":"register",${account}\n{"type":"login",${account}\n`);
  } else {
    await wire.send(CLASSCORD.join(`guest${id}`));
  }
  for (let i = 0; i < 10; i++) await wire.send(CLASSCORD.broadcast(`message ${i} of ${id}`));
  await wire.send('not json\n{"type":"users"}\n');
  if (id % 3 !== 0) await wire.settle();
  wire.close();
  await wire.ended;
  visits++;
}

async function visitAgain(port: number): Promise<void> {
  while (running) await visit(port);
}

await bundle();
const server = await startOurs();
// Two logins at once start all password workers, which keep handles open.
const warmUp = [0, ACCOUNT_EVERY].map((id) => visit(server.port, id));
await Promise.all(warmUp);
number = ACCOUNT_EVERY + 1;
const handles = openFiles(server.pid);
const samples: number[] = [];
const crowd = Array.from({ length: AT_ONCE }, () => visitAgain(server.port));
const end = performance.now() + minutes * 60_000;
while (performance.now() < end) {
  await new Promise((resolve) => setTimeout(resolve, SAMPLE_MS));
  samples.push(residentBytes(server.pid));
}
running = false;
await Promise.all(crowd);
let left = openFiles(server.pid) - handles;
for (let i = 0; i < 50 && left > 0; i++) {
  await new Promise((resolve) => setTimeout(resolve, 100));
  left = openFiles(server.pid) - handles;
}
await server.stop();

const quarter = Math.floor(samples.length / 4);
const growth = median(samples.slice(-quarter)) / median(samples.slice(quarter, 2 * quarter));
const mebibytes = (bytes: number) => `${Math.round(bytes / 2 ** 20)} MiB`;
console.log(
  `${visits} visits in ${minutes} min; memory ${mebibytes(samples[0]!)} at first, ` +
    `${mebibytes(samples.at(-1)!)} at last, growth ${
      growth.toFixed(3)
    }; handles left open: ${left}`,
);
if (growth > MOST_GROWTH || left > 0) {
  console.error(`Expected growth of at most ${MOST_GROWTH} and no handle left open.`);
  Deno.exit(1);
}
