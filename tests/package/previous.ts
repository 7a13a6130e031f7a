// The package of the previous version, for the test of an upgrade.
import { VERSION } from "../../lib/version.ts";
import { run } from "./machine.ts";

/** A package that can be installed. */
export interface Package {
  readonly version: string;
  /** Path of the .deb. */
  readonly path: string;
  /** What it was made from, for people. */
  readonly origin: string;
}

/**
 * Builds the package of the last commit with another version. If the history does not reach that far, as in a
 * shallow clone, it builds this source under a lower version.
 *
 * @param root The repository. @param cache Where packages of earlier versions are kept.
 */
export async function previousPackage(root: string, cache: string): Promise<Package> {
  const arch = (await run("dpkg", "--print-architecture")).trim();
  const earlier = await lastOtherVersion(root);
  if (earlier === undefined) {
    const version = "0.0.1";
    await run(Deno.execPath(), "task", "deb", "--keep-build", "--version", version);
    const path = `${root}dist/classcord_${version}_${arch}.deb`;
    return { version, path, origin: "this source under a lower version" };
  }
  const { commit, version } = earlier;
  const path = `${cache}/classcord_${version}_${arch}_${commit.slice(0, 12)}.deb`;
  if (!await Deno.stat(path).then(() => true, () => false)) {
    const tree = Deno.makeTempDirSync({ prefix: "classcord-previous-" });
    try {
      await run("sh", "-ec", `git -C "$0" archive "$1" | tar -x -C "$2"`, root, commit, tree);
      await run("sh", "-ec", `cd "$0" && "$1" task deb`, tree, Deno.execPath());
      await run("mkdir", "-p", cache);
      await run("cp", `${tree}/dist/classcord_${version}_${arch}.deb`, path);
    } finally {
      await Deno.remove(tree, { recursive: true });
    }
  }
  return { version, path, origin: `commit ${commit.slice(0, 12)}` };
}

async function lastOtherVersion(
  root: string,
): Promise<{ commit: string; version: string } | undefined> {
  const log = await run(
    "git",
    "-C",
    root,
    "log",
    "--first-parent",
    "--format=%H",
    "--",
    "deno.json",
  ).catch(() => "");
  for (const commit of log.split("\n").filter((line) => line !== "")) {
    const text = await run("git", "-C", root, "show", `${commit}:deno.json`);
    const { version } = JSON.parse(text) as { version?: string };
    if (version !== undefined && version !== VERSION) return { commit, version };
  }
  return undefined;
}
