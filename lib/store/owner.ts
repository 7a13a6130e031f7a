// Who the files of a server belong to: the owner of its data directory. What root makes for the server is
// given to that user, who could not read it otherwise.
import { lchownSync } from "node:fs";

/** A user and a group, by number. */
export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

/** The owner of a directory, if it exists and can be looked at. */
export function ownerOf(directory: string): Owner | undefined {
  try {
    const { uid, gid } = Deno.statSync(directory);
    return uid === null || gid === null ? undefined : { uid, gid };
  } catch {
    return undefined;
  }
}

/**
 * Where root made a file, gives it to the owner of a data directory; for anyone else does nothing.
 *
 * @throws What the file system throws.
 */
export function giveToOwnerOf(dataDir: string, path: string): void {
  if (Deno.uid() !== 0) return;
  const owner = ownerOf(dataDir);
  // Not through a link that the server's user may have put there.
  if (owner !== undefined && owner.uid !== 0) lchownSync(path, owner.uid, owner.gid);
}

/**
 * Creates a directory that only its owner can use, and those above it that are missing. Root gives them to
 * the owner of a data directory.
 *
 * @throws What the file system throws; a directory that exists is left as it is.
 */
export function makeDirectoryFor(dataDir: string, path: string): void {
  const missing: string[] = [];
  for (let at = path.replace(/(.)\/+$/, "$1"); at !== "" && !exists(at);) {
    missing.unshift(at);
    at = at.includes("/") ? at.replace(/\/+[^/]*$/, "") : "";
  }
  Deno.mkdirSync(path, { recursive: true, mode: 0o700 });
  for (const made of missing) giveToOwnerOf(dataDir, made);
}

function exists(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch (error) {
    return !(error instanceof Deno.errors.NotFound);
  }
}
