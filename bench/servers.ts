// Starts the servers to measure, each in a separate process.
import { findProgram } from "../tests/support/programs.ts";

/** A server that is being measured. */
export interface Server {
  readonly name: string;
  readonly pid: number;
  readonly port: number;
  /** The protocol of its clients. */
  readonly protocol: "classcord" | "irc";
  /** Milliseconds from the start of the process until it listened. */
  readonly startMs: number;
  /** Resolves when the process has ended, for any reason. */
  readonly ended: Promise<Deno.CommandStatus>;
  stop(): Promise<void>;
}

/** How to start our server. */
export interface OurOptions {
  /** Data directory. The default is a new directory that is removed at the end. */
  readonly dataDir?: string;
  /** The program. The default is the bundle that users run. */
  readonly program?: string;
  /** Further settings, by environment variable. */
  readonly environment?: Record<string, string>;
  /** Whether to keep the shipped limits on rates and connections. */
  readonly shippedLimits?: boolean;
  /** Address of the chat. The default is this machine. */
  readonly host?: string;
  /** Port of the metrics. The default is any free port. */
  readonly metricsPort?: number;
  /** Maximum number of file descriptors of the process. The default is that of this process. */
  readonly descriptors?: number;
}

const root = new URL("../", import.meta.url).pathname;
/** The program that users run. {@linkcode bundle} makes it. */
export const BUNDLE = `${root}dist/classcord.js`;

/** Limits that one generator on one address would reach. All others keep their defaults. */
const NO_GENERATOR_LIMITS = {
  CLASSCORD_LIMITS_MESSAGES_PER_SECOND: "0",
  CLASSCORD_LIMITS_CONNECTIONS_PER_ADDRESS: "0",
  CLASSCORD_LIMITS_CONNECTIONS: "0",
  CLASSCORD_LIMITS_BYTES_PER_SECOND: "0",
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
  const dataDir = options.dataDir ?? Deno.makeTempDirSync({ prefix: "classcord-bench-" });
  const port = freePort();
  const program = options.program ?? BUNDLE;
  const { host = "127.0.0.1", metricsPort = 0, shippedLimits = false } = options;
  const args = [
    ...runArguments(program),
    ...["--host", host, "--port", String(port), "--metrics-port", String(metricsPort)],
    ...["--data-dir", dataDir],
  ];
  const command = options.descriptors === undefined
    ? { command: Deno.execPath(), args }
    : withDescriptors(options.descriptors, [Deno.execPath(), ...args]);
  const server = await start(program === BUNDLE ? "classcord" : "without storage", port, {
    ...command,
    environment: { ...shippedLimits ? {} : NO_GENERATOR_LIMITS, ...options.environment },
  });
  return {
    ...server,
    async stop() {
      await server.stop();
      if (options.dataDir === undefined) Deno.removeSync(dataDir, { recursive: true });
    },
  };
}

/** Returns how to run the bundle. Append a command to the arguments. */
export function bundledProgram(): { readonly command: string; readonly args: string[] } {
  return { command: Deno.execPath(), args: runArguments(BUNDLE) };
}

// With the permissions that users give it.
function runArguments(program: string): string[] {
  const { tasks } = JSON.parse(Deno.readTextFileSync(`${root}deno.json`));
  const permissions = (tasks.start.command as string).split(" ").filter((word) =>
    /^--(?!lock|frozen)/.test(word)
  );
  const unstable = ["--unstable-net", "--unstable-worker-options", "--unstable-raw-imports"];
  return ["run", ...permissions, ...unstable, program];
}

function withDescriptors(most: number, command: string[]): Pick<Process, "command" | "args"> {
  return { command: "sh", args: ["-c", 'ulimit -n "$0" && exec "$@"', String(most), ...command] };
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
    ended: child.status,
    async stop() {
      try {
        child.kill("SIGTERM");
      } catch {
        // The process has ended already.
      }
      await child.status;
    },
  };
}

/** Returns a free port of this machine. */
export function freePort(): number {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr as Deno.NetAddr;
  listener.close();
  return port;
}
