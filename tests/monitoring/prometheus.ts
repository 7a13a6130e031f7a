// A separate Prometheus for the test, with the project's scrape configuration, rules and alerts.
import { withoutVariables } from "./queries.ts";

const DIRECTORY = new URL("../../monitoring/prometheus/", import.meta.url).pathname;
const DEADLINE_MS = 60_000;

/** A series of an instant query or a range query. */
export interface Series {
  readonly metric: Readonly<Record<string, string>>;
  /** The value of an instant query: the time, and the number as text. */
  readonly value?: readonly [number, string];
  /** The values of a range query. */
  readonly values?: readonly (readonly [number, string])[];
}

/** Runs promtool. @returns Its output if it succeeds. @throws Its output if it fails. */
export async function promtool(args: readonly string[], input = ""): Promise<string> {
  const child = new Deno.Command("promtool", {
    args: [...args],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(input));
  await writer.close();
  const { success, stdout, stderr } = await child.output();
  const told = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
  if (!success) throw new Error(`promtool ${args.join(" ")}: ${told}`);
  return told;
}

interface Running {
  readonly url: string;
  readonly directory: string;
  readonly child: Deno.ChildProcess;
  /** What takes the place of Grafana's `$__rate_interval`. */
  readonly interval: string;
}

/** A running Prometheus. */
export class Prometheus {
  readonly #running: Running;

  private constructor(running: Running) {
    this.#running = running;
  }

  /** Starts a Prometheus that scrapes a server's metrics every `seconds`. */
  static async start(metricsPort: number, seconds: number): Promise<Prometheus> {
    const directory = await Deno.makeTempDir({ prefix: "classcord-prometheus-" });
    for (const name of ["prometheus.yml", "rules.yml", "alerts.yml"]) {
      const text = (await Deno.readTextFile(DIRECTORY + name))
        .replaceAll("classcord:9091", `127.0.0.1:${metricsPort}`)
        .replaceAll(/_interval: 15s/g, `_interval: ${seconds}s`);
      await Deno.writeTextFile(`${directory}/${name}`, text);
    }
    const port = freePort();
    const child = new Deno.Command("prometheus", {
      args: [
        `--config.file=${directory}/prometheus.yml`,
        `--storage.tsdb.path=${directory}/data`,
        `--web.listen-address=127.0.0.1:${port}`,
        "--log.level=error",
      ],
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).spawn();
    const url = `http://127.0.0.1:${port}`;
    const interval = `${Math.max(5, 4 * seconds)}s`;
    const started = new Prometheus({ url, directory, child, interval });
    await started.until("a Prometheus that is ready", async () => {
      const response = await fetch(`${url}/-/ready`);
      await response.body?.cancel();
      return response.ok;
    });
    return started;
  }

  /** Returns the present value of a query. @throws The error of Prometheus. */
  async query(expr: string): Promise<readonly Series[]> {
    return await this.#ask("query", { query: withoutVariables(expr, this.#running.interval) });
  }

  /** Returns the values of a query from `start` to `end`, in seconds since 1970. */
  async range(
    expr: string,
    { start, end, step }: { start: number; end: number; step: number },
  ): Promise<readonly Series[]> {
    const query = withoutVariables(expr, this.#running.interval);
    const span = { start: String(start), end: String(end), step: String(step) };
    return await this.#ask("query_range", { query, ...span });
  }

  /** Waits until `done` returns true. */
  async until(what: string, done: () => Promise<boolean>): Promise<void> {
    const end = Date.now() + DEADLINE_MS;
    let last: unknown;
    while (Date.now() < end) {
      try {
        if (await done()) return;
      } catch (error) {
        last = error;
      }
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error(`expected ${what} within ${DEADLINE_MS / 1000} s`, { cause: last });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#running.child.kill("SIGTERM");
    await this.#running.child.status;
    await Deno.remove(this.#running.directory, { recursive: true });
  }

  async #ask(path: string, parameters: Record<string, string>): Promise<readonly Series[]> {
    const response = await fetch(
      `${this.#running.url}/api/v1/${path}?${new URLSearchParams(parameters)}`,
    );
    const answer = await response.json();
    if (answer.status !== "success") throw new Error(`${parameters["query"]}: ${answer.error}`);
    return answer.data.result;
  }
}

function freePort(): number {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  listener.close();
  return (listener.addr as Deno.NetAddr).port;
}
