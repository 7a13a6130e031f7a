// Says in one sentence that a command has to run as the server's user.
import { unixUser, userNameOf } from "../ops/operator.ts";
import { ownerOf } from "../store/owner.ts";

/**
 * What to do where a file may not be read or written.
 *
 * @param dataDir The data directory: its owner is the user of the server.
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

// A user without a name is given by number, and shells take a bare # for a comment.
function quoted(name: string): string {
  return name.startsWith("#") ? `'${name}'` : name;
}
