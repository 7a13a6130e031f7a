// Runs the program as another user of this machine, which requires root. The packaged service has its own user.
import assert from "node:assert/strict";
import type { Finished } from "./process.ts";
import { findProgram, type Needs } from "./programs.ts";

const root = new URL("../../", import.meta.url);

/** A user and a group that nobody else uses. */
export const OTHER = { uid: 65534, gid: 65533 } as const;

/** The requirements of tests that run the program as another user. */
export const NEEDS_OTHER_USER: Needs = {
  programs: ["setpriv"],
  also: { "root, and a Deno that others may run": canRunAsOther() },
};

function canRunAsOther(): boolean {
  if (Deno.uid() !== 0 || findProgram("setpriv") === undefined) return false;
  const command = new Deno.Command("setpriv", {
    args: [`--reuid=${OTHER.uid}`, "--clear-groups", "--", Deno.execPath(), "--version"],
    stdout: "null",
    stderr: "null",
  });
  return command.outputSync().success;
}

/** The user and group that run the program; root by default. */
export interface RunAs {
  readonly uid?: number;
  readonly gid?: number;
}

/**
 * Bundles the program into one file that other users can read, because they may not be able to read the sources and
 * packages.
 *
 * @param directory The directory for the file.
 * @returns A function that runs the program with some arguments.
 */
export async function bundleProgram(
  directory: string,
): Promise<(who: RunAs, args: readonly string[], stdin?: string) => Promise<Finished>> {
  const bundle = `${directory}/classcord.js`;
  const args = ["bundle", "--quiet", "-o", bundle, "main.ts"];
  const made = await new Deno.Command(Deno.execPath(), { args, cwd: root }).output();
  assert.ok(made.success, new TextDecoder().decode(made.stderr));
  const { unstable } = JSON.parse(await Deno.readTextFile(new URL("deno.json", root)));
  const flags = (unstable as string[]).map((feature) => `--unstable-${feature}`);
  return async ({ uid, gid }, args, stdin) => {
    const ids = [
      ...(uid === undefined ? [] : [`--reuid=${uid}`]),
      ...(gid === undefined ? [] : [`--regid=${gid}`]),
    ];
    const options = ["--no-config", "--no-check", "-A", ...flags];
    const program = [Deno.execPath(), "run", ...options, bundle];
    const child = new Deno.Command("setpriv", {
      args: [...ids, "--clear-groups", "--", ...program, ...args],
      cwd: directory,
      env: { HOME: "/nonexistent", DENO_DIR: "/nonexistent", NO_COLOR: "1" },
      stdin: stdin === undefined ? "null" : "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    if (stdin !== undefined) {
      await new Response(stdin).body!.pipeTo(child.stdin).catch(() => {});
    }
    const { code, stdout, stderr } = await child.output();
    const decoder = new TextDecoder();
    return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
  };
}
