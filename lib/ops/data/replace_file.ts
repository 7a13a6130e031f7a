// Replaces files at once: a reader sees the old file or the new one, never a part.
import { rmSync } from "node:fs";
import { giveToOwnerOf } from "../../store/owner.ts";

/**
 * Puts a file in the place of another, or where there was none. A reader sees the old file or the
 * new one, and never another mode. A link that somebody laid in its way is not followed. With `dataDir`,
 * root gives the file to the owner of that data directory.
 *
 * @throws What the file system throws.
 */
export function replaceFile(
  path: string,
  text: string,
  { mode, dataDir }: { readonly mode: number; readonly dataDir?: string | undefined },
): void {
  const fresh = `${path}.new`;
  // A start that was cut off may have left one.
  rmSync(fresh, { force: true });
  Deno.writeTextFileSync(fresh, text, { mode, createNew: true });
  if (dataDir !== undefined) giveToOwnerOf(dataDir, fresh);
  Deno.renameSync(fresh, path);
}
