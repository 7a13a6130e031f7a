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
  example("python/3_client.py", ["python3"], (directory) => ({
    command: "python3",
    args: ["-u", `${directory}/3_client.py`],
  })),
  example("javascript/client.mjs", ["node"], (directory) => ({
    command: "node",
    args: [`${directory}/client.mjs`],
  })),
];

function example(
  path: string,
  needs: readonly string[],
  program: (directory: string) => Program,
): Example {
  const name = path.replace(/.*\//, "");
  return {
    name,
    needs,
    async start(replacements = []) {
      const directory = await Deno.makeTempDir({ prefix: "classcord-client-" });
      const text = await Deno.readTextFile(new URL(path, examples));
      await Deno.writeTextFile(`${directory}/${name}`, replaced(text, replacements, path));
      return {
        program: program(directory),
        [Symbol.asyncDispose]: () => Deno.remove(directory, { recursive: true }),
      };
    },
  };
}

/** Replaces each text, which must occur exactly once. */
export function replaced(
  source: string,
  replacements: readonly Replacement[],
  name: string,
): string {
  return replacements.reduce((text, [wanted, instead]) => {
    assert.equal(text.split(wanted).length, 2, `${name} has this text exactly once: ${wanted}`);
    return text.replace(wanted, () => instead);
  }, source);
}
