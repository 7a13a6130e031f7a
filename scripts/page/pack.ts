// Packs the files of the page into one table for the server. The files are compressed, and their paths contain a hash.
import { createHash } from "node:crypto";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

/** How long browsers keep a file. */
export type Keep = "immutable" | "day" | "no-cache";

/** One file as the server sends it. The contents are in base64. */
export interface PackedFile {
  /** The path of the file; `/` for the shell. */
  readonly path: string;
  readonly type: string;
  readonly cache: Keep;
  /** The ETag, with its quotes. */
  readonly etag: string;
  /** The uncompressed content. Missing if `br` exists, which the server can decompress. */
  readonly identity?: string;
  /** The compressed content. `gzip` and `br` are missing if they would be longer than the file. */
  readonly gzip?: string;
  readonly br?: string;
}

/** A file of the page, before it is packed. */
export interface PageFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

const TYPES: Readonly<Record<string, string>> = {
  css: "text/css; charset=utf-8",
  html: "text/html; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  png: "image/png",
  svg: "image/svg+xml",
  txt: "text/plain; charset=utf-8",
  webmanifest: "application/manifest+json",
};

/** A static import in minified code. */
const IMPORT = /(?:\bfrom|\bimport)\s*"\.\/([\w.-]+)"/g;

/** A bundled file that the shell names. */
const LINK = /(?<= (?:href|src)=")(app\.\w+)(?=")/g;

/**
 * Packs a page.
 *
 * @param bundled Scripts and styles. They stay in one folder, because they name each other by relative paths.
 * @param unbundled The HTML of the shell, and the files that keep their names: the manifest, icons and so on.
 * @throws {Error} If the shell names a bundled file that does not exist, or a file has an unknown type.
 */
export function packPage(
  bundled: readonly PageFile[],
  { shell, fixed }: { readonly shell: string; readonly fixed: readonly PageFile[] },
): PackedFile[] {
  const hash = createHash("sha256");
  for (const { name, bytes } of bundled) hash.update(`${name}\0${bytes.length}\0`).update(bytes);
  const folder = `a/${hash.digest("base64url").slice(0, 12)}`;
  const names = new Set(bundled.map(({ name }) => name));
  const linked = shell.replace(LINK, (name) => {
    if (!names.has(name)) throw new Error(`The shell names ${name}, which does not exist.`);
    return `${folder}/${name}`;
  }).replace("</head>", () => `${preloads(bundled, folder)}</head>`).replace(/\n\s*/g, "\n");
  return [
    { ...pack("/index.html", new TextEncoder().encode(linked), "no-cache"), path: "/" },
    ...bundled.map(({ name, bytes }) => pack(`/${folder}/${name}`, bytes, "immutable")),
    ...fixed.map(({ name, bytes }) =>
      pack(`/${name}`, bytes, name === "sw.js" ? "no-cache" : "day")
    ),
  ];
}

/** Returns links that let the browser fetch all imports of the first script at once, not one after the other. */
function preloads(bundled: readonly PageFile[], folder: string): string {
  const texts = new Map(
    bundled.map(({ name, bytes }) => [name, new TextDecoder().decode(bytes)]),
  );
  const found = new Set<string>();
  function visit(name: string): void {
    for (const [, imported] of texts.get(name)?.matchAll(IMPORT) ?? []) {
      if (found.has(imported!)) continue;
      found.add(imported!);
      visit(imported!);
    }
  }
  visit("app.js");
  return [...found].sort().map((name) => `<link rel="modulepreload" href="${folder}/${name}">\n`)
    .join("");
}

function pack(path: string, bytes: Uint8Array, cache: Keep): PackedFile {
  const ending = path.slice(path.lastIndexOf(".") + 1);
  const type = TYPES[ending];
  if (type === undefined) {
    throw new Error(`${path}: expected a file of type ${Object.keys(TYPES).join(", ")}.`);
  }
  const etag = createHash("sha256").update(bytes).digest("base64url").slice(0, 22);
  const gzip = gzipSync(bytes, { level: 9 });
  const br = brotliCompressSync(bytes, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
      [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
    },
  });
  return {
    path,
    type,
    cache,
    etag: `"${etag}"`,
    ...(gzip.length < bytes.length ? { gzip: gzip.toString("base64") } : {}),
    ...(br.length < bytes.length ? { br: br.toString("base64") } : { identity: bytes.toBase64() }),
  };
}
