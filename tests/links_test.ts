// The links between the documents lead somewhere: to files that exist, and to headings in them. So do the paths
// in CONTRIBUTING's table of the files to touch.
import assert from "node:assert/strict";

const root = new URL("../", import.meta.url);
const SKIPPED = new Set([".git", "dist", "node_modules", "data", ".claude"]);

function* documents(directory: URL): Generator<URL> {
  for (const { name, isDirectory } of Deno.readDirSync(directory)) {
    if (isDirectory && !SKIPPED.has(name)) yield* documents(new URL(`${name}/`, directory));
    else if (name.endsWith(".md")) yield new URL(name, directory);
  }
}

/** What is not code. */
function prose(text: string): string {
  return text.replace(/^```[^]*?^```$/gm, "").replace(/`[^`\n]*`/g, "``");
}

/** The anchors that a page of GitHub has for its headings. */
function anchorsOf(text: string): Set<string> {
  const headings = text.replace(/^```[^]*?^```$/gm, "").matchAll(/^#+ (.+)$/gm);
  return new Set(
    [...headings].map(([, heading]) =>
      heading!.toLowerCase().replace(/[^\p{L}\p{M}\p{N}\- _]/gu, "").replaceAll(" ", "-")
    ),
  );
}

for (const page of documents(root)) {
  const name = decodeURIComponent(page.pathname.slice(root.pathname.length));
  Deno.test(`the links of ${name} lead somewhere`, () => {
    const text = Deno.readTextFileSync(page);
    for (const [, target] of prose(text).matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^[a-z]+:/.test(target!)) continue;
      const [path = "", anchor] = target!.split("#");
      const file = path === "" ? page : new URL(path, page);
      const exists = file.pathname.endsWith(".md") || anchor !== undefined
        ? Deno.readTextFileSync(file)
        : Deno.statSync(file);
      if (anchor === undefined || typeof exists !== "string") continue;
      assert.ok(anchorsOf(exists).has(decodeURIComponent(anchor)), `${target} in ${name}`);
    }
  });
}

Deno.test("CONTRIBUTING names at most five files to touch for each addition, and all exist", () => {
  const text = Deno.readTextFileSync(new URL("CONTRIBUTING.md", root));
  const [, table = ""] = /^\| to add \| touch \|\n(.*\n)((?:\|.*\n)+)/m.exec(text)?.slice(1) ?? [];
  const rows = table.trim().split("\n").map((row) => row.split("|")[2]!);
  assert.equal(rows.length, 10);
  for (const row of rows) {
    // What follows a semicolon, or the word "or", takes the place of what is before it.
    for (const choice of row.split(";")) {
      const paths = [...choice.matchAll(/`([^`]+)`/g)].map(([, path]) => path!);
      for (const path of paths) Deno.statSync(new URL(path, root));
      const alternatives = choice.match(/` or `/g)?.length ?? 0;
      assert.ok(paths.length - alternatives <= 5, choice);
    }
  }
});
