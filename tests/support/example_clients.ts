// The whole clients in examples/, as they are or with texts replaced.
import assert from "node:assert/strict";
import type { Program } from "./driven_client.ts";

const examples = new URL("../../examples/", import.meta.url);

/** A text of a client, and what to put in its place. */
export type Replacement = readonly [text: string, instead: string];

/** A client that can be started. Disposing of it removes its files. */
export interface ExampleClient extends AsyncDisposable {
  readonly program: Program;
}

/** A whole client. */
export interface Example {
  readonly name: string;
  /** The programs that it needs. */
  readonly needs: readonly string[];
  /** Makes it ready to start, with some of its texts replaced. */
  readonly start: (replacements?: readonly Replacement[]) => Promise<ExampleClient>;
}

/** The whole clients for a console. */
export const EXAMPLES: readonly Example[] = [
  example(["python/3_client.py"], ["python3"], (directory) => ({
    command: "python3",
    args: ["-u", `${directory}/3_client.py`],
  })),
  example(["javascript/client.mjs"], ["node"], (directory) => ({
    command: "node",
    args: [`${directory}/client.mjs`],
  })),
  example(["java/Client.java", "java/Json.java"], ["java", "javac"], async (directory) => {
    const { success, stderr } = await new Deno.Command("javac", {
      args: ["-encoding", "UTF-8", `${directory}/Client.java`, `${directory}/Json.java`],
    }).output();
    assert.ok(success, new TextDecoder().decode(stderr));
    // The first tier of the compiler suffices for a client, and starts faster.
    const args = ["-XX:TieredStopAtLevel=1", "-Xshare:auto", "-cp", directory, "Client"];
    return { command: "java", args };
  }),
];

function example(
  paths: readonly string[],
  needs: readonly string[],
  build: (directory: string) => Program | Promise<Program>,
): Example {
  const name = nameOf(paths[0]!);
  return {
    name,
    needs,
    async start(replacements = []) {
      const directory = await Deno.makeTempDir({ prefix: "classcord-client-" });
      const remove = () => Deno.remove(directory, { recursive: true });
      try {
        const files = new Map<string, string>();
        for (const path of paths) {
          files.set(nameOf(path), await Deno.readTextFile(new URL(path, examples)));
        }
        replace(files, replacements);
        for (const [file, text] of files) await Deno.writeTextFile(`${directory}/${file}`, text);
        return { program: await build(directory), [Symbol.asyncDispose]: remove };
      } catch (error) {
        await remove();
        throw error;
      }
    },
  };
}

function nameOf(path: string): string {
  return path.replace(/.*\//, "");
}

/** Replaces each text, which must occur exactly once in all files together. */
function replace(files: Map<string, string>, replacements: readonly Replacement[]): void {
  for (const [wanted, instead] of replacements) {
    const having = [...files].filter(([, text]) => text.includes(wanted));
    const count = having.reduce((sum, [, text]) => sum + text.split(wanted).length - 1, 0);
    assert.equal(count, 1, `${[...files.keys()].join(", ")}: expected this text once: ${wanted}`);
    const [[file, text] = ["", ""]] = having;
    files.set(file, text.replace(wanted, () => instead));
  }
}
