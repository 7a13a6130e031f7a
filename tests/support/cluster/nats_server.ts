// Real NATS servers with JetStream for one test: one, or three that keep each other's streams.
import assert from "node:assert/strict";
import { connectNats } from "../../../lib/cluster/nats/connection.ts";
import { JetStream } from "../../../lib/cluster/nats/jetstream.ts";
import { NatsLog, type NatsLogOptions } from "../../../lib/cluster/nats/nats_log.ts";
import { Pause } from "../../../lib/cluster/nats/pause.ts";
import { withDirectory } from "../directory.ts";
import { findNatsServer } from "./nats_program.ts";

const program = await findNatsServer();

/** Whether there is a nats-server. */
export const hasNats = program !== undefined;

/** Registers a test that needs a nats-server. Without one it is skipped. */
export function testWithNats(name: string, fn: () => Promise<void>): void {
  Deno.test({ name: `${name} (needs nats-server)`, ignore: !hasNats, fn });
}

const DEADLINE_MS = 60_000;
const RETRY_MS = 100;
const STUCK_MS = 20_000;
const RESTARTS_MAX = 3;

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

  /** What the server has logged since its start. */
  get text(): string {
    return this.#text;
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
    const [port] = freePorts(1);
    const server = new NatsServer("one", port!, [
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
    const ports = freePorts(6);
    const routes = ports.slice(3);
    const servers = routes.map((route, i) => {
      const port = ports[i]!;
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
      await untilFormed(servers);
      await work(servers);
    } finally {
      await Promise.all(servers.map((server) => server.kill()));
    }
  });
}

/**
 * Waits until three servers can keep a stream together. On a busy machine they sometimes do not find each other. Then they are
 * started again.
 */
async function untilFormed(servers: readonly NatsServer[]): Promise<void> {
  const connection = await connectNats({
    servers: servers.map(({ address }) => address),
    name: "test",
  });
  const jetstream = new JetStream(connection);
  try {
    for (let restarts = 0; await areApart(jetstream); restarts++) {
      assert.ok(restarts < RESTARTS_MAX, servers.map(({ text }) => text).join("\n"));
      await Promise.all(servers.map((server) => server.kill()));
      await Promise.all(servers.map((server) => server.start()));
    }
  } finally {
    await connection.close();
  }
}

/** @returns Whether the servers cannot keep a stream, after some time. */
async function areApart(jetstream: JetStream): Promise<boolean> {
  const probe = { name: "probe", subjects: ["probe"], storage: "memory", num_replicas: 3 };
  const pause = new Pause();
  const until = performance.now() + STUCK_MS;
  while (performance.now() < until) {
    const isKept = await jetstream.call("STREAM.CREATE.probe", probe).then(() => true, () => false);
    if (isKept) {
      await jetstream.call("STREAM.DELETE.probe").catch(() => {});
      return false;
    }
    await pause.begin(RETRY_MS);
  }
  return true;
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

/** The part of the answer of JetStream that tells which servers have the log. */
interface Replication {
  readonly leader?: string;
  readonly replicas?: readonly { readonly name: string; readonly lag?: number }[];
}

/**
 * Waits until all of three servers have nearly all of the log. A server that does not catch up is started again, as its
 * operator has to: after kill -9 of two of three at once, nats-server may not recover by itself (its issue 8519).
 */
export async function untilCurrent(servers: readonly NatsServer[]): Promise<void> {
  const connection = await connectNats({
    servers: servers.map(({ address }) => address),
    name: "test",
  });
  const jetstream = new JetStream(connection);
  try {
    for (let restarts = 0; restarts <= RESTARTS_MAX; restarts++) {
      const stuck = await untilStuck(jetstream);
      if (stuck === undefined) return;
      const server = servers.find(({ name }) => name === stuck)!;
      console.error(`NATS server ${server.name} does not catch up and is started again`);
      await server.kill();
      await server.start();
    }
    assert.fail("the log is not on all servers");
  } finally {
    await connection.close();
  }
}

/** @returns The name of a server that does not catch up; `undefined` once all have. */
async function untilStuck(jetstream: JetStream): Promise<string | undefined> {
  const until = performance.now() + STUCK_MS;
  for (;;) {
    // Each call waits for an answer of the server.
    const info = await jetstream.info("classcord-test").catch(() => undefined);
    const { leader, replicas = [] } = (info?.cluster ?? {}) as Replication;
    // While a leader appends, none of them is ever quite current.
    const behind = replicas.filter(({ lag = 0 }) => lag >= NEAR);
    if (leader !== undefined && replicas.length === 2 && behind.length === 0) return undefined;
    if (leader !== undefined && performance.now() > until) return behind[0]?.name ?? leader;
  }
}

// Below the range from which the kernel takes the ports of outgoing connections: otherwise a server that is killed might
// not get its port back.
const PORTS = { from: 20_000, to: 32_000 };

/** Returns free ports. */
export function freePorts(count: number): number[] {
  const listeners: Deno.Listener[] = [];
  while (listeners.length < count) {
    const port = PORTS.from + Math.floor(Math.random() * (PORTS.to - PORTS.from));
    try {
      listeners.push(Deno.listen({ hostname: "127.0.0.1", port }));
    } catch (error) {
      if (!(error instanceof Deno.errors.AddrInUse)) throw error;
    }
  }
  const ports = listeners.map(({ addr }) => (addr as Deno.NetAddr).port);
  for (const listener of listeners) listener.close();
  return ports;
}
