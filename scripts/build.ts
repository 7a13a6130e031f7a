// `deno task build`: makes dist/classcord, one executable file that needs nothing else on the machine.
//
// `deno compile` needs a base, `denort`, which Deno downloads or DENORT_BIN names. Where neither is to be
// had, the file is a shell head with the Deno runtime and the bundle behind it, which unpacks itself once.
// The manual pages and completions are put beside it, into dist/share.
import { parseArgs } from "node:util";
import { writeManuals } from "./manual.ts";
import type { Build } from "../lib/version.ts";
import { VERSION } from "../lib/version.ts";

/** Architectures by Deno's name for them, and Debian's. */
export const TARGETS: Readonly<Record<string, string>> = {
  "x86_64-unknown-linux-gnu": "amd64",
  "aarch64-unknown-linux-gnu": "arm64",
};

const root = new URL("../", import.meta.url).pathname;

/** The program's permissions and options, the same however it is run: those of `deno task start`. A bundle has no lock file. */
function runtimeFlags(): string[] {
  const { tasks, unstable } = JSON.parse(Deno.readTextFileSync(`${root}deno.json`));
  const flags = (tasks.start as string).split(" ").filter((word) =>
    /^--(?!lock|frozen)/.test(word)
  );
  return [...flags, ...(unstable as string[]).map((feature) => `--unstable-${feature}`)];
}

async function run(command: string, args: string[], options: Deno.CommandOptions = {}) {
  const output = await new Deno.Command(command, {
    args,
    cwd: root,
    stdout: "piped",
    stderr: "piped",
    ...options,
  }).output();
  const decoder = new TextDecoder();
  return {
    success: output.success,
    stdout: decoder.decode(output.stdout),
    stderr: decoder.decode(output.stderr),
  };
}

async function must(command: string, args: string[]): Promise<string> {
  const { success, stdout, stderr } = await run(command, args);
  if (!success) throw new Error(`${command} ${args.join(" ")}: ${stderr}`);
  return stdout;
}

/** Bundles the program, with how it was built in front. */
async function bundle(kind: Build["kind"]): Promise<string> {
  const path = `${root}dist/classcord.js`;
  await must(Deno.execPath(), [
    ...["bundle", "--lock=deno.lock", "--frozen", "--quiet"],
    ...["-o", path, "main.ts"],
  ]);
  const build: Build = { commit: await revision(), kind };
  const code = Deno.readTextFileSync(path);
  Deno.writeTextFileSync(path, `globalThis.CLASSCORD_BUILD=${JSON.stringify(build)};\n${code}`);
  return path;
}

/** The commit: what CLASSCORD_COMMIT names, where there is no repository, or what git says. */
async function revision(): Promise<string> {
  const named = Deno.env.get("CLASSCORD_COMMIT");
  if (named) return named.slice(0, 12);
  const told = await run("git", ["rev-parse", "--short=12", "HEAD"]).catch(() => undefined);
  return told?.success ? told.stdout.trim() : "unknown";
}

/** Compiles, if there is a base. @returns Why not, if it did not work. */
async function compile(target: string, output: string): Promise<string | undefined> {
  const code = await bundle("compiled");
  const args = ["compile", "--quiet", "--no-config", ...runtimeFlags(), "--target", target];
  const { success, stderr } = await run(Deno.execPath(), [...args, "--output", output, code]);
  if (success) return undefined;
  // deno-lint-ignore no-control-regex -- colours
  const plain = stderr.replace(/\x1b\[[\d;]*m/g, "");
  // The innermost cause stands last, before Deno's own stack.
  return plain.split("Stack backtrace:")[0]!.trim().split("\n").at(-1)!.trim();
}

/** Deno's packages on npm, by target. */
const RUNTIME_PACKAGES: Readonly<Record<string, string>> = {
  "x86_64-unknown-linux-gnu": "@deno/linux-x64-glibc",
  "aarch64-unknown-linux-gnu": "@deno/linux-arm64-glibc",
};

/**
 * The Deno that goes into a self-extracting file: this one, or for another architecture the one that
 * DENO_BIN names, else the same version from npm.
 */
async function runtimeFor(target: string, directory: string): Promise<string> {
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
  Deno.removeSync(archive);
  return `${directory}/package/deno`;
}

async function sha256(path: string): Promise<string> {
  return (await must("sha256sum", [path])).slice(0, 64);
}

async function selfExtract(target: string, output: string): Promise<void> {
  const code = await bundle("self-extracting");
  const directory = Deno.makeTempDirSync({ prefix: "classcord-build-" });
  try {
    Deno.copyFileSync(await runtimeFor(target, directory), `${directory}/deno`);
    Deno.chmodSync(`${directory}/deno`, 0o755);
    Deno.copyFileSync(code, `${directory}/classcord.js`);
    const files = ["deno", "classcord.js"];
    const sums = await Promise.all(files.map((name) => sha256(`${directory}/${name}`)));
    const checks = files.map((name, i) => `${sums[i]}  ${name}`).join("\n");
    const archive = `${directory}/payload.tar.gz`;
    const reproducible = ["--sort=name", "--owner=0", "--group=0", "--mtime=@0"];
    await must("tar", ["-C", directory, ...reproducible, "-czf", archive, ...files]);
    const head = Deno.readTextFileSync(`${root}packaging/self-extract.sh`)
      .replaceAll("@VERSION@", VERSION)
      .replaceAll("@HASH@", (await sha256(archive)).slice(0, 16))
      .replaceAll("@CHECKS@", checks)
      .replaceAll("@FLAGS@", runtimeFlags().join(" "));
    const bytes = new TextEncoder().encode(head);
    // The head tells where the archive begins: its own length, written in a field of fixed width.
    const skip = String(bytes.length + 1).padEnd("@SKIP@".length);
    const file = Deno.openSync(output, { write: true, create: true, truncate: true, mode: 0o755 });
    file.writeSync(new TextEncoder().encode(head.replace("@SKIP@", skip)));
    await Deno.openSync(archive).readable.pipeTo(file.writable);
  } finally {
    Deno.removeSync(directory, { recursive: true });
  }
}

if (import.meta.main) {
  const { values } = parseArgs({
    args: Deno.args,
    options: {
      target: { type: "string", default: Deno.build.target },
      output: { type: "string", default: `${root}dist/classcord` },
    },
  });
  const { target, output } = values;
  if (TARGETS[target] === undefined) {
    console.error(`--target: expected ${Object.keys(TARGETS).join(" or ")}, got ${target}.`);
    Deno.exit(2);
  }
  Deno.mkdirSync(`${root}dist`, { recursive: true });
  // `deno compile` does not write over a file it did not make.
  await run("rm", ["-f", output]);
  const missing = await compile(target, output);
  if (missing !== undefined) {
    console.log(
      `deno compile has no base (${missing}): making a self-extracting executable instead.`,
    );
    await selfExtract(target, output);
  }
  writeManuals(`${root}dist/share`);
  const { size } = Deno.statSync(output);
  console.log(`${output}: ${Math.round(size / 2 ** 20)} MiB`);
}
