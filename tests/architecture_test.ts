// The rules of the house that a program can check: who may import whom, and what every file has.
import assert from "node:assert/strict";

const root = new URL("../", import.meta.url);

/** What each folder of lib may import, besides itself. */
const MAY_IMPORT: Record<string, readonly string[]> = {
  protocol: [],
  store: ["protocol", "version"],
  auth: ["protocol", "store", "version"],
  net: ["protocol"],
  chat: ["protocol", "store", "auth", "net"],
  version: [],
  ops: ["protocol", "store", "auth", "net", "chat", "version"],
  http: ["protocol", "net", "ops"],
  "": ["protocol", "store", "auth", "net", "chat", "ops", "http", "version"],
  cli: ["protocol", "store", "auth", "net", "chat", "ops", "http", "version", ""],
};

async function* sources(folder: string): AsyncGenerator<string> {
  for await (const entry of Deno.readDir(new URL(folder, root))) {
    const path = `${folder}${entry.name}`;
    if (entry.isDirectory) yield* sources(`${path}/`);
    else if (path.endsWith(".ts")) yield path;
  }
}

async function* everything(
  ...folders: string[]
): AsyncGenerator<{ path: string; text: string }> {
  for (const folder of folders.length > 0 ? folders : ["lib/", "tests/", "scripts/", "bench/"]) {
    for await (const path of sources(folder)) {
      yield { path, text: await Deno.readTextFile(new URL(path, root)) };
    }
  }
}

// These two files stand beside the folders, and below all of them.
function folderOf(path: string): string {
  if (path === "lib/version.ts" || path === "lib/worker_names.ts") return "version";
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
  for await (const { path, text } of everything()) assert.match(text, /^\/\/ \S.{10,}/, path);
});

Deno.test("every exported symbol has a doc comment", async () => {
  for await (const { path, text } of everything("lib/", "scripts/")) {
    for (const { index, 1: name } of text.matchAll(/^export (?:async )?\w+\*? (\w+)/gm)) {
      assert.ok(text.slice(0, index).endsWith("*/\n"), `${path}: ${name}`);
    }
  }
});

Deno.test("no state lives at module level", async () => {
  for await (const { path, text } of everything("lib/")) {
    assert.doesNotMatch(text, /^(export )?(let|var) /m, path);
    assert.doesNotMatch(text, /^(export )?const \w+ = (new (Map|Set)\(\)|\[\]|\{\});?$/m, path);
  }
});
