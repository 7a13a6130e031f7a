// Counts the bytes and requests of the first visit to the page, from the table of its files. The result is the same on
// every machine.
import { brotliDecompressSync, gzipSync } from "node:zlib";
import { buildPage } from "../scripts/web.ts";
import type { PackedFile } from "../scripts/page/pack.ts";

/** The size of the first visit. Bytes are compressed with gzip, because browsers accept Brotli only over HTTPS. */
export interface FirstLoad {
  readonly shell: number;
  readonly js: number;
  readonly css: number;
  /** The number of requests: the shell, and the scripts and styles that are loaded before the page is drawn. */
  readonly requests: number;
  /** The number of files that the shell does not link. The browser needs another round trip to find them. */
  readonly late: number;
}

/** The budget of the page: the maximum of each figure. Sizes are in bytes. */
export const BUDGET: FirstLoad = {
  shell: 2048,
  js: 40 * 1024,
  css: 8 * 1024,
  requests: 8,
  late: 0,
};

const LINK = /(?:href|src)="(a\/[^"]+\.(?:js|css))"/g;
const IMPORT = /(?:\bfrom|\bimport)\s*"\.\/([\w.-]+)"/g;

/** Counts the first visit to a page. @param table The text of `dist/web/assets.json`. */
export function firstLoad(table: string): FirstLoad {
  const { files } = JSON.parse(table) as { files: readonly PackedFile[] };
  const byPath = new Map(files.map((file) => [file.path, file]));
  const shell = byPath.get("/");
  if (shell === undefined) throw new Error("the table has no shell");
  const loaded = new Set<string>();
  const load = (path: string) => {
    const file = byPath.get(path);
    if (file === undefined || loaded.has(path)) return;
    loaded.add(path);
    if (!path.endsWith(".js")) return;
    const folder = path.slice(0, path.lastIndexOf("/") + 1);
    for (const [, name] of textOf(file).matchAll(IMPORT)) load(folder + name);
  };
  const linked = new Set([...textOf(shell).matchAll(LINK)].map(([, path]) => `/${path}`));
  for (const path of linked) load(path);
  const sum = (ending: string) =>
    [...loaded].filter((path) => path.endsWith(ending))
      .reduce((bytes, path) => bytes + compressed(byPath.get(path)!), 0);
  return {
    shell: compressed(shell),
    js: sum(".js"),
    css: sum(".css"),
    requests: 1 + loaded.size,
    late: loaded.size - linked.size,
  };
}

function bytesOf({ identity, br }: PackedFile): Uint8Array {
  if (identity !== undefined) return Uint8Array.fromBase64(identity);
  return brotliDecompressSync(Uint8Array.fromBase64(br ?? ""));
}

function textOf(file: PackedFile): string {
  return new TextDecoder().decode(bytesOf(file));
}

function compressed(file: PackedFile): number {
  return file.gzip === undefined
    ? gzipSync(bytesOf(file), { level: 9 }).length
    : Uint8Array.fromBase64(file.gzip).length;
}

/** Prints the first load and its budget. @returns Whether the budget holds; `true` if the page cannot be built. */
export async function checkFirstLoad(): Promise<boolean> {
  const { table, reason } = await buildPage();
  if (table === "") {
    console.log(`skip first load of the page: ${reason}`);
    return true;
  }
  const load = firstLoad(table);
  const over = Object.entries(load).filter(([key, value]) =>
    value > BUDGET[key as keyof FirstLoad]
  );
  const isWithin = over.length === 0;
  console.log(`${isWithin ? "ok  " : "FAIL"} first load of the page: ${JSON.stringify(load)}`);
  if (!isWithin) console.log(`     expected at most ${JSON.stringify(BUDGET)}`);
  return isWithin;
}
