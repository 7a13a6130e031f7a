// What this program is: its version, and how it was built.

/** Version, by https://semver.org. deno.json has it too; a test holds them together. */
export const VERSION = "0.2.0";

/** How a program was made. `scripts/build.ts` puts it in front of the bundle. */
export interface Build {
  /** The commit, or `unknown`. */
  readonly commit: string;
  /** One file, `compiled` by `deno compile` or `self-extracting`; installed `unpacked`; or the `sources`. */
  readonly kind: "compiled" | "self-extracting" | "unpacked" | "sources";
}

/** How this program was made. */
export function buildOf(scope: { CLASSCORD_BUILD?: Build } = globalThis as never): Build {
  return scope.CLASSCORD_BUILD ?? { commit: "unknown", kind: "sources" };
}
