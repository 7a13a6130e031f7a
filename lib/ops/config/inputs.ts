// The sources of settings: flags, environment variables and a file.

/** The file that is read if it exists and no other file is named. */
export const SYSTEM_FILE = "/etc/classcord/classcord.toml";

/** The variable that names the configuration file, like `--config`. */
export const FILE_VARIABLE = "CLASSCORD_CONFIG";

/** The sources of settings. */
export interface ConfigInputs {
  /** The texts of flags by their name, such as `--port`, including `--config`. */
  readonly flags: ReadonlyMap<string, string>;
  readonly environment: Readonly<Record<string, string>>;
  /** Reads a file. Throws if the file cannot be used. */
  readonly readFile: (path: string) => string;
}

/** The value found for a setting, not checked yet. */
export interface Found {
  readonly value: unknown;
  /** The file, variable or flag that has the value. */
  readonly source: string;
}
