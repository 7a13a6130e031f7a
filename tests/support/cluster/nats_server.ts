// Real NATS servers with JetStream for one test: one, or three that keep each other's streams.
import assert from "node:assert/strict";
import { connectNats } from "../../../lib/cluster/nats/connection.ts";
import { JetStream, type StreamInfo } from "../../../lib/cluster/nats/jetstream.ts";
import { NatsLog, type NatsLogOptions } from "../../../lib/cluster/nats/nats_log.ts";
import { withDirectory } from "../directory.ts";
import { findNatsServer } from "./nats_program.ts";

const program = await findNatsServer();

/** Registers a test that needs a nats-server. Without one it is skipped. */
export function testWithNats(name: string, fn: () => Promise<void>): void {
  Deno.test({ name: `${name} (needs nats-server)`, ignore: program === undefined, fn });
}

const DEADLINE_MS = 60_000;

/** One nats-server. It can be killed and started again on the same port with the same data. */
export class NatsServer {
  readonly port: number;
  readonly name: string;
  readonly #args: readonly string[];
  #child: Deno.ChildProcess | undefined;
  #reading: Promise<void> = Promise.resolve();
  #text = "";
  #wake = () => {};

  constructor(name: string, port: number, args: readonly string[]) {
    this.name = name;
    this.port = port;
    this.#args = args;
  }

  /** The directory with its files. */
  get store(): string {
    return this.#args[this.#args.indexOf("-sd") + 1]!;
  }

  get address(): string {
    return `127.0.0.1:${this.port}`;
  }

  /** Starts the server and waits until it is ready. */
  async start(): Promise<void> {
    this.#text = "";
    this.#child = new Deno.Command(program!, {
      args: [...this.#args],
      stdin: "null",
      stdout: "null",
      stderr: "piped",
    }).spawn();
    this.#reading = this.#read(this.#child.stderr);
    await this.until(/Server is ready/);
  }

  /** Waits until the server has logged something since its start. */
  async until(pattern: RegExp): Promise<void> {
    const timer = setTimeout(() => this.#child?.kill("SIGKILL"), DEADLINE_MS);
    try {
      while (!pattern.test(this.#text)) {
        const woken = new Promise<void>((resolve) => this.#wake = resolve);
        const ended = this.#reading.then(() => assert.match(this.#text, pattern));
        await Promise.race([woken, ended]);
      }
    } finally {
      clearTimeout(timer);
    }
  }

  signal(signal: Deno.Signal): void {
    this.#child?.kill(signal);
  }

  /** Kills the server. Resolves when it has ended. */
  async kill(signal: Deno.Signal = "SIGKILL"): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (child === undefined) return;
    try {
      child.kill(signal);
    } catch {
      // It has ended already.
    }
    await child.status;
    await this.#reading;
  }

  async #read(stream: ReadableStream<Uint8Array>): Promise<void> {
    const decoder = new TextDecoder();
    for await (const bytes of stream) {
      this.#text += decoder.decode(bytes, { stream: true });
      this.#wake();
    }
  }
}

/** Runs `work` with one server. @param more Further arguments of the server. */
export async function withNats(
  work: (server: NatsServer) => Promise<void>,
  more: readonly string[] = [],
): Promise<void> {
  await withDirectory(async (directory) => {
    const port = freePort();
    const server = new NatsServer("one", port, [
      ...["-a", "127.0.0.1", "-p", String(port), "-js", "-sd", directory],
      ...more,
    ]);
    try {
      await server.start();
      await work(server);
    } finally {
      await server.kill();
    }
  });
}

/** Runs `work` with three servers that form a cluster. */
export async function withThreeNats(
  work: (servers: readonly NatsServer[]) => Promise<void>,
): Promise<void> {
  await withDirectory(async (directory) => {
    const routes = [freePort(), freePort(), freePort()];
    const servers = routes.map((route, i) => {
      const port = freePort();
      const config = `${directory}/${i}.conf`;
      Deno.writeTextFileSync(
        config,
        `server_name: n${i}
listen: "127.0.0.1:${port}"
jetstream {}
cluster {
  name: test
  listen: "127.0.0.1:${route}"
  routes: [${routes.map((other) => `"nats://127.0.0.1:${other}"`).join(", ")}]
}
`,
      );
      return new NatsServer(`n${i}`, port, ["-c", config, "-sd", `${directory}/${i}`]);
    });
    try {
      await Promise.all(servers.map((server) => server.start()));
      // One of them is elected.
      await Promise.any(
        servers.map((server) => server.until(/JetStream cluster new metadata leader/)),
      );
      await work(servers);
    } finally {
      await Promise.all(servers.map((server) => server.kill()));
    }
  });
}

/** A log with its own connection, as each node has one. */
export interface OpenLog extends AsyncDisposable {
  readonly log: NatsLog;
}

/** Opens a log over a connection of its own. */
export async function openLog(
  servers: readonly { readonly address: string }[],
  options: Partial<NatsLogOptions> = {},
): Promise<OpenLog> {
  const connection = await connectNats({
    servers: servers.map(({ address }) => address),
    name: "test",
  });
  const replicas = servers.length === 3 ? 3 : 1;
  const log = await NatsLog.open(connection, { cluster: "test", replicas, days: 1, ...options })
    .catch(async (error) => {
      await connection.close();
      throw error;
    });
  return {
    log,
    async [Symbol.asyncDispose]() {
      await log.close();
      await connection.close();
    },
  };
}

const NEAR = 50;

/** Waits until all of three servers have nearly all of the log. */
export async function untilCurrent(servers: readonly NatsServer[]): Promise<void> {
  const connection = await connectNats({
    servers: servers.map(({ address }) => address),
    name: "test",
  });
  const jetstream = new JetStream(connection);
  for (;;) {
    // Each call waits for an answer of the server.
    const { cluster } = await jetstream.info("classcord-test").catch(() => ({
      cluster: {},
    })) as Pick<StreamInfo, "cluster">;
    const { leader, replicas = [] } = cluster ?? {};
    // While a leader appends, none of them is ever quite current.
    const near = replicas.filter(({ offline, lag = 0 }) => offline !== true && lag < NEAR);
    if (leader !== undefined && near.length === 2) break;
  }
  await connection.close();
}

// The port may be taken again before the server listens. That is rare: the kernel hands out other ports first.
function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}
