// The servers that are measured, each in a process of its own.
import { findProgram } from "../tests/support/programs.ts";

/** A server that is being measured. */
export interface Server {
  readonly name: string;
  readonly pid: number;
  readonly port: number;
  /** What its clients speak. */
  readonly protocol: "classcord" | "irc";
  /** Milliseconds from the start of the process until it listened. */
  readonly startMs: number;
  stop(): Promise<void>;
}

/** How our own server is started. */
export interface OurOptions {
  /** Data directory; without one, a new directory that is removed at the end. */
  readonly dataDir?: string;
  /** The program; the bundle by default, as it is shipped. */
  readonly program?: string;
  /** More settings, by environment variable. */
  readonly environment?: Record<string, string>;
}

const root = new URL("../", import.meta.url).pathname;
const BUNDLE = `${root}dist/classcord.js`;

/** Limits that one generator on one address would meet. All others stay as they are. */
const NO_GENERATOR_LIMITS = {
  CLASSCORD_LIMITS_MESSAGES_PER_SECOND: "0",
  CLASSCORD_LIMITS_CONNECTIONS_PER_ADDRESS: "0",
  CLASSCORD_LIMITS_CONNECTIONS: "0",
};

/** Makes the bundle that users run. */
export async function bundle(): Promise<void> {
  const { tasks } = JSON.parse(Deno.readTextFileSync(`${root}deno.json`));
  const [, ...args] = (tasks.bundle as string).split(" ");
  const done = await new Deno.Command(Deno.execPath(), { args, cwd: root }).output();
  if (!done.success) throw new Error(new TextDecoder().decode(done.stderr));
}

/** Starts our server as users run it, with its storage, log and metrics. */
export async function startOurs(options: OurOptions = {}): Promise<Server> {
  const { tasks } = JSON.parse(Deno.readTextFileSync(`${root}deno.json`));
  const permissions = (tasks.start as string).split(" ").filter((word) =>
    /^--(?!lock|frozen)/.test(word)
  );
  const dataDir = options.dataDir ?? Deno.makeTempDirSync({ prefix: "classcord-bench-" });
  const port = freePort();
  const program = options.program ?? BUNDLE;
  const server = await start(program === BUNDLE ? "classcord" : "without storage", port, {
    command: Deno.execPath(),
    args: [
      "run",
      ...permissions,
      "--unstable-worker-options",
      "--unstable-raw-imports",
      program,
      ...["--host", "127.0.0.1", "--port", String(port), "--metrics-port", "0"],
      ...["--data-dir", dataDir],
    ],
    environment: { ...NO_GENERATOR_LIMITS, ...options.environment },
  });
  return {
    ...server,
    async stop() {
      await server.stop();
      if (options.dataDir === undefined) Deno.removeSync(dataDir, { recursive: true });
    },
  };
}

/** Starts the server without its storage. */
export function startUnstored(): Promise<Server> {
  return startOurs({ program: `${root}bench/unstored.ts` });
}

/** Starts the baseline. */
export function startNaive(): Promise<Server> {
  const port = freePort();
  return start("baseline", port, {
    command: Deno.execPath(),
    args: ["run", "--allow-net", `${root}bench/naive.ts`, String(port)],
  });
}

const NGIRCD_CONFIG = (port: number) => `
[Global]
  Name = irc.bench.local
  Info = bench
  Listen = 127.0.0.1
  Ports = ${port}
  ${Deno.uid() === 0 ? "ServerUID = nobody\n  ServerGID = nogroup" : ""}
[Limits]
  MaxConnections = 0
  MaxConnectionsIP = 0
  MaxPenaltyTime = 0
[Options]
  DNS = no
  Ident = no
  PAM = no
`;

/** Starts ngIRCd, a chat server in C, if it is installed. */
export async function startNgircd(): Promise<Server | undefined> {
  if (findProgram("ngircd") === undefined) return undefined;
  const port = freePort();
  const config = Deno.makeTempFileSync({ prefix: "classcord-bench-" });
  Deno.writeTextFileSync(config, NGIRCD_CONFIG(port));
  Deno.chmodSync(config, 0o644);
  const server = await start("ngircd", port, { command: "ngircd", args: ["-n", "-f", config] });
  return {
    ...server,
    protocol: "irc",
    async stop() {
      await server.stop();
      Deno.removeSync(config);
    },
  };
}

interface Process {
  readonly command: string;
  readonly args: string[];
  readonly environment?: Record<string, string>;
}

const START_DEADLINE_MS = 30_000;

async function start(
  name: string,
  port: number,
  { command, args, environment = {} }: Process,
): Promise<Server> {
  const begun = performance.now();
  const child = new Deno.Command(command, {
    args,
    env: environment,
    stdin: "null",
    stdout: "null",
    stderr: "inherit",
  }).spawn();
  let startMs = 0;
  while (startMs === 0) {
    try {
      (await Deno.connect({ port })).close();
      startMs = performance.now() - begun;
    } catch {
      if (performance.now() - begun > START_DEADLINE_MS) throw new Error(`${name} did not start`);
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  }
  return {
    name,
    pid: child.pid,
    port,
    protocol: "classcord",
    startMs,
    async stop() {
      child.kill("SIGTERM");
      await child.status;
    },
  };
}

function freePort(): number {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr as Deno.NetAddr;
  listener.close();
  return port;
}
