// Runs a complete server in the process of the test, on free ports, in a directory of its own.
import { type Config, defaultConfig } from "../../lib/ops/config/schema.ts";
import { type Log, openLog } from "../../lib/ops/log/log.ts";
import type { OpenLinks } from "../../lib/server/cluster/links.ts";
import { type RunningServer, startServer } from "../../lib/server/server.ts";

/** Settings that differ from the defaults. */
export type Overrides =
  & { [Section in Exclude<keyof Config, "channel">]?: Partial<Config[Section]> }
  & { channel?: Config["channel"] };

/** A server for one test. */
export interface TestServer extends AsyncDisposable {
  readonly port: number;
  readonly metricsPort: number;
  readonly running: RunningServer;
  readonly dataDir: string;
  /** What operators have asked to stop the server with: why, and the reason for the users. It goes on. */
  readonly shutdowns: readonly (readonly [why: string, reason: string | undefined])[];
  /** Returns the log so far. */
  log(): Promise<string>;
}

/**
 * Starts a server with the default configuration and some overrides.
 *
 * @param directory The data directory, which is kept. By default, a new one that is removed with the server.
 * @param openLinks Connects it with other servers of a cluster.
 */
export async function startTestServer(
  overrides: Overrides = {},
  directory?: string,
  openLinks?: OpenLinks,
): Promise<TestServer> {
  const dataDir = directory ?? await Deno.makeTempDir({ prefix: "classcord-" });
  const logFile = `${dataDir}/classcord.log`;
  const defaults = defaultConfig();
  const config: Config = {
    server: {
      ...defaults.server,
      host: "127.0.0.1",
      port: 0,
      language: "en",
      ...overrides.server,
    },
    chat: { ...defaults.chat, ...overrides.chat },
    channels: { ...defaults.channels, ...overrides.channels },
    channel: overrides.channel ?? [],
    limits: { ...defaults.limits, ...overrides.limits },
    auth: { ...defaults.auth, ...overrides.auth },
    "auth.ldap": { ...defaults["auth.ldap"], ...overrides["auth.ldap"] },
    store: { ...defaults.store, data_dir: dataDir, ...overrides.store },
    metrics: { ...defaults.metrics, port: 0, ...overrides.metrics },
    tls: { ...defaults.tls, port: 0, ...overrides.tls },
    proxy: { ...defaults.proxy, ...overrides.proxy },
    web: { ...defaults.web, ...overrides.web },
    admin: { ...defaults.admin, socket: `${dataDir}/admin.sock`, ...overrides.admin },
    cluster: { ...defaults.cluster, ...overrides.cluster },
    log: { ...defaults.log, file: logFile, ...overrides.log },
  };
  const log: Log = openLog({ file: logFile, level: config.log.level });
  const mainModule = new URL("../../main.ts", import.meta.url);
  const shutdowns: [why: string, reason: string | undefined][] = [];
  const shutdown = (why: string, reason: string | undefined) => {
    shutdowns.push([why, reason]);
  };
  const running = await startServer({ config, log, mainModule, openLinks, shutdown });
  return {
    port: running.chat.port,
    metricsPort: running.metrics.port,
    running,
    dataDir,
    shutdowns,
    log: () => Deno.readTextFile(logFile),
    async [Symbol.asyncDispose]() {
      await running.stop();
      await log.close();
      if (directory === undefined) await Deno.remove(dataDir, { recursive: true });
    },
  };
}
