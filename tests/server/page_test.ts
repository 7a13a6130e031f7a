// Tests of finding the page: in the executable, in the folder of the build, or nowhere.
import assert from "node:assert/strict";
import { openPage, PAGE_FILE } from "../../lib/server/page.ts";
import { withDirectory } from "../support/directory.ts";

const TABLE = JSON.stringify({
  files: [{ path: "/", type: "text/html", cache: "no-cache", etag: '"a"', identity: "aGk=" }],
});

async function withModule(
  work: (open: (scope?: { CLASSCORD_PAGE?: string }) => string[], mainModule: URL) => Promise<void>,
): Promise<void> {
  await withDirectory(async (directory) => {
    const mainModule = new URL(`file://${directory}/main.ts`);
    await work((scope = {}) => {
      const lines: string[] = [];
      const write = (_level: string, _kind: string, what: unknown) => lines.push(String(what));
      const shell = openPage({ mainModule, log: { write }, scope })().find("/", "")!;
      return [...lines, new TextDecoder().decode(shell.identity)];
    }, mainModule);
  });
}

Deno.test("the server uses the page of the executable, else the built one, else one that says that there is none", async () => {
  await withModule(async (open, mainModule) => {
    const [line, page] = open();
    assert.match(line!, /no web page.*deno task web/);
    assert.match(page!, /deno@2\.9\.6 task web/);
    assert.deepEqual(open({ CLASSCORD_PAGE: TABLE }), ["hi"]);
    const file = new URL(PAGE_FILE, mainModule);
    await Deno.mkdir(new URL(".", file), { recursive: true });
    await Deno.writeTextFile(file, TABLE);
    assert.deepEqual(open(), ["hi"]);
  });
});

Deno.test("if the page cannot be read, the server logs an error and the chat still works", async () => {
  await withModule((open) => {
    const [line, page] = open({ CLASSCORD_PAGE: '{"files":[{}]}' });
    assert.match(line!, /the web page cannot be used/);
    assert.match(page!, /task web/);
    return Promise.resolve();
  });
});
