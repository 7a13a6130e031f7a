// The sources of the page, and their digest, which shows whether the built page is up to date.
import { createHash } from "node:crypto";

/** The files of lib that the page may import. They are pure and small. A test rejects imports of other files. */
export const LIB_FILES = [
  "lib/protocol/characters.ts",
  "lib/protocol/name_keys.ts",
  "lib/school/columns.ts",
  "lib/school/csv.ts",
  "lib/school/decode.ts",
  "lib/school/limits.ts",
  "lib/school/list.ts",
  "lib/school/made_name.ts",
  "lib/school/passwords.ts",
  "lib/school/problem.ts",
  "lib/school/qr.ts",
  "lib/school/sending.ts",
  "lib/school/slips.ts",
  "lib/school/texts.ts",
] as const;

/** The documentation that the page shows. */
export const DOCUMENTS = ["docs/PROTOCOL.md", "docs/fr/PROTOCOLE.md"] as const;

/** The files that determine how the page is built. */
export const BUILD_FILES = ["deno.json", "deno.lock", "import_map.json", "scripts/web.ts"] as const;

/** Lists the paths of all files below a folder, sorted, relative to the root. */
export function filesBelow(root: string, folder: string): string[] {
  const paths: string[] = [];
  for (const { name, isDirectory } of Deno.readDirSync(root + folder)) {
    const path = `${folder}/${name}`;
    if (isDirectory) paths.push(...filesBelow(root, path));
    else paths.push(path);
  }
  return paths.sort();
}

/** Returns the digest of all sources of the page. @param root The root of the repository, with a slash at the end. */
export function digestOf(root: string): string {
  const hash = createHash("sha256").update(Deno.version.deno);
  const builders = filesBelow(root, "scripts/page");
  for (
    const path of [
      ...filesBelow(root, "web"),
      ...LIB_FILES,
      ...DOCUMENTS,
      ...BUILD_FILES,
      ...builders,
    ]
  ) {
    const bytes = Deno.readFileSync(root + path);
    hash.update(`\0${path}\0${bytes.length}\0`).update(bytes);
  }
  return hash.digest("hex");
}
