// A node of a cluster in a process of its own whose start a test watches.
import assert from "node:assert/strict";
import { spawn } from "../process.ts";

const DEADLINE_MS = 60_000;

/** The environment of a node. */
export function nodeEnvironment(
  name: string,
  servers: readonly { readonly address: string }[],
): Record<string, string> {
  return {
    CLASSCORD_CLUSTER_SERVERS: servers.map(({ address }) => address).join(","),
    CLASSCORD_CLUSTER_NAME: "test",
    CLASSCORD_CLUSTER_NODE: name,
    CLASSCORD_CLUSTER_REPLICAS: String(servers.length),
    CLASSCORD_SERVER_LANGUAGE: "en",
    CLASSCORD_LIMITS_MESSAGES_PER_SECOND: "0",
  };
}

/** A node that may never be ready. */
export class StartingNode {
  readonly dataDir: string;
  readonly #child: Deno.ChildProcess;
  readonly #reading: Promise<unknown>;
  #text = "";
  #wake = () => {};

  private constructor(child: Deno.ChildProcess, dataDir: string) {
    this.#child = child;
    this.dataDir = dataDir;
    this.#reading = Promise.all([child.stdout, child.stderr].map((stream) => this.#read(stream)));
  }

  /** Starts the process. @param options.program The folder of the program; by default this repository. */
  static async start(
    directory: string,
    name: string,
    { servers, program }: {
      readonly servers: readonly { readonly address: string }[];
      readonly program?: string | undefined;
    },
  ): Promise<StartingNode> {
    const dataDir = `${directory}/${name}`;
    const child = await spawn(
      ["--host", "127.0.0.1", "--port", "0", "--metrics-port", "0", "--data-dir", dataDir],
      { environment: nodeEnvironment(name, servers), program },
    );
    await child.stdin.close();
    return new StartingNode(child, dataDir);
  }

  /** The output so far. */
  get output(): string {
    return this.#text;
  }

  /** The port of the chat, once the node is ready. */
  get port(): number {
    return Number(/chat on 127\.0\.0\.1:(\d+)/.exec(this.#text)?.[1]);
  }

  /** Waits for output that matches a pattern. */
  async until(pattern: RegExp): Promise<void> {
    const timer = setTimeout(() => this.#child.kill("SIGKILL"), DEADLINE_MS);
    try {
      while (!pattern.test(this.#text)) {
        const woken = new Promise<void>((resolve) => this.#wake = resolve);
        await Promise.race([woken, this.#reading.then(() => assert.match(this.#text, pattern))]);
      }
    } finally {
      clearTimeout(timer);
    }
  }

  /** Waits until the node serves connections. */
  async ready(): Promise<void> {
    await this.until(/telnet /);
  }

  signal(signal: Deno.Signal): void {
    this.#child.kill(signal);
  }

  /** Waits until the process ends. @returns Its exit code. */
  async exited(): Promise<number> {
    const timer = setTimeout(() => this.#child.kill("SIGKILL"), DEADLINE_MS);
    const { code } = await this.#child.status;
    clearTimeout(timer);
    await this.#reading;
    return code;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.#child.kill("SIGTERM");
    } catch {
      // It has ended already.
    }
    await this.exited();
  }

  async #read(stream: ReadableStream<Uint8Array>): Promise<void> {
    for await (const text of stream.pipeThrough(new TextDecoderStream())) {
      this.#text += text;
      this.#wake();
    }
  }
}
