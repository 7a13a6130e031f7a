// Tests of scripts/web.ts and scripts/page: the packing of the page, and its sources.
import assert from "node:assert/strict";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { packPage } from "../../scripts/page/pack.ts";
import { digestOf, DOCUMENTS, filesBelow, LIB_FILES } from "../../scripts/page/sources.ts";
import { withDirectory } from "../support/directory.ts";

const root = new URL("../../", import.meta.url);
const encoder = new TextEncoder();
const SHELL =
  `<link rel="stylesheet" href="app.css">\n  <script type="module" src="app.js"></script>
  <link rel="icon" href="icon.svg">`;

function file(name: string, text: string) {
  return { name, bytes: encoder.encode(text) };
}

Deno.test("a page is packed with hashed paths, and compressed if that is shorter", () => {
  const code = "let answer = 42;\n".repeat(50);
  const packed = packPage([file("app.js", code), file("app.css", "p{}")], {
    shell: SHELL,
    fixed: [file("icon.svg", "<svg/>"), file("sw.js", code)],
  });
  const [shell, js, css, icon, worker] = packed;
  assert.deepEqual(packed.map(({ cache }) => cache), [
    "no-cache",
    "immutable",
    "immutable",
    "day",
    "no-cache",
  ]);
  assert.equal(shell!.path, "/");
  const text = new TextDecoder().decode(brotliDecompressSync(Uint8Array.fromBase64(shell!.br!)));
  assert.ok(
    text.includes(`href="${css!.path.slice(1)}"`) && text.includes(`src="${js!.path.slice(1)}"`),
  );
  assert.ok(text.includes('href="icon.svg"'));
  assert.match(js!.path, /^\/a\/[\w-]{12}\/app\.js$/);
  assert.deepEqual([icon!.path, worker!.path], ["/icon.svg", "/sw.js"]);
  for (const [name, unpack] of [["gzip", gunzipSync], ["br", brotliDecompressSync]] as const) {
    assert.equal(new TextDecoder().decode(unpack(Uint8Array.fromBase64(js![name]!))), code);
    assert.equal(css![name], undefined);
  }
  assert.equal(js!.identity, undefined);
  assert.equal(new TextDecoder().decode(Uint8Array.fromBase64(css!.identity!)), "p{}");
  assert.match(js!.etag, /^"[\w-]{22}"$/);
});

Deno.test("the shell preloads the imports of the first script, but not what it loads later", () => {
  const bundled = [
    file(
      "app.js",
      'import{a}from"./chunk-A.js";import"./chunk-B.js";const b=()=>import("./later.js");',
    ),
    file("chunk-A.js", 'import{b as a}from"./chunk-C.js";export{a};'),
    ...["chunk-B.js", "chunk-C.js", "later.js"].map((name) => file(name, "export const b=1;")),
  ];
  const [shell] = packPage(bundled, { shell: "<head></head>", fixed: [] });
  const text = brotliDecompressSync(Uint8Array.fromBase64(shell!.br!)).toString();
  const names = [...text.matchAll(/rel="modulepreload" href="a\/[\w-]+\/([\w.-]+)"/g)].map((
    [, name],
  ) => name);
  assert.deepEqual(names, ["chunk-A.js", "chunk-B.js", "chunk-C.js"]);
});

Deno.test("the path and the ETag of a file change only with its content", () => {
  const pack = (text: string) => packPage([file("app.js", text)], { shell: "", fixed: [] })[1]!;
  assert.deepEqual(pack("a()"), pack("a()"));
  assert.notEqual(pack("a()").path, pack("b()").path);
  assert.notEqual(pack("a()").etag, pack("b()").etag);
});

Deno.test("packing fails if the shell names a file that was not bundled, or if a file has an unknown type", () => {
  const empty = { shell: "", fixed: [] };
  assert.throws(() => packPage([], { ...empty, shell: SHELL }), /app\.css, which does not exist/);
  assert.throws(() => packPage([file("a.exe", "")], empty), /a\.exe/);
});

Deno.test("the page is built again only if one of its sources has changed", async () => {
  await withDirectory(async (directory) => {
    for (const path of ["web", "lib/protocol", "lib/school", "scripts/page", "docs/fr"]) {
      await Deno.mkdir(`${directory}/${path}`, { recursive: true });
    }
    const sources = [
      ...LIB_FILES,
      ...DOCUMENTS,
      "deno.json",
      "deno.lock",
      "import_map.json",
      "scripts/web.ts",
      "web/main.tsx",
    ];
    for (const path of sources) await Deno.writeTextFile(`${directory}/${path}`, path);
    const digests = new Set([digestOf(`${directory}/`), digestOf(`${directory}/`)]);
    assert.equal(digests.size, 1);
    for (const path of sources) {
      await Deno.writeTextFile(`${directory}/${path}`, `${path} `);
      digests.add(digestOf(`${directory}/`));
    }
    assert.equal(digests.size, 1 + sources.length);
  });
});

Deno.test("the page imports only types and the files of lib that its digest covers", () => {
  const allowed = new Set<string>([...LIB_FILES, ...DOCUMENTS]);
  for (const path of filesBelow(root.pathname, "web").filter((each) => /\.tsx?$/.test(each))) {
    const text = Deno.readTextFileSync(new URL(path, root));
    for (
      const [statement, specifier] of text.matchAll(/(?:import|export)[^"';]*from\s*"(\.[^"]+)"/g)
    ) {
      const target = new URL(specifier!, new URL(path, root)).href.slice(root.href.length);
      if (target.startsWith("web/")) continue;
      assert.ok(
        /^(?:import|export) type\b/.test(statement) || allowed.has(target),
        `${path}: ${specifier}`,
      );
    }
  }
});

Deno.test("the model of the page is pure: no DOM, no clock, no random numbers", () => {
  for (const path of filesBelow(root.pathname, "web/model")) {
    const text = Deno.readTextFileSync(new URL(path, root));
    assert.doesNotMatch(
      text.replace(/^ *(\/\/|\*|\/\*).*$/gm, ""),
      /\bdocument\.|\bwindow\.(?:add|local|session)|Date\.now|new Date\(|Math\.random|setTimeout|localStorage|\bDeno\./,
      path,
    );
  }
});
