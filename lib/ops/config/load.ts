// Puts the configuration together: a flag counts over the environment, that over the file, that over
// the default. Everything that is wrong is told at once.
import { kindOf } from "../../protocol/json.ts";
import { CHANNEL_TABLE, readChannels } from "./channels.ts";
import { ConfigError } from "./config_error.ts";
import { conflicts } from "./conflicts.ts";
import { collectEnvironment, collectFlags } from "./environment.ts";
import { collectFile, readConfigFile, renameKeys } from "./file.ts";
import type { ConfigInputs, Found } from "./inputs.ts";
import { buildConfig, type Config, type NamedSetting } from "./schema.ts";

/** A configuration that can be used, and where it came from. */
export interface LoadedConfig {
  readonly config: Config;
  /** Path of the file that was read, if any. */
  readonly file: string | undefined;
  /** What looks wrong but keeps nothing from working, for the log. */
  readonly warnings: readonly string[];
  /** Where a setting's value came from: `default`, or a file, a variable or a flag by its name. */
  source(section: string, key: string): string;
}

/**
 * Loads the configuration.
 *
 * @throws {ConfigError} naming file, key, what was expected and what came, for everything wrong.
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

/** Puts directories in the place of `{data_dir}` and `{runtime_dir}`. */
function withPaths(config: Config, environment: ConfigInputs["environment"]): Config {
  const { log, admin, store: { data_dir } } = config;
  // systemd separates several directories by colons.
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
