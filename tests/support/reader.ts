// Follows the steps of a tutorial like a reader: saves its programs, runs its commands, and compares what they print.
import assert from "node:assert/strict";
import { matchesOutput, type Step } from "./tutorial.ts";

/** Where a reader begins. */
export interface Start {
  /** An empty directory, or one with what the steps need. */
  readonly home: string;
  /** The port of the reader's server, in place of 12345. */
  readonly port: number;
  /** What is there of what commands need. Other commands that need something are not run. */
  readonly has?: readonly string[];
}

/** A reader of a page. */
export class Reader {
  readonly #start: Start;
  #directory: string;
  /** What the last command printed; `undefined` if it was not run. */
  #printed: string | undefined;
  /** The lines that the reader typed into it. */
  #typed: string[] = [];
  /** How many outputs were compared. */
  compared = 0;

  constructor(start: Start) {
    this.#start = start;
    this.#directory = start.home;
  }

  /** Does a step. Fails if a command fails or prints something else than the page shows. */
  async follow(step: Step): Promise<void> {
    const name = step.marks.get("file");
    if (name !== undefined) {
      await Deno.writeTextFile(`${this.#directory}/${name}`, this.#atServer(step.text));
    } else if (step.marks.has("output")) {
      this.#compare(step);
    } else if (step.language === "sh") {
      await this.#run(step);
    }
  }

  /** Compares an output with what the last command printed. A terminal shows what the reader types as well. */
  #compare({ text, marks }: Step): void {
    if (this.#printed === undefined) return;
    this.compared++;
    const shown = this.#typed.reduce((rest, line) => rest.replace(` : ${line}\n`, " : "), text);
    const inOrder = marks.get("output") === "";
    const [expected, printed] = [shown, this.#printed].map((lines) =>
      inOrder ? lines : lines.trim().split("\n").sort().join("\n")
    );
    assert.ok(matchesOutput(expected!, printed!), `${printed}\nis not\n${expected}`);
  }

  #atServer(text: string): string {
    return text.replaceAll("12345", String(this.#start.port));
  }

  async #run({ text, marks }: Step): Promise<void> {
    this.#printed = undefined;
    const { home, has = [] } = this.#start;
    const need = marks.get("needs");
    if (need !== undefined && !has.includes(need)) return;
    this.#typed = marks.get("input")?.split(" | ") ?? [];
    const input = this.#typed.map((line) => `${line}\n`).join("");
    const where = `${home}/where`;
    await using child = new Deno.Command("timeout", {
      args: ["60", "bash", "-euc", `${this.#atServer(text)}\npwd >"${where}"`],
      cwd: this.#directory,
      env: { LC_ALL: "C.UTF-8" },
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    const writer = child.stdin.getWriter();
    await writer.write(new TextEncoder().encode(input)).then(() => writer.close()).catch(() => {});
    const { success, stdout, stderr } = await child.output();
    const decoder = new TextDecoder();
    assert.ok(success, `${text}\n${decoder.decode(stdout)}\n${decoder.decode(stderr)}`);
    this.#printed = decoder.decode(stdout);
    this.#directory = (await Deno.readTextFile(where)).trim();
  }
}
