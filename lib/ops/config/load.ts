// Puts the configuration together: a flag counts over the environment, that over the file, that over
// the default. Everything that is wrong is told at once.
import { parse as parseToml, TomlError } from "smol-toml";
import { kindOf } from "../../protocol/json.ts";
import { CHANNEL_TABLE, readChannels } from "./channels.ts";
import { conflicts } from "./conflicts.ts";
import {
  allSettings,
  buildConfig,
  type Config,
  environmentNames,
  FLAGS,
  type NamedSetting,
  SECTIONS,
} from "./schema.ts";
import { didYouMean, meantBy, unknownName } from "./unknown.ts";

/** The file that is read if it is there and no other is named. */
export const SYSTEM_FILE = "/etc/classcord/classcord.toml";

/** Names the configuration file, as `--config` does. */
export const FILE_VARIABLE = "CLASSCORD_CONFIG";

/** Where settings come from. */
export interface ConfigInputs {
  /** Texts of flags, by flag (`--port`); `--config` among them. */
  readonly flags: ReadonlyMap<string, string>;
  readonly environment: Readonly<Record<string, string>>;
  /** Reads a file; what it throws is a reason not to use the file. */
  readonly readFile: (path: string) => string;
}

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

/** The configuration cannot be used: one line for each thing that is wrong with it. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";

  constructor(readonly problems: readonly string[]) {
    super(problems.join("\n"));
  }
}

interface Found {
  readonly value: unknown;
  readonly source: string;
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

interface ConfigFile {
  readonly path: string;
  readonly tables: Record<string, unknown>;
}

function readConfigFile({ flags, environment, readFile }: ConfigInputs): ConfigFile | undefined {
  const named = flags.get("--config") ?? environment[FILE_VARIABLE];
  const path = named ?? SYSTEM_FILE;
  let text: string;
  try {
    text = readFile(path);
  } catch (error) {
    if (named === undefined && error instanceof Deno.errors.NotFound) return undefined;
    const reason = error instanceof Error ? error.message : String(error);
    throw new ConfigError([`${path}: cannot read: ${reason}.`]);
  }
  try {
    // An editor on Windows may have put a byte order mark in front.
    return { path, tables: parseToml(text.replace(/^\uFEFF/, "")) };
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const reason = error.message.split("\n")[0]!.replace(/^Invalid TOML document: /, "");
    const place = `line ${error.line}, column ${error.column}`;
    throw new ConfigError([`${path}: invalid TOML at ${place}: ${reason}.`]);
  }
}

/** Settings that have another place now, by the one they had. */
const RENAMED: readonly { from: readonly [string, string]; to: readonly [string, string] }[] = [
  { from: ["metrics", "disk_min"], to: ["store", "reserve_bytes"] },
];

// A file of an older version goes on to work. Where it has both names, the new one counts.
function renameKeys({ path, tables }: ConfigFile, warnings: string[]): ConfigFile {
  const renamed = { ...tables };
  for (const { from: [section, key], to: [newSection, newKey] } of RENAMED) {
    const table = renamed[section];
    if (!isTable(table) || !Object.hasOwn(table, key)) continue;
    const { [key]: value, ...rest } = table;
    renamed[section] = rest;
    const target = renamed[newSection] ?? {};
    if (isTable(target)) renamed[newSection] = { [newKey]: value, ...target };
    warnings.push(`${path}: ${section}.${key} has been renamed to ${newSection}.${newKey}`);
  }
  return { path, tables: renamed };
}

function isTable(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function collectFile(
  { path, tables }: ConfigFile,
  found: Map<string, Found>,
  problems: string[],
): void {
  for (const [section, table] of Object.entries(tables)) {
    if (section === CHANNEL_TABLE) continue;
    const known = Object.hasOwn(SECTIONS, section)
      ? SECTIONS[section as keyof typeof SECTIONS].settings
      : undefined;
    if (known === undefined) {
      const [kind, known] = ["sections", Object.keys(SECTIONS)];
      const meant = placesOf(section);
      problems.push(`${path}: ${section}: ${unknownName(section, { kind, known, meant })}`);
      continue;
    }
    if (!isTable(table)) {
      problems.push(`${path}: ${section}: expected a table [${section}], got ${kindOf(table)}.`);
      continue;
    }
    for (const [key, value] of Object.entries(table)) {
      if (Object.hasOwn(known, key)) found.set(`${section}.${key}`, { value, source: path });
      else {
        const keys = Object.keys(known);
        const meant = meantBy(key, keys) ?? placesOf(key);
        const told = unknownName(key, { kind: "keys", known: keys, meant });
        problems.push(`${path}: ${section}.${key}: ${told}`);
      }
    }
  }
}

/** The settings with a key of that name, for a key in the wrong section. */
function placesOf(key: string): string | undefined {
  const places = allSettings().filter((each) => each.key === key)
    .map((each) => `${each.section}.${key}`);
  return places.length === 0 ? undefined : places.join(" or ");
}

function collectEnvironment(
  environment: Readonly<Record<string, string>>,
  found: Map<string, Found>,
  warnings: string[],
): void {
  const known = new Set([FILE_VARIABLE]);
  for (const { from, to } of RENAMED) {
    const [old, name] = [from, to].map((path) => `CLASSCORD_${path.join("_")}`.toUpperCase());
    known.add(old!);
    const text = environment[old!];
    if (text === undefined) continue;
    const setting = allSettings().find(({ section, key }) => section === to[0] && key === to[1])!
      .setting;
    found.set(to.join("."), { value: setting.fromText(text), source: old! });
    warnings.push(`environment variable ${old} has been renamed to ${name}`);
  }
  for (const { section, key, setting } of allSettings()) {
    for (const name of environmentNames({ section, key })) {
      known.add(name);
      const text = environment[name];
      if (text === undefined) continue;
      found.set(`${section}.${key}`, { value: setting.fromText(text), source: name });
    }
  }
  for (const name of Object.keys(environment)) {
    if (name.startsWith("CLASSCORD_") && !known.has(name)) {
      const meant = didYouMean(meantBy(name.toLowerCase(), lowerCase(known))?.toUpperCase());
      warnings.push(`unknown environment variable ${name}, ignored.${meant}`);
    }
  }
}

function lowerCase(names: Iterable<string>): string[] {
  return [...names].map((name) => name.toLowerCase());
}

function collectFlags(flags: ReadonlyMap<string, string>, found: Map<string, Found>): void {
  for (const { flag, section, key } of FLAGS) {
    const text = flags.get(flag);
    if (text === undefined) continue;
    const setting = allSettings().find((each) => each.section === section && each.key === key)!
      .setting;
    found.set(`${section}.${key}`, { value: setting.fromText(text), source: flag });
  }
}
