// Tests that a server loads the code of a directory or of a cluster only where it is configured.
import assert from "node:assert/strict";

const root = new URL("../", import.meta.url);

function* sources(folder: string): Generator<string> {
  for (const { name, isDirectory } of Deno.readDirSync(new URL(folder, root))) {
    if (isDirectory) yield* sources(`${folder}${name}/`);
    else if (name.endsWith(".ts")) yield `${folder}${name}`;
  }
}

/** Parts that are loaded by `await import(…)`, and the files that have looked at the settings before. */
const PARTS = [
  {
    folder: "ldap",
    packages: "ldapts",
    loadedBy: ["lib/cli/ldap.ts", "lib/server/directory/check.ts", "lib/server/directory/open.ts"],
  },
  {
    folder: "cluster",
    packages: '@nats-io\\/[^"]+',
    loadedBy: ["lib/cli/cluster_init.ts", "lib/server/server.ts", "main.ts"],
  },
];

for (const { folder, packages, loadedBy } of PARTS) {
  Deno.test(`lib/${folder} is loaded only when the settings require it`, async () => {
    const target = `(?:${packages}|(?:\\.\\.?\\/)+(?:lib\\/)?(?:server\\/)?${folder}\\/[^"]+)`;
    // Types load nothing.
    const loads = new RegExp(`^(?:import|export) (?!type )[^;]*? from "${target}";$`, "m");
    const later = new RegExp(`import\\("${target}"\\)`);
    assert.match(`import {\n  Some,\n} from "../${folder}/some.ts";`, loads);
    assert.doesNotMatch(`import type { Some } from "../${folder}/some.ts";`, loads);
    const lazy: string[] = [];
    for (const path of ["main.ts", ...sources("lib/"), ...sources("scripts/")]) {
      if (/^lib\/(?:server\/)?(?:ldap|cluster)\//.test(path)) continue;
      const text = await Deno.readTextFile(new URL(path, root));
      assert.doesNotMatch(text, loads, path);
      if (later.test(text)) lazy.push(path);
    }
    assert.deepEqual(lazy.sort(), loadedBy);
  });
}
