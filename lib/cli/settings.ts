// The flags that set the configuration, and the configuration that results, for every command.
import type { Command } from "commander";
import { ConfigError, loadConfig, type LoadedConfig } from "../ops/config/load.ts";
import { readRegularFile } from "../store/regular_file.ts";
import { FLAGS, SECTIONS } from "../ops/config/schema.ts";
import { CommandFailure, EXIT } from "./command.ts";

/** The configuration a command works with. */
export type Settings = LoadedConfig;

/** Adds the flags of settings to a command. */
export function withSettings(command: Command): Command {
  command.option("--config <file>", "configuration file (default: /etc/classcord/classcord.toml)");
  for (const { flag, value, section, key } of FLAGS) {
    const settings: Record<string, { help: string; default: unknown }> =
      SECTIONS[section as keyof typeof SECTIONS].settings;
    const { help, default: fallback } = settings[key]!;
    const summary = help.split(/[.;] /)[0]!.replace(/\.$/, "");
    command.option(
      `${flag} ${value}`,
      `${summary} (default: ${fallback === "" ? "none" : fallback})`,
    );
  }
  return command;
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

/** As {@linkcode settingsOf}, for whoever goes on without. @throws {ConfigError} */
export function readSettings(command: Command): Settings {
  const options = command.opts<Record<string, string | undefined>>();
  const flags = new Map<string, string>();
  for (const { long, attributeName } of command.options.map(describe)) {
    const value = options[attributeName];
    if (typeof value === "string") flags.set(long, value);
  }
  return loadConfig({
    flags,
    environment: Deno.env.toObject(),
    readFile: readRegularFile,
  });
}

function describe(option: Command["options"][number]): { long: string; attributeName: string } {
  return { long: option.long ?? "", attributeName: option.attributeName() };
}
