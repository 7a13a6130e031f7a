// The English and the French edition of a page have the same headings, tables and commands.
import assert from "node:assert/strict";
import { blocksOf, headingsOf, machinesOf, tablesOf, TWINS } from "./support/twins.ts";

const root = new URL("../", import.meta.url);
const read = (path: string) => Deno.readTextFileSync(new URL(path, root));

for (const [english, french] of TWINS) {
  Deno.test(`${french} has the headings, tables and commands of ${english}`, () => {
    const [page, twin] = [read(english), read(french)];
    for (const part of [headingsOf, tablesOf, blocksOf, machinesOf]) {
      assert.deepEqual(part(twin), part(page), part.name);
    }
    assert.ok(headingsOf(page).length > 1);
  });
}

Deno.test("every page below docs/fr has an English twin, but for the one that is French alone", () => {
  const pages = [...Deno.readDirSync(new URL("docs/fr/", root))].map(({ name }) =>
    `docs/fr/${name}`
  );
  const twins = TWINS.map(([, french]) => french);
  assert.deepEqual(pages.filter((page) => !twins.includes(page)), ["docs/fr/PROTOCOLE.md"]);
});

Deno.test("twins may differ in words, but not in commands, levels and rows", () => {
  const page = "# A\n## `x` b\n|a|b|\n|-|-|\n```\nrun `x` # why\n```\n```text\npicture\n```\n";
  const twin = "# B\n## c `x`\n|c|d|\n|-|-|\n```\nrun `x` # pourquoi\n```\n```text\nimage\n```\n";
  for (const part of [headingsOf, tablesOf, blocksOf]) assert.deepEqual(part(twin), part(page));
  assert.notDeepEqual(blocksOf(twin.replace("run", "walk")), blocksOf(page));
  assert.notDeepEqual(headingsOf(twin.replace("`x`", "`y`")), headingsOf(page));
  assert.notDeepEqual(headingsOf(twin.replace("## c", "### c")), headingsOf(page));
  assert.notDeepEqual(tablesOf(twin.replace("|c|d|", "|c|")), tablesOf(page));
});
