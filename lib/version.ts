// The version of the program. deno.json has it too; a test holds them together.

/** Version, by https://semver.org. */
export const VERSION = "0.1.0";
