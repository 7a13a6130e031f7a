// Runs an example client as a user does: in a process of its own, with a keyboard and a screen.
import assert from "node:assert/strict";
import { testWith } from "../support/programs.ts";
import { JAVA_NEEDS, JVM, sharedClasses } from "./java.ts";

/** The folder of the examples. */
export const EXAMPLES = new URL("../../examples/", import.meta.url);

const DEADLINE_MS = 30_000;

/** A program of the folder, and how to start it. */
export interface ExampleProgram {
  readonly name: string;
  /** The file of the client's table of error codes. */
  readonly source: string;
  /** The program that runs it; `undefined` for the Deno that runs the tests. */
  readonly program?: string;
  readonly args: readonly string[];
  /** For Java: the class to run, which is compiled first. */
  readonly main?: string;
}

const path = (file: string) => new URL(file, EXAMPLES).pathname;

/** The whole clients that run in a terminal. */
export const WHOLE_CLIENTS: readonly ExampleProgram[] = [
  {
    name: "3_client.py",
    source: "python/3_client.py",
    program: "python3",
    args: [path("python/3_client.py")],
  },
  {
    name: "client.mjs",
    source: "javascript/client.mjs",
    program: "node",
    args: [path("javascript/client.mjs")],
  },
  {
    name: "client.mjs on Deno",
    source: "javascript/client.mjs",
    args: ["run", "-A", "--no-lock", "--no-config", path("javascript/client.mjs")],
  },
  { name: "Client.java", source: "java/Client.java", program: "java", args: JVM, main: "Client" },
];

/** Registers one test for each whole client. If its program is missing, the test is skipped by name. */
export function testEach(what: string, fn: (program: ExampleProgram) => Promise<void>): void {
  for (const each of WHOLE_CLIENTS) {
    const name = `${each.name} ${what}`;
    const test = async () => await fn(await compiled(each));
    if (each.main !== undefined) testWith(JAVA_NEEDS, name, test);
    else if (each.program !== undefined) testWith(each.program, name, test);
    else Deno.test(name, test);
  }
}

async function compiled(example: ExampleProgram): Promise<ExampleProgram> {
  const { args, main } = example;
  if (main === undefined) return example;
  return { ...example, args: [...args, "-cp", await sharedClasses(), main] };
}

/** A running example. */
export class Example implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #keys: WritableStreamDefaultWriter<Uint8Array>;
  readonly #reading: Promise<void>;
  #text = "";
  #at = 0;
  #hasEnded = false;
  #wake = () => {};

  private constructor(child: Deno.ChildProcess) {
    this.#child = child;
    this.#keys = child.stdin.getWriter();
    this.#reading = this.#read();
  }

  /**
   * Starts a client.
   *
   * @param target The port of the server, or the arguments.
   */
  static start(
    { program, args }: Pick<ExampleProgram, "program" | "args">,
    target: number | readonly string[],
  ): Example {
    const where = typeof target === "number" ? ["127.0.0.1", `${target}`] : target;
    const command = new Deno.Command(program ?? Deno.execPath(), {
      args: [...args, ...where],
      env: { CLASSCORD_RECONNECT_MS: "20", PYTHONIOENCODING: "utf-8" },
      stdin: "piped",
      stdout: "piped",
      stderr: "inherit",
    });
    return new Example(command.spawn());
  }

  /** Everything on the screen so far. */
  get screen(): string {
    return this.#text;
  }

  /** How often the screen shows a text. */
  count(text: string): number {
    return this.#text.split(text).length - 1;
  }

  /** Types lines. */
  async type(...lines: string[]): Promise<void> {
    await this.#keys.write(new TextEncoder().encode(lines.map((line) => `${line}\n`).join("")));
  }

  /** Answers the three questions. */
  async signIn(name: string, password: string, isNew: boolean): Promise<void> {
    await this.sees("Nom : ");
    await this.type(name);
    await this.sees("Mot de passe : ");
    await this.type(password);
    await this.sees("Nouveau compte ? (o/n) : ");
    await this.type(isNew ? "o" : "n");
  }

  /** Waits until the screen shows a text, after those that were awaited before. */
  async sees(text: string): Promise<void> {
    const late = setTimeout(() => this.#child.kill("SIGKILL"), DEADLINE_MS);
    try {
      for (;;) {
        const found = this.#text.indexOf(text, this.#at);
        if (found >= 0) {
          this.#at = found + text.length;
          return;
        }
        assert.ok(!this.#hasEnded, `ended without ${JSON.stringify(text)}:\n${this.#text}`);
        await new Promise<void>((resolve) => this.#wake = resolve);
      }
    } finally {
      clearTimeout(late);
    }
  }

  /** Waits until the program has ended by itself. Returns its exit code. */
  async exit(): Promise<number> {
    const late = setTimeout(() => this.#child.kill("SIGKILL"), DEADLINE_MS);
    await this.#reading;
    const { code } = await this.#child.status;
    clearTimeout(late);
    await this.#keys.close().catch(() => {});
    return code;
  }

  /** Ends the input of the program, and waits until it has ended. */
  async ends(): Promise<number> {
    await this.#keys.close().catch(() => {});
    return await this.exit();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.#child.kill("SIGKILL");
    } catch {
      // It has ended.
    }
    await this.exit();
  }

  async #read(): Promise<void> {
    const decoder = new TextDecoder();
    for await (const bytes of this.#child.stdout) {
      this.#text += decoder.decode(bytes, { stream: true }).replaceAll("\r", "");
      this.#wake();
    }
    this.#hasEnded = true;
    this.#wake();
  }
}
