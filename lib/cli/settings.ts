// The command-line flags for settings, and the resulting configuration of a command.
import { type Command, Help, type Option } from "commander";
import { ConfigError } from "../ops/config/config_error.ts";
import { SYSTEM_FILE } from "../ops/config/inputs.ts";
import { loadConfig, type LoadedConfig } from "../ops/config/load.ts";
import { readRegularFile } from "../store/regular_file.ts";
import { FLAGS, SECTIONS } from "../ops/config/schema.ts";
import { CommandFailure, EXIT } from "./command.ts";

/** The configuration of a command. */
export type Settings = LoadedConfig;

/** The flags that affect each kind of command. */
export const USES = {
  /** The server itself, and the command that prints its settings. */
  everything: FLAGS.map(({ flag }) => flag),
  /** Commands that use the database. */
  data: ["--data-dir"],
  /** Commands that use the HTTP server. */
  health: ["--metrics-host", "--metrics-port", "--tls-cert", "--tls-key"],
} as const satisfies Record<string, readonly string[]>;

/**
 * Adds flags for settings to a command. Its help shows the values of this machine.
 *
 * @param used The flags that affect the command.
 */
export function withSettings(command: Command, used: readonly string[]): Command {
  command.option("--config <file>", `configuration file (default: ${SYSTEM_FILE})`);
  for (const { flag, value, section, key } of FLAGS.filter(({ flag }) => used.includes(flag))) {
    const { help, default: fallback } = settingOf(section, key);
    const summary = help.split(/[.;] /)[0]!.replace(/\.$/, "").replaceAll("`", "");
    const built = fallback === "" ? "none" : String(fallback);
    command.option(`${flag} ${value}`, `${summary} (default: ${built})`);
  }
  return command.configureHelp({ optionDescription: describeOption });
}

/** Describes an option. A value from a file or a variable is shown instead of the default. */
function describeOption(option: Option): string {
  const described = new Help().optionDescription(option);
  const found = FLAGS.find(({ flag }) => flag === option.long);
  const value = found && configured(found.section, found.key);
  return value === undefined ? described : described.replace(/\(default: .*\)$/, `(${value})`);
}

/**
 * Returns the value of a setting and its origin, if it is not the default. The help must work with a wrong
 * configuration too.
 */
function configured(section: string, key: string): string | undefined {
  try {
    const { config, source } = load(new Map());
    const from = source(section, key);
    const values: Record<string, unknown> = config[section as keyof typeof SECTIONS];
    return from === "default" ? undefined : `${from}: ${values[key]}`;
  } catch (error) {
    if (error instanceof ConfigError) return undefined;
    throw error;
  }
}

function settingOf(section: string, key: string): { help: string; default: unknown } {
  const settings: Record<string, { help: string; default: unknown }> =
    SECTIONS[section as keyof typeof SECTIONS].settings;
  return settings[key]!;
}

/**
 * Loads the configuration from the command line, the environment and the file.
 *
 * @throws {CommandFailure} with all errors of the configuration.
 */
export function settingsOf(command: Command): Settings {
  try {
    return readSettings(command);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw new CommandFailure(error.message, EXIT.config);
  }
}

/** Like {@linkcode settingsOf}, for a caller that can go on without the settings. @throws {ConfigError} */
export function readSettings(command: Command): Settings {
  const options = command.opts<Record<string, string | undefined>>();
  const flags = new Map<string, string>();
  for (const { long, attributeName } of command.options.map(describe)) {
    const value = options[attributeName];
    if (typeof value === "string") flags.set(long, value);
  }
  return load(flags);
}

function load(flags: ReadonlyMap<string, string>): Settings {
  return loadConfig({
    flags,
    environment: Deno.env.toObject(),
    readFile: readRegularFile,
  });
}

function describe(option: Command["options"][number]): { long: string; attributeName: string } {
  return { long: option.long ?? "", attributeName: option.attributeName() };
}
