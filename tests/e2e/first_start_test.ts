// The first start on a new machine: which packages `deno task start` requests from the npm registry.
import assert from "node:assert/strict";
import { billOfMaterials } from "../../scripts/sbom.ts";
import { withDirectory } from "../support/directory.ts";

const root = new URL("../../", import.meta.url);

// What `deno bundle` runs to make the page. Where it is missing, the server starts without the page.
const BUNDLER = /^@esbuild\/[\w-]+$/;

/** Returns the names of the packages that the program is built from. */
async function programPackages(): Promise<Set<string>> {
  const read = async (name: string) => JSON.parse(await Deno.readTextFile(new URL(name, root)));
  const bill = billOfMaterials(await read("deno.lock"), (await read("import_map.json")).imports);
  return new Set((bill as { components: { name: string }[] }).components.map(({ name }) => name));
}

Deno.test("the first start asks the registry for what the program runs and what builds its page, and for no test tools", async () => {
  const asked = new Set<string>();
  const registry = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, (request) => {
    const path = decodeURIComponent(new URL(request.url).pathname).slice(1);
    asked.add(path.replace(/\/-\/.*$/, ""));
    return new Response("", { status: 404 });
  });
  await withDirectory(async (directory) => {
    const { code } = await new Deno.Command(Deno.execPath(), {
      args: ["task", "start", "version"],
      cwd: root,
      env: {
        DENO_DIR: directory,
        NPM_CONFIG_REGISTRY: `http://127.0.0.1:${registry.addr.port}/`,
        NPM_CONFIG_USERCONFIG: "/dev/null",
      },
      stdout: "null",
      stderr: "null",
    }).output();
    assert.notEqual(code, 0, "the registry has no packages");
  });
  await registry.shutdown();
  const wanted = await programPackages();
  assert.ok(asked.size > 0);
  const others = [...asked].filter((name) => !wanted.has(name) && !BUNDLER.test(name));
  assert.deepEqual(others, []);
});
