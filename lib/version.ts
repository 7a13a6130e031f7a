// The version of this program, and how it was built.

/** The version, as defined by https://semver.org. deno.json has the same version; a test compares them. */
export const VERSION = "0.2.0";

/** How a program was built. `scripts/build.ts` adds this to the beginning of the bundle. */
export interface Build {
  /** The commit, or `unknown`. */
  readonly commit: string;
  /** One file, `compiled` by `deno compile` or `self-extracting`; installed `unpacked`; or the `sources`. */
  readonly kind: "compiled" | "self-extracting" | "unpacked" | "sources";
}

/** Returns how this program was built. */
export function buildOf(scope: { CLASSCORD_BUILD?: Build } = globalThis as never): Build {
  return scope.CLASSCORD_BUILD ?? { commit: "unknown", kind: "sources" };
}
