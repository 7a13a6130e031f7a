// Who runs a command on this machine, for the audit log.

/** `operator:` and the name of the Unix user that this process belongs to, or its number. */
export function operatorName(): string {
  const uid = Deno.uid();
  return `operator:${uid === null ? "unknown" : userName(uid, readPasswd())}`;
}

/** The name of a user by `/etc/passwd`, or the number where it has none. */
export function userName(uid: number, passwd: string): string {
  const name = passwd.split("\n").map((line) => line.split(":"))
    .find(([, , id]) => id === String(uid))?.[0];
  return name === undefined || name === "" ? String(uid) : name;
}

function readPasswd(): string {
  try {
    return Deno.readTextFileSync("/etc/passwd");
  } catch {
    return "";
  }
}
