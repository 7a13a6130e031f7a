// What operators may do to the server as a whole: read figures, reload, shut down.
import type { Operations, ReloadReport } from "../chat/operations.ts";
import type { ChangedSettings, LiveSettings } from "./live_settings.ts";
import { ConfigError } from "../ops/config/config_error.ts";
import type { LoadedConfig } from "../ops/config/load.ts";
import type { Config } from "../ops/config/schema.ts";
import { LogFileError } from "../ops/log/file.ts";
import type { Log } from "../ops/log/log.ts";
import { oneLine } from "../ops/log/text.ts";
import { databaseBytes } from "../ops/data/storage.ts";
import type { Database } from "../store/database.ts";
import { VERSION } from "../version.ts";
import type { Watching } from "./observers.ts";

/** What the operations work with. */
export interface OperationParts {
  readonly log: Log;
  readonly settings: LiveSettings;
  readonly database: Database;
  readonly watching: Watching;
  /** Reads the configuration again. @throws {ConfigError} */
  readonly loadConfig: () => LoadedConfig;
  /** Called to stop the server. */
  readonly shutdown: (why: string, reason: string | undefined) => void;
}

/** What a part of the server does at each reload, once the settings are in force. @returns The problems. */
export type ReloadStep = (config: Config) => readonly string[];

/** The operations of one server. */
export interface ServerOperations extends Operations {
  /** Adds a step to each reload. */
  onReload(step: ReloadStep): void;
}

/** Creates the operations of a server. The parts of the server add their steps of a reload later. */
export function createOperations(parts: OperationParts): ServerOperations {
  const { watching } = parts;
  const { activity, tail, metrics } = watching;
  const startedAt = new Date(performance.timeOrigin).toISOString();
  const steps: ReloadStep[] = [];
  return {
    tail,
    reload: () => reload(parts, steps),
    onReload: (step) => steps.push(step),
    shutdown: parts.shutdown,
    stats() {
      const { rss, heapUsed } = Deno.memoryUsage();
      const { gauges } = watching;
      return {
        version: VERSION,
        pid: Deno.pid,
        started_at: startedAt,
        uptime: Math.floor(performance.now() / 1000),
        connections: gauges.connections(),
        users: gauges.users(),
        outbox_bytes: gauges.outboxBytes(),
        passwords_waiting: gauges.passwordsWaiting(),
        lag_ms: Math.round(metrics.lag.worst * 1000),
        bans: gauges.bans(),
        ...activity.stats(),
        memory: { rss, heap_used: heapUsed },
        database_bytes: databaseBytes(parts.database.path),
      };
    },
  };
}

// logrotate has moved the log file and waits until the server closes it. So the log is reopened even if the
// configuration is not valid.
function reload(parts: OperationParts, steps: readonly ReloadStep[]): ReloadReport {
  const { log, settings } = parts;
  const unopened = log.reopen();
  const before = unopened === undefined ? [] : [unopened];
  try {
    const { config, file, warnings } = parts.loadConfig();
    log.configure(config.log);
    const changes = settings.apply(config);
    const problems = [...before, ...steps.flatMap((step) => step(settings.config))];
    logChanges(log, changes, unopened === undefined);
    for (const warning of warnings) log.write("warning", "RELOAD", warning);
    return { file, problems, warnings, ...changes };
  } catch (error) {
    if (!(error instanceof ConfigError || error instanceof LogFileError)) throw error;
    const found = error instanceof ConfigError ? error.problems : [error.message];
    for (const problem of found) log.write("error", "RELOAD", oneLine(problem));
    const problems = [...before, ...found];
    log.write("error", "RELOAD", "the settings were not changed");
    return { file: undefined, problems, warnings: [], changed: [], needsRestart: [] };
  }
}

function logChanges(
  log: Log,
  { changed, needsRestart }: ChangedSettings,
  reopened: boolean,
): void {
  const what = changed.length === 0 ? "no setting changed" : `changed: ${changed.join(", ")}`;
  log.write("info", "RELOAD", reopened ? `log reopened, ${what}` : what);
  if (needsRestart.length > 0) {
    log.write("warning", "RELOAD", `restart required for ${needsRestart.join(", ")}`);
  }
}
