// The type of a counted check. A check attacks a server in this process and fails if the server does too much work.
import { withDirectory } from "../../../tests/support/directory.ts";
import { type Overrides, startTestServer, type TestServer } from "../../../tests/support/server.ts";
import { Caller } from "../caller.ts";

/** The counts and their limits. */
export interface Counted {
  readonly found: Readonly<Record<string, number>>;
  readonly most?: Readonly<Record<string, number>>;
  readonly least?: Readonly<Record<string, number>>;
}

/** A check. */
export interface CountedCheck {
  /** The row of the table. */
  readonly row: string;
  /** What must hold, as a sentence. */
  readonly what: string;
  /** Whether it needs figures about threads that only Linux provides. */
  readonly metered?: boolean;
  readonly count: () => Promise<Counted>;
}

/** A server with the shipped limits, and its clients. */
export interface Scene {
  readonly server: TestServer;
  /** Connects from an address in 127.0.0.0/8. */
  call(from: string): Promise<Caller>;
  /** Connects and joins as a guest. */
  guest(from: string, name: string): Promise<Caller>;
}

/** The options of a scene. */
export interface SceneOptions {
  readonly overrides?: Overrides;
  /** Fills the data directory before the server starts. */
  readonly prepare?: (dataDir: string) => void | Promise<void>;
}

/** Runs `work` with a new server, and closes everything. */
export async function withScene<T>(
  work: (scene: Scene) => Promise<T>,
  { overrides = {}, prepare = () => {} }: SceneOptions = {},
): Promise<T> {
  let result: T;
  await withDirectory(async (dataDir) => {
    await prepare(dataDir);
    result = await inDirectory(dataDir, work, overrides);
  });
  return result!;
}

/** Runs `work` with a server on a data directory. */
export async function inDirectory<T>(
  dataDir: string,
  work: (scene: Scene) => Promise<T>,
  overrides: Overrides = {},
): Promise<T> {
  const callers: Caller[] = [];
  await using server = await startTestServer(overrides, dataDir);
  const scene: Scene = {
    server,
    async call(from) {
      const caller = await Caller.connect({ port: server.port, from });
      callers.push(caller);
      return caller;
    },
    async guest(from, name) {
      const caller = await scene.call(from);
      caller.send({ type: "message", from: name, content: "" });
      await caller.settle();
      return caller;
    },
  };
  try {
    return await work(scene);
  } finally {
    callers.forEach((caller) => caller.close());
    await Promise.all(callers.map(({ ended }) => ended));
  }
}

/** Returns the value of a metric of the server. */
export async function metricOf({ server }: Scene, name: string): Promise<number> {
  const response = await fetch(`http://127.0.0.1:${server.metricsPort}/metrics`);
  const text = await response.text();
  return Number(new RegExp(`^${name} (\\S+)$`, "m").exec(text)?.[1] ?? NaN);
}
