// The program as files: the Deno runtime, the bundle, and the script that starts them. Packages and
// self-extracting executables are made from these files.
import { escapeNonAscii } from "../lib/protocol/escape.ts";
import { type Build, VERSION } from "../lib/version.ts";
import { buildPage } from "./web.ts";

/** Debian's name of each architecture, by Deno's name. */
export const TARGETS: Readonly<Record<string, string>> = {
  "x86_64-unknown-linux-gnu": "amd64",
  "aarch64-unknown-linux-gnu": "arm64",
};

/** The npm package of the Deno runtime for each target. */
const RUNTIME_PACKAGES: Readonly<Record<string, string>> = {
  "x86_64-unknown-linux-gnu": "@deno/linux-x64-glibc",
  "aarch64-unknown-linux-gnu": "@deno/linux-arm64-glibc",
};

const root = new URL("../", import.meta.url).pathname;

/** The files of a program, which are in one directory. */
export const PROGRAM_FILES = ["deno", "classcord.js"] as const;

/** The parts of a program. */
export interface Program {
  /** The bundle. */
  readonly code: string;
  /** Path of the Deno runtime that runs the bundle. */
  readonly runtime: string;
}

/** Returns the permissions and options of `deno task start`, which apply however the program is run. */
export function runtimeFlags(): string[] {
  const { tasks, unstable } = JSON.parse(Deno.readTextFileSync(`${root}deno.json`));
  const flags = (tasks.start.command as string).split(" ").filter((word) =>
    /^--(?!lock|frozen)/.test(word)
  );
  return [...flags, ...(unstable as string[]).map((feature) => `--unstable-${feature}`)];
}

/** Runs a command on this machine. */
export async function run(command: string, args: string[]) {
  const output = await new Deno.Command(command, { args, cwd: root }).output();
  const decoder = new TextDecoder();
  return {
    success: output.success,
    stdout: decoder.decode(output.stdout),
    stderr: decoder.decode(output.stderr),
  };
}

/** Runs a command on this machine. @returns Its standard output. @throws If it fails. */
export async function must(command: string, args: string[]): Promise<string> {
  const { success, stdout, stderr } = await run(command, args);
  if (!success) throw new Error(`${command} ${args.join(" ")}: ${stderr}`);
  return stdout;
}

/**
 * Bundles the program with its page into dist/classcord.js. Where the page cannot be built, it says so and
 * bundles the program without it.
 *
 * @returns The code, to be completed by {@linkcode withBuild}.
 */
export async function bundle(): Promise<string> {
  const path = `${root}dist/classcord.js`;
  const page = await buildPage();
  if (page.reason !== undefined) console.error(page.reason);
  await must(Deno.execPath(), [
    ...["bundle", "--lock=deno.lock", "--frozen", "--quiet"],
    ...["-o", path, "main.ts"],
  ]);
  // V8 would hold code with other characters in two bytes for each. Only strings, regular expressions and comments have
  // some, and the escapes of JSON mean the same there.
  const code = escapeNonAscii(
    `globalThis.CLASSCORD_PAGE=${JSON.stringify(page.table)};\n${Deno.readTextFileSync(path)}`,
  );
  Deno.writeTextFileSync(path, code);
  return code;
}

/** The code of a bundle, with how it was built in front. */
export async function withBuild(code: string, kind: Build["kind"]): Promise<string> {
  const build: Build = { commit: await revision(), kind };
  return `globalThis.CLASSCORD_BUILD=${JSON.stringify(build)};\n${code}`;
}

/** Returns the commit: that of CLASSCORD_COMMIT if there is no repository, else that of git. */
async function revision(): Promise<string> {
  const named = Deno.env.get("CLASSCORD_COMMIT");
  if (named) return named.slice(0, 12);
  const told = await run("git", ["rev-parse", "--short=12", "HEAD"]).catch(() => undefined);
  return told?.success ? told.stdout.trim() : "unknown";
}

/** Writes the files of a program to a directory. */
export async function writeProgram(directory: string, { code, runtime }: Program): Promise<void> {
  await Deno.mkdir(directory, { recursive: true });
  const [deno, script] = PROGRAM_FILES;
  await Deno.copyFile(runtime, `${directory}/${deno}`);
  await Deno.chmod(`${directory}/${deno}`, 0o755);
  await Deno.writeTextFile(`${directory}/${script}`, code);
}

/**
 * Returns the path of the Deno runtime for a target: this one, or for another architecture the one that DENO_BIN
 * names, else the same version from npm.
 *
 * @param directory Where to put a runtime from npm.
 */
export async function runtimeFor(target: string, directory: string): Promise<string> {
  const given = Deno.env.get("DENO_BIN");
  if (given !== undefined) return given;
  if (target === Deno.build.target) return Deno.execPath();
  const name = `${RUNTIME_PACKAGES[target]}@${Deno.version.deno}`;
  const packed = await run("npm", ["pack", "--silent", "--pack-destination", directory, name]);
  if (!packed.success) {
    throw new Error(
      `${target}: expected DENO_BIN to name a Deno for it, or npm to have ${name}: ${packed.stderr}`,
    );
  }
  const archive = `${directory}/${packed.stdout.trim()}`;
  await must("tar", ["-xzf", archive, "-C", directory, "package/deno"]);
  return `${directory}/package/deno`;
}

/** Returns a script of packaging/ with the version and the runtime options filled in. */
export function filledIn(name: string): string {
  return Deno.readTextFileSync(`${root}packaging/${name}`)
    .replaceAll("@VERSION@", VERSION)
    .replaceAll("@FLAGS@", runtimeFlags().join(" "));
}
