// Tests of the files of the page: the contents and headers that the server sends.
import assert from "node:assert/strict";
import { brotliCompressSync, brotliDecompressSync, gunzipSync } from "node:zlib";
import { readAssets } from "../../lib/web/assets.ts";
import { chooseEncoding, hasVersion } from "../../lib/web/encoding.ts";
import { fileReply } from "../../lib/web/replies.ts";

const base64 = (text: string) => new TextEncoder().encode(text).toBase64();
const SHELL = "<!doctype html><title>ClassCord</title><p>ClassCord</p>";
const TABLE = JSON.stringify({
  files: [
    { path: "/", type: "text/html", cache: "no-cache", etag: '"s"', identity: base64(SHELL) },
    {
      ...{ path: "/a/1/app.js", type: "text/javascript", cache: "immutable", etag: '"j"' },
      ...{ identity: base64("js"), gzip: base64("zz"), br: base64("bb") },
    },
    {
      ...{ path: "/manifest.webmanifest", type: "application/json", cache: "day", etag: '"m"' },
      identity: base64('{"name":"ClassCord","short_name":"ClassCord","start_url":"."}'),
    },
  ],
});
const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

Deno.test("a file is found only by its whole path", () => {
  const assets = readAssets(TABLE);
  assert.equal(assets.isBuilt, true);
  assert.equal(text(assets.find("/a/1/app.js", "")!.identity), "js");
  for (
    const path of ["", "/a/1", "/a/1/app.js/", "/a/1/../1/app.js", "/A/1/app.js", "/__proto__"]
  ) {
    assert.equal(assets.find(path, ""), undefined, path);
  }
});

Deno.test("a file stored only in Brotli is also sent uncompressed, and a file without content is an error", () => {
  const file = { path: "/a/1/app.js", type: "text/javascript", cache: "immutable", etag: '"j"' };
  const br = brotliCompressSync("plain").toString("base64");
  const assets = readAssets(JSON.stringify({ files: [{ ...file, br }] }));
  assert.equal(text(assets.find("/a/1/app.js", "")!.identity), "plain");
  assert.throws(() => readAssets(JSON.stringify({ files: [file] })), /no content/);
});

Deno.test("without the built page, the server sends a page that says how to build it", () => {
  const assets = readAssets("");
  assert.equal(assets.isBuilt, false);
  assert.match(text(assets.find("/", "5B")!.identity), /deno@2\.9\.6 task web/);
  assert.throws(() => readAssets("{}"));
});

Deno.test("the name of the class is in the page and in the app manifest, and is never markup", () => {
  const assets = readAssets(TABLE);
  const shell = assets.find("/", "<5B> & $& co")!;
  assert.match(text(shell.identity), /<title>&#60;5B&#62; &#38; \$&#38; co<\/title><p>ClassCord/);
  assert.equal(text(gunzipSync(shell.gzip!)), text(shell.identity));
  assert.equal(text(brotliDecompressSync(shell.br!)), text(shell.identity));
  assert.notEqual(shell.etag, assets.find("/", "")!.etag);
  assert.equal(assets.find("/", "<5B> & $& co"), shell);
  const manifest = JSON.parse(
    text(assets.find("/manifest.webmanifest", "Terminale NSI 2")!.identity),
  );
  assert.deepEqual(manifest, {
    name: "Terminale NSI 2",
    short_name: "Terminale NS",
    start_url: ".",
  });
  assert.equal(text(assets.find("/a/1/app.js", "5B")!.identity), "js");
});

Deno.test("the server uses the best compression that the client accepts", () => {
  const choose = (accepted: string) =>
    chooseEncoding(accepted.split(",").map((item) => item.trim()), () => true);
  assert.equal(choose("gzip, deflate, br"), "br");
  assert.equal(choose("gzip, deflate"), "gzip");
  assert.equal(choose("br;q=0, *"), "gzip");
  assert.equal(choose("br;q=0.1, gzip;q=0.9"), "gzip");
  assert.equal(choose("*;q=0"), undefined);
  assert.equal(choose("identity"), undefined);
  assert.equal(choose(""), undefined);
  assert.equal(choose("gzip;q=x"), undefined);
  assert.equal(chooseEncoding(["br", "gzip"], (encoding) => encoding === "gzip"), "gzip");
});

Deno.test("a file that the client already has is not sent again", () => {
  const asset = readAssets(TABLE).find("/a/1/app.js", "")!;
  const ask = (fields: Record<string, string>) =>
    fileReply(asset, new Map(Object.entries(fields).map(([name, value]) => [name, [value]])));
  const first = ask({ "accept-encoding": "br" });
  assert.equal(first.status, 200);
  assert.equal(first.headers["content-encoding"], "br");
  assert.equal(first.headers["cache-control"], "public, max-age=31536000, immutable");
  const { etag } = first.headers;
  assert.equal(ask({ "accept-encoding": "br", "if-none-match": `"x", W/${etag}` }).status, 304);
  assert.equal(ask({ "accept-encoding": "gzip", "if-none-match": etag! }).status, 200);
  assert.equal(hasVersion(["*"], '"j"'), true);
  assert.equal(hasVersion(['"jj"'], '"j"'), false);
});
