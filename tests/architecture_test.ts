// The rules of the house that a program can check: who may import whom, and what every file has.
import assert from "node:assert/strict";

const root = new URL("../", import.meta.url);

/** What each folder of lib may import, besides itself. */
const MAY_IMPORT: Record<string, readonly string[]> = {
  protocol: [],
  store: ["protocol"],
  auth: ["protocol", "store"],
  net: ["protocol"],
  chat: ["protocol", "store", "auth", "net"],
  ops: ["protocol", "store", "auth", "net", "chat", ""],
  http: ["protocol", "net", "ops"],
  "": ["protocol", "store", "auth", "net", "chat", "ops", "http"],
  cli: ["protocol", "store", "auth", "net", "chat", "ops", "http", ""],
};

async function* sources(folder: string): AsyncGenerator<string> {
  for await (const entry of Deno.readDir(new URL(folder, root))) {
    const path = `${folder}${entry.name}`;
    if (entry.isDirectory) yield* sources(`${path}/`);
    else if (path.endsWith(".ts")) yield path;
  }
}

function folderOf(path: string): string {
  return /^lib\/(?:([^/]+)\/)?/.exec(path)?.[1] ?? "";
}

Deno.test("folders of lib import only those below them", async () => {
  for await (const path of sources("lib/")) {
    const text = await Deno.readTextFile(new URL(path, root));
    for (const [, specifier] of text.matchAll(/(?:from|import)\s*\(?\s*"(\.[^"]+)"/g)) {
      const target = new URL(specifier!, new URL(path, root)).href.slice(root.href.length);
      const [from, to] = [folderOf(path), folderOf(target)];
      assert.ok(target.startsWith("lib/"), `${path} imports ${target}`);
      assert.ok(from === to || MAY_IMPORT[from]?.includes(to), `${path} imports ${target}`);
    }
  }
});

Deno.test("the protocol is pure: no input, no output, no clock", async () => {
  for await (const path of sources("lib/protocol/")) {
    const text = await Deno.readTextFile(new URL(path, root));
    assert.doesNotMatch(
      text,
      /\bDeno\.|\bfetch\(|Date\.now|new Date\(\)|performance\.|Math\.random|"node:/,
      path,
    );
  }
});

Deno.test("every file says in its first line what it is for", async () => {
  for (const folder of ["lib/", "tests/"]) {
    for await (const path of sources(folder)) {
      const text = await Deno.readTextFile(new URL(path, root));
      assert.match(text, /^\/\/ \S.{10,}/, path);
    }
  }
});
