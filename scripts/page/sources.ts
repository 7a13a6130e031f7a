// The sources of the page: what it is built from, and the digest that tells whether it was built of them.
import { createHash } from "node:crypto";

/** Files of lib that the page imports. They are pure and small; a test holds the page to them. */
export const LIB_FILES = ["lib/protocol/characters.ts", "lib/protocol/name_keys.ts"] as const;

/** Files that decide how the page is built. */
const BUILD_FILES = ["deno.json", "deno.lock", "import_map.json", "scripts/web.ts"];

/** The paths below a folder, sorted, relative to the root. */
export function filesBelow(root: string, folder: string): string[] {
  const paths: string[] = [];
  for (const { name, isDirectory } of Deno.readDirSync(root + folder)) {
    const path = `${folder}/${name}`;
    if (isDirectory) paths.push(...filesBelow(root, path));
    else paths.push(path);
  }
  return paths.sort();
}

/** A digest of all that the page is built from. @param root The root of the repository, with its slash. */
export function digestOf(root: string): string {
  const hash = createHash("sha256").update(Deno.version.deno);
  const builders = filesBelow(root, "scripts/page");
  for (const path of [...filesBelow(root, "web"), ...LIB_FILES, ...BUILD_FILES, ...builders]) {
    const bytes = Deno.readFileSync(root + path);
    hash.update(`\0${path}\0${bytes.length}\0`).update(bytes);
  }
  return hash.digest("hex");
}
