// The server as a whole in the hands of an operator: its figures, its reload, its end.
import type { Operations, ReloadReport } from "../chat/operations.ts";
import type { ChangedSettings, LiveSettings } from "./live_settings.ts";
import { ConfigError, type LoadedConfig } from "../ops/config/load.ts";
import type { Config } from "../ops/config/schema.ts";
import { type Log, LogFileError } from "../ops/log/log.ts";
import { errorText, oneLine } from "../ops/log/text.ts";
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
  /** How many bans there are. */
  readonly bans: () => number;
  /** Reads the configuration again. @throws {ConfigError} */
  readonly loadConfig: () => LoadedConfig;
  /** Reads the certificate again. @returns What is wrong with it. */
  readonly reloadCertificate: () => readonly string[];
  /** Told of settings that were changed, once they are in force. */
  readonly changed: (config: Config) => void;
  /** Asked to stop the server. */
  readonly shutdown: (why: string, reason: string | undefined) => void;
}

/** Makes the operations of one server. */
export function createOperations(parts: OperationParts): Operations {
  const { gauges, activity, tail, metrics } = parts.watching;
  const startedAt = new Date(performance.timeOrigin).toISOString();
  return {
    tail,
    reload: () => reload(parts),
    shutdown: parts.shutdown,
    stats() {
      const { rss, heapUsed } = Deno.memoryUsage();
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
        bans: parts.bans(),
        ...activity.stats(),
        memory: { rss, heap_used: heapUsed },
        database_bytes: databaseBytes(parts.database.path),
      };
    },
  };
}

// logrotate has moved the log and waits for the server to let go of it: it is reopened whatever the
// configuration says.
function reload(parts: OperationParts): ReloadReport {
  const { log } = parts;
  const unopened = log.reopen();
  const before = unopened === undefined ? [] : [unopened];
  try {
    const { config, file, warnings } = parts.loadConfig();
    log.configure(config.log);
    const changes = parts.settings.apply(config);
    const problems = [...before, ...applyToStore(parts), ...parts.reloadCertificate()];
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

// What the settings say of channels goes into the database, which may be full or locked: no reason to end.
function applyToStore({ settings, changed, log }: OperationParts): string[] {
  try {
    changed(settings.config);
    return [];
  } catch (error) {
    log.write("error", "RELOAD", `the channels were not changed: ${errorText(error)}`);
    return [`The channels were not changed: ${error instanceof Error ? error.message : error}`];
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
