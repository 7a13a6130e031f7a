// `deno task web` builds the page into dist/web, unless the sources have not changed. Other tasks depend on it.
//
// If the page cannot be built, for example offline or without esbuild, the task prints one line and succeeds, and the
// server starts without the page. With `--strict`, the task fails.
import { parseArgs } from "node:util";
import { type PackedFile, packPage, type PageFile } from "./page/pack.ts";
import { digestOf, filesBelow } from "./page/sources.ts";

const root = new URL("../", import.meta.url).pathname;
const output = `${root}dist/web`;

/** The maximum time for one bundle, in milliseconds. Deno may have to download packages. */
const BUILD_MS = 120_000;

/** The file that the server reads. */
export const ASSETS = `${output}/assets.json`;

/** The built files, with the digest of their sources. */
interface Built {
  readonly digest: string;
  readonly files: readonly PackedFile[];
}

/** Bundles the scripts and the styles of the page. @throws {Error} If that fails. The message is the reason. */
async function bundlePage(directory: string): Promise<PageFile[]> {
  const styles = ["main", "lesson", "admin"].map((name) => `web/style/${name}.css`);
  for (const entry of ["web/main.tsx", ...styles]) {
    const child = new Deno.Command(Deno.execPath(), {
      args: [
        ...["bundle", "--lock=deno.lock", "--frozen", "--quiet", "--minify"],
        ...["--platform", "browser", "--code-splitting", "--outdir", directory, entry],
      ],
      cwd: root,
      env: { NO_COLOR: "1" },
      stdout: "null",
      stderr: "piped",
      signal: AbortSignal.timeout(BUILD_MS),
    });
    const { success, stderr } = await child.output();
    if (!success) throw new Error(reasonOf(new TextDecoder().decode(stderr)));
  }
  return readFiles(directory).map(({ name, bytes }) => ({
    name: name.replace(/^main\./, "app."),
    bytes,
  }));
}

/** Returns the first line of the output that describes the error. */
function reasonOf(stderr: string): string {
  const lines = stderr.split("\n").map((line) => line.trim());
  const reason = lines.find((line) => /^error|ERROR/.test(line)) ??
    lines.find((line) => line !== "");
  return reason ?? "deno bundle failed";
}

function readFiles(directory: string): PageFile[] {
  return filesBelow(`${directory}/`, ".").map((path) => {
    const name = path.slice("./".length);
    return { name, bytes: Deno.readFileSync(`${directory}/${name}`) };
  });
}

function readBuilt(): PageBuild & { readonly digest?: string } {
  try {
    const table = Deno.readTextFileSync(ASSETS);
    // The digest comes first, so the rest need not be parsed at each start.
    const digest = /^\{"digest":"(\w+)"/.exec(table)?.[1];
    return { table, ...(digest === undefined ? {} : { digest }) };
  } catch {
    return { table: "" };
  }
}

/** The page as the server reads it. `reason` is for the administrator if the page does not match the sources. */
export interface PageBuild {
  /** The text of the table; empty if there is none. */
  readonly table: string;
  readonly reason?: string;
}

/** Builds the page, unless the existing one was built from the same sources. */
export async function buildPage(): Promise<PageBuild> {
  const digest = digestOf(root);
  const before = readBuilt();
  if (before.digest === digest) return before;
  Deno.mkdirSync(output, { recursive: true });
  const directory = Deno.makeTempDirSync({ dir: output, prefix: "build-" });
  try {
    const files = packPage(await bundlePage(directory), {
      shell: Deno.readTextFileSync(`${root}web/shell.html`),
      fixed: readFiles(`${root}web/static`),
    });
    const built: Built = { digest, files };
    // Two tasks may build at once. Renaming makes sure that each reader finds a complete file.
    const made = `${directory}/assets.json`;
    Deno.writeTextFileSync(made, JSON.stringify(built));
    Deno.renameSync(made, ASSETS);
    return readBuilt();
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const instead = before.table === "" ? "without it" : "with the page built before";
    return {
      ...before,
      reason: `The web page was not built (${why}). The server starts ${instead}.`,
    };
  } finally {
    Deno.removeSync(directory, { recursive: true });
  }
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { strict: { type: "boolean", default: false } } });
  const { reason } = await buildPage();
  if (reason !== undefined) {
    console.error(reason);
    if (values.strict) Deno.exit(1);
  }
}
