// Replaces files atomically: a reader sees the old file or the new one, never a part.
import { rmSync } from "node:fs";
import { giveToOwnerOf } from "../../store/owner.ts";

/**
 * Writes a file, replacing an existing one. A reader sees the old file or the new one, never with other permissions.
 * A symbolic link that someone placed at the temporary path is not followed. With `dataDir`, root gives the file to
 * the owner of that data directory.
 *
 * @throws The error of the file system.
 */
export function replaceFile(
  path: string,
  text: string,
  { mode, dataDir }: { readonly mode: number; readonly dataDir?: string | undefined },
): void {
  const fresh = `${path}.new`;
  // An interrupted start may have left the file.
  rmSync(fresh, { force: true });
  Deno.writeTextFileSync(fresh, text, { mode, createNew: true });
  if (dataDir !== undefined) giveToOwnerOf(dataDir, fresh);
  Deno.renameSync(fresh, path);
}
