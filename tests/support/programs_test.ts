// Tests of the program finder, and of the rule that every test that needs a program lists it.
import assert from "node:assert/strict";
import { withDirectory } from "./directory.ts";
import { findProgram } from "./programs.ts";

Deno.test("findProgram finds executable files in PATH without any other program", async () => {
  await withDirectory(async (directory) => {
    const [first, second] = [`${directory}/first`, `${directory}/second`];
    await Deno.mkdir(`${first}/folder`, { recursive: true });
    await Deno.mkdir(second);
    await Deno.writeTextFile(`${first}/tool`, "", { mode: 0o644 });
    await Deno.writeTextFile(`${second}/tool`, "", { mode: 0o755 });
    const path = `:${directory}/missing:${first}:${second}`;
    assert.equal(findProgram("tool", path), `${second}/tool`);
    assert.equal(findProgram("folder", path), undefined);
    assert.equal(findProgram("nothing", path), undefined);
    assert.equal(findProgram("tool", ""), undefined);
  });
});

const root = new URL("../../", import.meta.url);

async function* testFiles(folder = "tests/"): AsyncGenerator<string> {
  for await (const entry of Deno.readDir(new URL(folder, root))) {
    const path = `${folder}${entry.name}`;
    if (entry.isDirectory) yield* testFiles(`${path}/`);
    else if (path.endsWith("_test.ts")) yield path;
  }
}

Deno.test("a test that starts a program that a bare machine lacks is registered with its requirements", async () => {
  const script = await Deno.readTextFile(new URL("scripts/bare.sh", root));
  const bare = new Set(/^essential="([^"]*)"/m.exec(script)![1]!.split(/\s+/));
  for await (const path of testFiles()) {
    const text = await Deno.readTextFile(new URL(path, root));
    for (const [, program] of text.matchAll(/new Deno\.Command\(\s*"([^"]+)"/g)) {
      if (bare.has(program!.replace(/^\/bin\//, ""))) continue;
      assert.match(
        text,
        new RegExp(`testWith\\([^;]{0,99}?"${program}"|findProgram\\("${program}"\\)`),
        `${path}: ${program}`,
      );
    }
    assert.doesNotMatch(
      text,
      /hostname: "local[h]ost"|\/\/local[h]ost[:/]/,
      `${path} needs /etc/hosts`,
    );
  }
});
