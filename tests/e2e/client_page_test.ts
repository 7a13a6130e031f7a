// Follows docs/fr/CLIENT.md, the page for the author of a first client: saves its programs in an empty directory, runs
// its commands in order, and compares what they print. Its dialogues are run by transcripts_test.ts.
import assert from "node:assert/strict";
import { ERROR_CODES } from "../../lib/protocol/error_codes.ts";
import { Client } from "../support/client.ts";
import { withDirectory } from "../support/directory.ts";
import { ServerProcess } from "../support/process.ts";
import { testWith } from "../support/programs.ts";
import { startTestServer } from "../support/server.ts";
import { isExcerptOf, matchesOutput, type Step, stepsOf } from "../support/tutorial.ts";

const root = new URL("../../", import.meta.url);
const read = (path: string) => Deno.readTextFileSync(new URL(path, root));

const PAGES = ["docs/CLIENT.md", "docs/fr/CLIENT.md"] as const;
const french = read("docs/fr/CLIENT.md");

/** The command that starts the server. It does not end, so the test starts a server in its place. */
const START = "cd classcord\nnpx -y deno@2.9.6 task start\n";

for (const path of PAGES) {
  const page = read(path);

  Deno.test(`every program of ${path} is run, or is a part of an example`, () => {
    let excerpts = 0;
    for (const { language, text, marks } of stepsOf(page)) {
      if (["transcript", "text", "sh"].includes(language)) continue;
      const example = marks.get("excerpt");
      if (example === undefined) assert.ok(page.includes(`\`${marks.get("file")}\``), text);
      else assert.ok(isExcerptOf(text, read(example)), `not in ${example}:\n${text}`);
      excerpts += example === undefined ? 0 : 1;
    }
    assert.ok(excerpts > 5);
  });

  Deno.test(`the table of errors in ${path} gives each code one of the actions`, () => {
    const rows = [...page.matchAll(/^\| (`\w+`(?:, `\w+`)*) \|.*\| (.+) \|$/gm)]
      .filter(([, codes]) => (ERROR_CODES as readonly string[]).includes(codes!.split("`")[1]!));
    const codes = rows.flatMap(([, cell]) => [...cell!.matchAll(/\w+/g)].map(([code]) => code));
    assert.deepEqual(codes.sort(), [...ERROR_CODES].sort());
    const actions = [...page.matchAll(/^\| \*\*(\p{L}+)\*\* \|/gmu)].map(([, action]) => action);
    assert.equal(actions.length, 7);
    for (const [row, , action] of rows) assert.ok(actions.includes(action), row);
    assert.deepEqual(new Set(rows.map(([, , action]) => action)), new Set(actions));
  });
}

Deno.test("both editions of the page have the same steps", () => {
  const [english, twin] = PAGES.map((path) =>
    stepsOf(read(path)).map(({ language, marks }) => [language, ...marks])
  );
  assert.deepEqual(english, twin);
});

/** Where Debian has the libraries that the page mentions. A step that needs anything that is missing is not followed. */
const LIBRARIES: Readonly<Record<string, string>> = {
  "gson.jar": "/usr/share/java/gson.jar",
  "json.jar": "/usr/share/java/com.android.json.jar",
};

/** A reader of the page, in a directory next to the repository. */
class Reader {
  readonly #server: ServerProcess;
  readonly #home: string;
  #directory: string;
  /** What the last command printed; `undefined` if a library for it is missing. */
  #printed: string | undefined;
  /** The lines that the reader typed into it. */
  #typed: string[] = [];

  constructor(server: ServerProcess, home: string) {
    this.#server = server;
    this.#home = home;
    this.#directory = home;
  }

  async follow(step: Step): Promise<void> {
    const name = step.marks.get("file");
    if (name !== undefined) {
      await Deno.writeTextFile(`${this.#directory}/${name}`, this.#atServer(step.text));
    } else if (step.marks.has("output")) {
      this.#compare(step);
    } else if (step.language === "sh" && step.text !== START) {
      await this.#run(step);
    }
  }

  /** Compares an output with what the last command printed. A terminal shows what the reader types as well. */
  #compare({ text, marks }: Step): void {
    if (this.#printed === undefined) return;
    const shown = this.#typed.reduce((rest, line) => rest.replace(` : ${line}\n`, " : "), text);
    const inOrder = marks.get("output") === "";
    const [expected, printed] = [shown, this.#printed].map((lines) =>
      inOrder ? lines : lines.trim().split("\n").sort().join("\n")
    );
    assert.ok(matchesOutput(expected!, printed!), `${printed}\nis not\n${expected}`);
  }

  /** The port of the page is that of the reader's own server. */
  #atServer(text: string): string {
    return text.replaceAll("12345", String(this.#server.port));
  }

  /** Gets a library. Returns whether this machine has it. */
  async #get(library: string): Promise<boolean> {
    const path = LIBRARIES[library];
    if (path === undefined) return false;
    try {
      await Deno.copyFile(path, `${this.#directory}/${library}`);
      return true;
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
      return false;
    }
  }

  async #run({ text, marks }: Step): Promise<void> {
    this.#printed = undefined;
    const library = marks.get("needs");
    if (library !== undefined && !await this.#get(library)) return;
    this.#typed = marks.get("input")?.split(" | ") ?? [];
    const input = this.#typed.map((line) => `${line}\n`).join("");
    const where = `${this.#home}/where`;
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

testWith(
  { programs: ["timeout", "bash", "python3", "java", "javac", "node"] },
  "a student who follows the page gets from an empty directory to a client",
  async () => {
    const steps = stepsOf(french);
    assert.equal(steps[0]!.text, START);
    await withDirectory(async (home) => {
      await Deno.symlink(root.pathname, `${home}/classcord`);
      await using server = await ServerProcess.start(`${home}/data`);
      await using tom = await Client.guest(server.port, "tom");
      const reader = new Reader(server, home);
      for (const step of steps) await reader.follow(step);
      const said = (await tom.sync()).filter(({ type }) => type === "message");
      assert.deepEqual(
        said.map(({ from, content }) => `${from}: ${content}`),
        [
          "lea: Bonjour à tous",
          "lea: Bonjour",
          "lea: Bonjour",
          "max: Bonjour",
          ...Array(3).fill("lea: Me revoilà"),
        ],
      );
    });
  },
);

Deno.test("what writeUTF sends has no reply before a newline, and then is bad_json", async () => {
  await using server = await startTestServer();
  await using client = await Client.connect(server.port);
  const utf = (text: string) => new Uint8Array([0, text.length, ...new TextEncoder().encode(text)]);
  await client.send(utf('{"type":"ping"}'));
  // The first line that arrives is the reply to the second call.
  await client.send(utf('{"type":"users"}\n'));
  assert.equal((await client.line())["code"], "bad_json");
});

Deno.test("an excerpt is a part of a file, with its own indentation", () => {
  const file = "class A {\n    void a() {\n        b();\n\n        c();\n        d();\n    }\n}\n";
  assert.ok(isExcerptOf("void a() {\n    b();\n\n    c();\n", file));
  assert.ok(isExcerptOf("void a() {\n…\n    d();\n}\n", file));
  assert.ok(!isExcerptOf("void a() {\n    c();\n", file));
  assert.ok(!isExcerptOf("void a() {\n        b();\n", file));
  assert.ok(!isExcerptOf("    d();\n…\n    b();\n", file));
});

Deno.test("an output is compared whole, and an ellipsis replaces any text", () => {
  assert.ok(matchesOutput("a (b)\n…\nc\n", "a (b)\nx\ny\nc\n"));
  assert.ok(!matchesOutput("a (b)\n", "a b\n"));
  assert.ok(!matchesOutput("a\n", "a\nb\n"));
});
