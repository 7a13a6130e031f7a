// `deno task build`: makes the program in two shapes: dist/classcord, one executable file that needs nothing
// else on the machine, and dist/program, the same unpacked, of which the package and install.sh are made.
//
// `deno compile` needs a base, `denort`, which Deno downloads or DENORT_BIN names. If neither is
// available, the one file is a shell head with the Deno runtime and the bundle behind it, which unpacks itself once.
// The manual pages and completions are put beside it, into dist/share.
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

/** Compiles, if there is a base. @returns Why not, if it did not work. */
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
  // The innermost cause stands last, before Deno's own stack.
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
    // The head tells where the archive begins: its own length, written in a field of fixed width.
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
  // `deno compile` does not write over a file it did not make, and nothing over a program that runs.
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
