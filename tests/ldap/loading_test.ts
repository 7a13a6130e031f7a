// Tests that a server without a directory does not load the code for it.
import assert from "node:assert/strict";

const root = new URL("../../", import.meta.url);

function* sources(folder: string): Generator<string> {
  for (const { name, isDirectory } of Deno.readDirSync(new URL(folder, root))) {
    if (isDirectory) yield* sources(`${folder}${name}/`);
    else if (name.endsWith(".ts")) yield `${folder}${name}`;
  }
}

Deno.test("lib/ldap and ldapts are loaded only when the settings have a directory", async () => {
  // Types load nothing. What imports these files by `await import(…)` has looked at the settings before.
  const loads = /^(?:import|export) (?!type )[^;]*? from "(?:ldapts|(?:\.\.?\/)+ldap\/[^"]+)";$/m;
  assert.match('import {\n  Desk,\n} from "../ldap/desk.ts";', loads);
  assert.match('import { Client } from "ldapts";', loads);
  const lazy: string[] = [];
  for (
    const path of ["main.ts", ...sources("lib/"), ...sources("scripts/"), ...sources("bench/")]
  ) {
    const text = await Deno.readTextFile(new URL(path, root));
    if (path.startsWith("lib/ldap/")) continue;
    assert.doesNotMatch(text, loads, path);
    if (/import\("(?:ldapts|[./]*\/ldap\/)/.test(text)) lazy.push(path);
  }
  assert.deepEqual(lazy.sort(), [
    "lib/cli/ldap.ts",
    "lib/server/directory/check.ts",
    "lib/server/directory/open.ts",
  ]);
});
