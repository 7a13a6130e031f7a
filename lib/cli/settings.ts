// The flags that set the configuration, and the configuration that results, for every command.
import { type Command, Help, type Option } from "commander";
import { ConfigError } from "../ops/config/config_error.ts";
import { SYSTEM_FILE } from "../ops/config/inputs.ts";
import { loadConfig, type LoadedConfig } from "../ops/config/load.ts";
import { readRegularFile } from "../store/regular_file.ts";
import { FLAGS, SECTIONS } from "../ops/config/schema.ts";
import { CommandFailure, EXIT } from "./command.ts";

/** The configuration a command works with. */
export type Settings = LoadedConfig;

/** The flags that have an effect on a command. */
export const USES = {
  /** The server itself, and what shows its settings. */
  everything: FLAGS.map(({ flag }) => flag),
  /** Commands that work on the database. */
  data: ["--data-dir"],
  /** Commands that ask for metrics and health. */
  health: ["--metrics-host", "--metrics-port", "--tls-cert", "--tls-key"],
} as const satisfies Record<string, readonly string[]>;

/**
 * Adds the flags of settings to a command. Its help shows what applies on this machine.
 *
 * @param used The flags that have an effect on it.
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

/** The description of an option; a file or a variable that sets its value counts over the default. */
function describeOption(option: Option): string {
  const described = new Help().optionDescription(option);
  const found = FLAGS.find(({ flag }) => flag === option.long);
  const value = found && configured(found.section, found.key);
  return value === undefined ? described : described.replace(/\(default: .*\)$/, `(${value})`);
}

/** A value that is not the default, and where it comes from. Help works with a wrong configuration too. */
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
 * Loads the configuration as the command line, the environment and the file have it.
 *
 * @throws {CommandFailure} naming everything that is wrong with it.
 */
export function settingsOf(command: Command): Settings {
  try {
    return readSettings(command);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw new CommandFailure(error.message, EXIT.config);
  }
}

/** As {@linkcode settingsOf}, for a caller that goes on without them. @throws {ConfigError} */
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
