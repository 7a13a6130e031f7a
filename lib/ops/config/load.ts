// Loads the configuration. Flags override the environment, which overrides the file, which overrides the defaults.
// All problems are reported together.
import { kindOf } from "../../protocol/json.ts";
import { CHANNEL_TABLE, readChannels } from "./channels.ts";
import { ConfigError } from "./config_error.ts";
import { conflicts } from "./conflicts.ts";
import { collectEnvironment, collectFlags } from "./environment.ts";
import { collectFile, readConfigFile, renameKeys } from "./file.ts";
import type { ConfigInputs, Found } from "./inputs.ts";
import { buildConfig, type Config, type NamedSetting } from "./schema.ts";

/** A valid configuration and its sources. */
export interface LoadedConfig {
  readonly config: Config;
  /** The path of the file that was read, if any. */
  readonly file: string | undefined;
  /** Possible mistakes that do not prevent the start, for the log. */
  readonly warnings: readonly string[];
  /** Returns the source of a setting: `default`, or the name of a file, variable or flag. */
  source(section: string, key: string): string;
}

/**
 * Loads the configuration.
 *
 * @throws {ConfigError} For each problem, with the file, the key, what was expected and what was found.
 */
export function loadConfig(inputs: ConfigInputs): LoadedConfig {
  const problems: string[] = [];
  const warnings: string[] = [];
  const file = readConfigFile(inputs);
  const found = new Map<string, Found>();
  if (file !== undefined) collectFile(renameKeys(file, warnings), found, problems);
  const tables = file?.tables[CHANNEL_TABLE];
  const channel = tables === undefined ? [] : readChannels(file!.path, tables, problems);
  collectEnvironment(inputs.environment, found, warnings);
  collectFlags(inputs.flags, found);

  const config = buildConfig((named) => check(named, found, problems));
  if (problems.length === 0) problems.push(...conflicts(config));
  if (problems.length > 0) throw new ConfigError(problems);
  return {
    config: { ...withPaths(config, inputs.environment), channel },
    file: file?.path,
    warnings,
    source: (section, key) => found.get(`${section}.${key}`)?.source ?? "default",
  };
}

function check(
  { section, key, setting }: NamedSetting,
  found: ReadonlyMap<string, Found>,
  problems: string[],
): unknown {
  const entry = found.get(`${section}.${key}`);
  if (entry === undefined) return undefined;
  const result = setting.schema.safeParse(entry.value);
  if (result.success) return result.data;
  problems.push(
    `${entry.source}: ${section}.${key}: expected ${setting.expected}, got ${shown(entry.value)}.`,
  );
  return undefined;
}

function shown(value: unknown): string {
  return typeof value === "object" && !Array.isArray(value) ? kindOf(value) : JSON.stringify(value);
}

/** Replaces `{data_dir}` and `{runtime_dir}` with directories. */
function withPaths(config: Config, environment: ConfigInputs["environment"]): Config {
  const { log, admin, store: { data_dir } } = config;
  // systemd separates multiple directories by colons.
  const runtime = environment["RUNTIME_DIRECTORY"]?.split(":")[0] || data_dir;
  return {
    ...config,
    log: { ...log, file: log.file.replaceAll("{data_dir}", data_dir) },
    admin: {
      ...admin,
      socket: admin.socket.replaceAll("{runtime_dir}", runtime).replaceAll("{data_dir}", data_dir),
    },
  };
}
