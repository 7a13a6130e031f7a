// The error for a configuration that cannot be used.

/** The configuration cannot be used: one line for each thing that is wrong with it. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";

  constructor(readonly problems: readonly string[]) {
    super(problems.join("\n"));
  }
}
