// Runs the program like a user: in a separate process, with the permissions of `deno task start`.
import assert from "node:assert/strict";

const root = new URL("../../", import.meta.url);
const DEADLINE_MS = 30_000;

/** Returns the arguments of `deno` in `deno task start`, so that tests have the same permissions as users. */
export async function startArguments(): Promise<string[]> {
  const { tasks } = JSON.parse(await Deno.readTextFile(new URL("deno.json", root)));
  const [program, ...args] = (tasks.start.command as string).split(" ");
  assert.equal(program, "deno");
  return args;
}

/** The result of a finished command. */
export interface Finished {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command of the program to its end. */
export async function runCommand(args: readonly string[], input = ""): Promise<Finished> {
  const child = await spawn(args);
  const writer = child.stdin.getWriter();
  // A command that does not read its input may have ended already.
  await writer.write(new TextEncoder().encode(input)).then(() => writer.close()).catch(() => {});
  const { code, stdout, stderr } = await child.output();
  const decoder = new TextDecoder();
  return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}

/** A server in a separate process. */
export class ServerProcess {
  readonly port: number;
  readonly metricsPort: number;
  readonly dataDir: string;
  readonly #child: Deno.ChildProcess;
  readonly #deadlineMs: number;
  readonly #output: Promise<void>;
  #text: string;
  #wake = () => {};

  private constructor(
    child: Deno.ChildProcess,
    start: Started,
  ) {
    this.#child = child;
    this.#deadlineMs = start.deadlineMs;
    this.#text = start.text;
    this.dataDir = start.dataDir;
    this.port = portAfter(start.text, /chat .*:(\d+)/);
    this.metricsPort = portAfter(start.text, /https?:\/\/.*:(\d+)\/metrics/);
    this.#output = this.#readAll(start.rest);
  }

  /** Starts a server on free ports and waits until it is ready. */
  static start(dataDir: string, ...args: string[]): Promise<ServerProcess> {
    return ServerProcess.limited(undefined, dataDir, ...args);
  }

  /** Starts a server with a limit of open files. */
  static limited(
    descriptors: number | undefined,
    dataDir: string,
    ...args: string[]
  ): Promise<ServerProcess> {
    return ServerProcess.with({ descriptors }, dataDir, ...args);
  }

  /** Starts a server with further options of its process. */
  static async with(
    options: ProcessOptions,
    dataDir: string,
    ...args: string[]
  ): Promise<ServerProcess> {
    const child = await spawn([
      "--host",
      "127.0.0.1",
      "--port",
      "0",
      "--metrics-port",
      "0",
      "--data-dir",
      dataDir,
      ...args,
    ], options);
    await child.stdin.close();
    const reader = child.stdout.getReader();
    let text = "";
    const { deadlineMs = DEADLINE_MS } = options;
    const timer = setTimeout(() => child.kill("SIGKILL"), deadlineMs);
    while (!text.includes("telnet ")) {
      const { value, done } = await reader.read();
      if (done) {
        clearTimeout(timer);
        const stderr = await new Response(child.stderr).text();
        await child.status;
        throw new Error(`the server did not start:\n${text}\n${stderr}`);
      }
      text += new TextDecoder().decode(value);
    }
    clearTimeout(timer);
    return new ServerProcess(child, { text, rest: reader, dataDir, deadlineMs });
  }

  /** The output so far. */
  get output(): string {
    return this.#text;
  }

  /** Waits for output that matches the pattern. */
  async until(pattern: RegExp): Promise<void> {
    const timer = setTimeout(() => this.#child.kill("SIGKILL"), DEADLINE_MS);
    while (!pattern.test(this.#text)) {
      await Promise.race([
        new Promise<void>((resolve) => this.#wake = resolve),
        this.#output.then(() => assert.match(this.#text, pattern)),
      ]);
    }
    clearTimeout(timer);
  }

  /** Returns the text of the log file. */
  async log(): Promise<string> {
    return await Deno.readTextFile(`${this.dataDir}/classcord.log`);
  }

  signal(signal: Deno.Signal): void {
    this.#child.kill(signal);
  }

  /** Resolves when the process has ended. */
  get ended(): Promise<void> {
    return this.#child.status.then(() => {});
  }

  /** Waits until the process ends. Returns its exit code, or 128 plus the signal that killed it. */
  async exited(): Promise<number> {
    const timer = setTimeout(() => this.#child.kill("SIGKILL"), this.#deadlineMs);
    const { code } = await this.#child.status;
    clearTimeout(timer);
    await this.#output;
    await this.#child.stderr.cancel();
    return code;
  }

  /** Stops the server in order. */
  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.#child.kill("SIGTERM");
    } catch {
      // It has ended already.
    }
    await this.exited().catch(() => {});
  }

  async #readAll(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<void> {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      this.#text += new TextDecoder().decode(value);
      this.#wake();
    }
  }
}

/** A server that has started. */
interface Started {
  readonly text: string;
  readonly rest: ReadableStreamDefaultReader<Uint8Array>;
  readonly dataDir: string;
  readonly deadlineMs: number;
}

/** Options of a process. */
export interface ProcessOptions {
  /** Milliseconds in which it has to start, and to end. */
  readonly deadlineMs?: number;
  /** The limit of open files. */
  readonly descriptors?: number | undefined;
  /** Further environment variables. */
  readonly environment?: Readonly<Record<string, string>>;
  /** The folder of the program. The default is this repository. */
  readonly program?: string | undefined;
}

/** Starts a command of the program. */
export async function spawn(
  args: readonly string[],
  { descriptors, environment = {}, program }: ProcessOptions = {},
): Promise<Deno.ChildProcess> {
  const command = [Deno.execPath(), ...await startArguments(), ...args];
  const limit = descriptors === undefined ? "" : `ulimit -n ${descriptors} && `;
  return new Deno.Command("sh", {
    args: ["-c", `${limit}exec "$0" "$@"`, ...command],
    cwd: program ?? root,
    env: { NO_COLOR: "1", LC_ALL: "C.UTF-8", ...environment },
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}

function portAfter(text: string, pattern: RegExp): number {
  const port = Number(pattern.exec(text)?.[1]);
  assert.ok(port > 0, `no port like ${pattern} in:\n${text}`);
  return port;
}
