// Row 18: a client that vanishes without a packet, as when a cable is pulled. The cable is a pair of virtual
// Ethernet devices, one of them in a network namespace. Requires root and `ip`.
import { type Attack, type Outcome, sleep, type Stage } from "./attack.ts";
import { Caller } from "./caller.ts";
import { PASSWORD } from "./database.ts";
import { until } from "./stage.ts";

/** A dead peer must be detected within this many seconds. */
const LONGEST_SECONDS = 120;
const GIVE_UP_SECONDS = 150;
const SPACE = "classcord-abuse";
const NEAR = "10.203.77.1";
const FAR = "10.203.77.2";

async function run(stage: Stage): Promise<Outcome> {
  await lay();
  try {
    const idle = await vanish(stage, { login: false, busy: false });
    const busy = await vanish(stage, { login: true, busy: true });
    const figures = {
      "idle guest found after s": idle.seconds,
      "with unacknowledged data found after s": busy.seconds,
      "name of the guest who returns": idle.name,
      "mail kept": busy.kept ? "yes" : "no",
    };
    const missed = [
      ...[idle, busy].some(({ seconds }) => seconds > LONGEST_SECONDS)
        ? [`a dead peer is found within ${LONGEST_SECONDS} s`]
        : [],
      ...(idle.name === "marie" ? [] : ["a guest who returns has the same name"]),
      ...(busy.kept ? [] : ["a message to a dead peer returns to the mail"]),
    ];
    return { figures, missed };
  } finally {
    await ip(`netns delete ${SPACE}`);
  }
}

interface Vanishing {
  /** Whether it logs in to an account. */
  readonly login: boolean;
  /** Whether a private message is sent to it after it has vanished. */
  readonly busy: boolean;
}

const SECRET = "said to a dead peer";

async function vanish(
  stage: Stage,
  { login, busy }: Vanishing,
): Promise<{ seconds: number; name: string; kept: boolean }> {
  const name = login ? "user500" : "marie";
  const first = login
    ? { type: "login", username: name, password: PASSWORD }
    : { type: "message", from: name, content: "" };
  await ip(`-n ${SPACE} link set cable1 up`);
  await ip("link set cable0 up");
  const far = new Deno.Command("ip", {
    args: [
      ...["netns", "exec", SPACE, Deno.execPath(), "run", "-A"],
      new URL("far_client.ts", import.meta.url).pathname,
      ...[NEAR, String(stage.port), JSON.stringify(first)],
    ],
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
  const watcher = await Caller.connect({ port: stage.port, from: "127.0.76.1" });
  const isThere = async () => {
    const users = (await watcher.ask({ type: "users" }))?.["users"];
    return Array.isArray(users) && users.includes(name);
  };
  if (!await until(30, isThere)) throw new Error("the far client did not get through");
  await ip("link set cable0 down");
  const begun = performance.now();
  if (busy) {
    const sender = await stage.guest(0, "writer");
    await sender.ask({ type: "private", to: name, content: SECRET });
    sender.close();
  }
  while (await isThere() && performance.now() - begun < GIVE_UP_SECONDS * 1000) await sleep(500);
  const seconds = Math.round((performance.now() - begun) / 1000);
  const back = await Caller.connect({ port: stage.port, from: "127.0.76.2" });
  const mail = back.wait((line) => line.includes(SECRET), 3_000);
  back.send(first);
  const whoami = await back.ask({ type: "whoami" });
  const kept = await mail !== undefined;
  [watcher, back].forEach((caller) => caller.close());
  far.kill("SIGKILL");
  await far.status;
  return { seconds, name: String(whoami?.["username"] ?? whoami?.["name"] ?? ""), kept };
}

async function lay(): Promise<void> {
  await ip(`netns delete ${SPACE}`).catch(() => {});
  await ip(`netns add ${SPACE}`);
  await ip(`link add cable0 type veth peer name cable1 netns ${SPACE}`);
  await ip(`address add ${NEAR}/30 dev cable0`);
  await ip(`-n ${SPACE} address add ${FAR}/30 dev cable1`);
}

async function ip(command: string): Promise<void> {
  const { success, stderr } = await new Deno.Command("ip", { args: command.split(" ") }).output();
  if (!success) throw new Error(`ip ${command}: ${new TextDecoder().decode(stderr)}`);
}

function mayLayCables(): boolean {
  try {
    return Deno.uid() === 0 && new Deno.Command("ip", { args: ["-V"] }).outputSync().success;
  } catch {
    return false;
  }
}

/** The row. */
export const vanishing: Attack = {
  row: "18",
  title: "vanishes without a packet, as when a cable is pulled",
  before: "online for up to 2 h, its private messages lost; a guest becomes `marie~2`",
  skipped({ quick, named }) {
    if (!mayLayCables()) return "needs root and `ip`";
    return quick && !named ? "takes five minutes; run it by its number" : undefined;
  },
  server: () => Promise.resolve({ host: "0.0.0.0" }),
  readers: () => 0,
  logins: false,
  run,
};
