// Follows docs/fr/CLIENT.md, the page for the author of a first client: saves its programs in an empty directory, runs
// its commands in order, and compares what they print. Its dialogues are run by transcripts_test.ts.
import assert from "node:assert/strict";
import { ERROR_CODES } from "../../lib/protocol/error_codes.ts";
import { Client } from "../support/client.ts";
import { withDirectory } from "../support/directory.ts";
import { ServerProcess } from "../support/process.ts";
import { testWith } from "../support/programs.ts";
import { Reader } from "../support/reader.ts";
import { startTestServer } from "../support/server.ts";
import { isExcerptOf, stepsOf } from "../support/tutorial.ts";

const root = new URL("../../", import.meta.url);
const read = (path: string) => Deno.readTextFileSync(new URL(path, root));

const PAGES = ["docs/CLIENT.md", "docs/fr/CLIENT.md"] as const;
const french = read("docs/fr/CLIENT.md");

/** The first commands, which start the server. The last one does not end, so the test starts a server in its place. */
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

/** Where Debian has the libraries that the page mentions. */
const LIBRARIES = {
  "gson.jar": "/usr/share/java/gson.jar",
  "json.jar": "/usr/share/java/com.android.json.jar",
} as const;

for (const [library, path] of Object.entries(LIBRARIES)) {
  testWith(
    { programs: ["timeout", "bash", "java"], also: { [path]: isFile(path) } },
    `the program for ${library} prints what the page shows`,
    async () => {
      const steps = stepsOf(french);
      const at = steps.findIndex(({ marks }) => marks.get("needs") === library);
      await withDirectory(async (home) => {
        await Deno.copyFile(path, `${home}/${library}`);
        const reader = new Reader({ home, port: 0, has: [library] });
        for (const step of steps.slice(at - 1, at + 2)) await reader.follow(step);
        assert.equal(reader.compared, 1);
      });
    },
  );
}

function isFile(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
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
      const reader = new Reader({ home, port: server.port });
      // The server runs already.
      for (const step of steps.slice(1)) await reader.follow(step);
      assert.ok(reader.compared >= 5);
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
