// The hint to run a command as the user of the server.
import { unixUser, userNameOf } from "../ops/operator.ts";
import { ownerOf } from "../store/owner.ts";

/**
 * Returns what to do if a file cannot be read or written.
 *
 * @param dataDir The data directory, which the user of the server owns.
 */
export function serviceUserHint(dataDir: string): string {
  const me = Deno.uid();
  const owner = ownerOf(dataDir);
  if (owner?.uid === me) {
    return `This command runs as ${unixUser() ?? `user ${me}`}, which cannot write there.`;
  }
  const name = owner === undefined ? undefined : userNameOf(owner.uid) ?? `#${owner.uid}`;
  return name === undefined
    ? "Run this command as the user of the server, or as root (sudo …)."
    : `Run this command as the user of the server: sudo -u ${quoted(name)} classcord …`;
}

// A user without a name is given by number. In shells a bare # starts a comment.
function quoted(name: string): string {
  return name.startsWith("#") ? `'${name}'` : name;
}
