// `deno task build`: builds the program in two forms. dist/classcord is one executable file that needs nothing
// else on the machine. dist/program contains the same as separate files, for the package and install.sh.
//
// `deno compile` needs `denort`, which Deno downloads or DENORT_BIN names. If neither is available, the one file
// is a shell script followed by the Deno runtime and the bundle, which it unpacks at the first start. The manual
// pages and completions go to dist/share.
import { parseArgs } from "node:util";
import { writeManuals } from "./manual.ts";
import {
  bundle,
  filledIn,
  must,
  type Program,
  PROGRAM_FILES,
  run,
  runtimeFlags,
  runtimeFor,
  TARGETS,
  withBuild,
  writeProgram,
} from "./program.ts";

const root = new URL("../", import.meta.url).pathname;

/** Compiles the program if `denort` is available. @returns The error if it failed. */
async function compile(
  output: string,
  { target, code }: { target: string; code: string },
): Promise<string | undefined> {
  const path = `${root}dist/classcord.js`;
  Deno.writeTextFileSync(path, await withBuild(code, "compiled"));
  const args = ["compile", "--quiet", "--no-config", ...runtimeFlags(), "--target", target];
  const { success, stderr } = await run(Deno.execPath(), [...args, "--output", output, path]);
  if (success) return undefined;
  // deno-lint-ignore no-control-regex -- colours
  const plain = stderr.replace(/\x1b\[[\d;]*m/g, "");
  // The last line before Deno's stack is the root cause.
  return plain.split("Stack backtrace:")[0]!.trim().split("\n").at(-1)!.trim();
}

async function sha256(path: string): Promise<string> {
  return (await must("sha256sum", [path])).slice(0, 64);
}

async function selfExtract(output: string, { code, runtime }: Program): Promise<void> {
  const directory = Deno.makeTempDirSync({ prefix: "classcord-build-" });
  try {
    await writeProgram(directory, { runtime, code: await withBuild(code, "self-extracting") });
    const sums = await Promise.all(PROGRAM_FILES.map((name) => sha256(`${directory}/${name}`)));
    const checks = PROGRAM_FILES.map((name, i) => `${sums[i]}  ${name}`).join("\n");
    const archive = `${directory}/payload.tar.gz`;
    const reproducible = ["--sort=name", "--owner=0", "--group=0", "--mtime=@0"];
    await must("tar", ["-C", directory, ...reproducible, "-czf", archive, ...PROGRAM_FILES]);
    const head = filledIn("self-extract.sh")
      .replaceAll("@HASH@", (await sha256(archive)).slice(0, 16))
      .replaceAll("@CHECKS@", checks);
    const bytes = new TextEncoder().encode(head);
    // The script contains its own length in a field of fixed width. The archive begins there.
    const skip = String(bytes.length + 1).padEnd("@SKIP@".length);
    const file = Deno.openSync(output, { write: true, create: true, truncate: true, mode: 0o755 });
    file.writeSync(new TextEncoder().encode(head.replace("@SKIP@", skip)));
    await Deno.openSync(archive).readable.pipeTo(file.writable);
  } finally {
    Deno.removeSync(directory, { recursive: true });
  }
}

async function unpacked(directory: string, { code, runtime }: Program): Promise<void> {
  await writeProgram(directory, { runtime, code: await withBuild(code, "unpacked") });
  Deno.writeTextFileSync(`${directory}/classcord`, filledIn("launcher.sh"));
  Deno.chmodSync(`${directory}/classcord`, 0o755);
}

function mebibytes(...paths: string[]): string {
  const bytes = paths.reduce((sum, path) => sum + Deno.statSync(path).size, 0);
  return `${Math.round(bytes / 2 ** 20)} MiB`;
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
  const program = `${root}dist/program`;
  // `deno compile` does not overwrite a file that it did not make, nor a program that is running.
  await run("rm", ["-rf", output, program]);
  const code = await bundle();
  const missing = await compile(output, { target, code });
  const downloads = Deno.makeTempDirSync({ prefix: "classcord-runtime-" });
  try {
    const runtime = await runtimeFor(target, downloads);
    if (missing !== undefined) {
      console.log(
        `deno compile has no base (${missing}): making a self-extracting executable instead.`,
      );
      await selfExtract(output, { code, runtime });
    }
    await unpacked(program, { code, runtime });
  } finally {
    Deno.removeSync(downloads, { recursive: true });
  }
  writeManuals(`${root}dist/share`);
  console.log(`${output}: ${mebibytes(output)}`);
  console.log(`${program}: ${mebibytes(...PROGRAM_FILES.map((name) => `${program}/${name}`))}`);
}
