// Compiles the Java examples, with the programs of the tests beside them.
import assert from "node:assert/strict";
import { findProgram } from "../support/programs.ts";

/** The Java examples. */
export const JAVA = ["Json", "Client", "Fenetre"].map((name) => `../../examples/java/${name}.java`);

/** What tests of these examples need. */
export const JAVA_NEEDS = { programs: ["java", "javac"] };

/** Whether this Java can open windows. Debian's "headless" packages cannot. */
export function hasWindows(): boolean {
  const java = findProgram("java");
  if (java === undefined) return false;
  try {
    return Deno.statSync(new URL("../lib/libawt_xawt.so", `file://${Deno.realPathSync(java)}`))
      .isFile;
  } catch {
    return false;
  }
}

/** Options of a virtual machine that starts quickly and stays small. */
export const JVM = ["-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx64m"];

let shared: Promise<Classes> | undefined;

/** Returns the folder of the compiled examples. They are compiled once in each file of tests. */
export async function sharedClasses(): Promise<string> {
  shared ??= Classes.compile().then((classes) => {
    addEventListener("unload", () => Deno.removeSync(classes.directory, { recursive: true }));
    return classes;
  });
  return (await shared).directory;
}

/** A folder of compiled classes. It is removed at the end. */
export class Classes implements AsyncDisposable {
  private constructor(readonly directory: string) {}

  /**
   * Compiles programs. A warning is an error.
   *
   * @param sources Their files, relative to the folder of these tests.
   * @param charset The charset that the compiler takes the files for.
   */
  static async compile(sources: readonly string[] = JAVA, charset = "UTF-8"): Promise<Classes> {
    const directory = await Deno.makeTempDir({ prefix: "classcord-java-" });
    const { success, stderr } = await new Deno.Command("javac", {
      args: ["-Xlint:all", "-Werror", "-encoding", charset, "-d", directory].concat(
        sources.map((source) => new URL(source, import.meta.url).pathname),
      ),
      stdout: "null",
      stderr: "piped",
    }).output();
    assert.ok(success, new TextDecoder().decode(stderr));
    return new Classes(directory);
  }

  /** Returns the bytes of the classes by name. */
  async read(): Promise<Record<string, Uint8Array>> {
    const classes: Record<string, Uint8Array> = {};
    for await (const { name } of Deno.readDir(this.directory)) {
      classes[name] = await Deno.readFile(`${this.directory}/${name}`);
    }
    return classes;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.directory, { recursive: true });
  }
}
