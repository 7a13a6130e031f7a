// The files of the page. They are in a table that the build creates and that the server keeps in memory; no request
// reads the file system.
import { createHash } from "node:crypto";
import { getBuiltinModule } from "node:process";
import { z } from "zod";
import type { Encoding } from "./encoding.ts";
import { titled } from "./title.ts";

/** One file of the page. */
export interface Asset {
  readonly type: string;
  readonly cacheControl: string;
  /** The ETag, with its quotes. */
  readonly etag: string;
  readonly identity: Uint8Array;
  readonly br?: Uint8Array | undefined;
  readonly gzip?: Uint8Array | undefined;
}

/** The files of the page. */
export interface Assets {
  /** Whether the page was built. */
  readonly isBuilt: boolean;
  /** Finds a file by its path. @param className The title of the page; empty for the default. */
  find(path: string, className: string): Asset | undefined;
}

const CACHE_CONTROL = {
  immutable: "public, max-age=31536000, immutable",
  day: "public, max-age=86400",
  "no-cache": "no-cache",
} as const;

const FILE = z.object({
  path: z.string(),
  type: z.string(),
  cache: z.enum(["immutable", "day", "no-cache"]),
  etag: z.string(),
  identity: z.string().optional(),
  gzip: z.string().optional(),
  br: z.string().optional(),
}).refine(({ identity, br }) => identity !== undefined || br !== undefined, "no content");
const TABLE = z.object({ files: z.array(FILE) });

/** The maximum size of a file, in bytes. */
const FILE_MAX = 4 * 2 ** 20;

const SHELL = "/";

/**
 * Parses the table that the build creates.
 *
 * @param text The table as JSON; empty if the page was not built.
 * @throws {Error} If the text is not such a table.
 */
export function readAssets(text: string): Assets {
  const files = text === "" ? [] : TABLE.parse(JSON.parse(text)).files;
  const built = new Map(files.map(({ path, ...file }) => [path, assetOf(file)]));
  const isBuilt = built.has(SHELL);
  if (!isBuilt) built.set(SHELL, NOT_BUILT);
  // The files that contain the title, with the last requested title.
  let own = { className: "", files: new Map<string, Asset | undefined>() };
  return {
    isBuilt,
    find(path, className) {
      const asset = built.get(path);
      if (asset === undefined || className === "" || !isBuilt) return asset;
      if (own.className !== className) own = { className, files: new Map() };
      if (!own.files.has(path)) own.files.set(path, withTitle(asset, path, className));
      return own.files.get(path) ?? asset;
    },
  };
}

function assetOf(
  { type, cache, etag, identity, gzip, br }: Omit<z.infer<typeof FILE>, "path">,
): Asset {
  return {
    type,
    cacheControl: CACHE_CONTROL[cache],
    etag,
    // A file that is stored in Brotli is not stored uncompressed too. This makes the executable smaller.
    identity: identity === undefined ? unpacked(br!) : Uint8Array.fromBase64(identity),
    gzip: gzip === undefined ? undefined : Uint8Array.fromBase64(gzip),
    br: br === undefined ? undefined : Uint8Array.fromBase64(br),
  };
}

function unpacked(br: string): Uint8Array {
  const { brotliDecompressSync } = zlib();
  const bytes = brotliDecompressSync(Uint8Array.fromBase64(br), { maxOutputLength: FILE_MAX });
  return new Uint8Array(bytes);
}

/** Returns a file with another title, or `undefined` if the file has no title. */
function withTitle(asset: Asset, path: string, className: string): Asset | undefined {
  const text = titled(path, new TextDecoder().decode(asset.identity), className);
  if (text === undefined) return undefined;
  const identity = new TextEncoder().encode(text);
  return { ...asset, ...compressed(identity), identity, etag: etagOf(identity) };
}

function compressed(bytes: Uint8Array): Record<Encoding, Uint8Array> {
  const { brotliCompressSync, gzipSync } = zlib();
  return { br: brotliCompressSync(bytes), gzip: gzipSync(bytes) };
}

// Loaded at its first use, because the server starts faster without it.
function zlib(): typeof import("node:zlib") {
  return getBuiltinModule("node:zlib");
}

function etagOf(bytes: Uint8Array): string {
  return `"${createHash("sha256").update(bytes).digest("base64url").slice(0, 22)}"`;
}

const NOT_BUILT_PAGE = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>ClassCord</title>
<h1>ClassCord</h1>
<p>The chat runs here, but this copy of the server was started without its web page.</p>
<p>To build the page, run <code>npx -y deno@2.9.6 task web</code> in the source folder, and start the server again.
The packages for Linux contain the page.</p>
<p lang="fr">Le chat fonctionne, mais ce serveur a démarré sans sa page web. Pour la construire, lancez
<code>npx -y deno@2.9.6 task web</code> dans le dossier des sources, puis redémarrez le serveur.</p>
</html>
`;

const NOT_BUILT: Asset = {
  type: "text/html; charset=utf-8",
  cacheControl: "no-store",
  etag: '"not-built"',
  identity: new TextEncoder().encode(NOT_BUILT_PAGE),
};
