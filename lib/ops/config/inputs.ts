// Where settings come from: flags, environment variables and a file.

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

/** A value that was found for a setting, to be checked. */
export interface Found {
  readonly value: unknown;
  /** The file, the variable or the flag it is from. */
  readonly source: string;
}
