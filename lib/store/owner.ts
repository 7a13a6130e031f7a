// Gives files that root creates to the owner of the data directory, because the server could not read them otherwise.
import { lchownSync } from "node:fs";

/** The numbers of a user and a group. */
export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

/** Returns the owner of a directory, if the directory exists and can be read. */
export function ownerOf(directory: string): Owner | undefined {
  try {
    const { uid, gid } = Deno.statSync(directory);
    return uid === null || gid === null ? undefined : { uid, gid };
  } catch {
    return undefined;
  }
}

/**
 * If root created a file, gives it to the owner of a data directory. Does nothing for other users.
 *
 * @throws The error of the file system.
 */
export function giveToOwnerOf(dataDir: string, path: string): void {
  if (Deno.uid() !== 0) return;
  const owner = ownerOf(dataDir);
  // `lchown` does not follow a symbolic link that the server's user may have created.
  if (owner !== undefined && owner.uid !== 0) lchownSync(path, owner.uid, owner.gid);
}

/**
 * Creates a directory that only its owner can use, and its missing parents. Root gives them to the owner of a data
 * directory. An existing directory stays unchanged.
 *
 * @throws The error of the file system.
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
