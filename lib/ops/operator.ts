// Determines the user who runs a command on this machine, for the audit log.

/** Returns `operator:` and the name of the Unix user of this process, or its number. */
export function operatorName(): string {
  return `operator:${unixUser() ?? Deno.uid() ?? "unknown"}`;
}

/** Returns the name of the Unix user of this process; `undefined` if it is unknown. */
export function unixUser(): string | undefined {
  const uid = Deno.uid();
  return uid === null ? undefined : userNameOf(uid);
}

/** Returns the name of a user of this machine; `undefined` if it is unknown. */
export function userNameOf(uid: number): string | undefined {
  return userName(uid, readPasswd());
}

/** Returns the name of a user in the text of `/etc/passwd`; `undefined` if it is not there. */
export function userName(uid: number, passwd: string): string | undefined {
  const name = passwd.split("\n").map((line) => line.split(":"))
    .find(([, , id]) => id === String(uid))?.[0];
  return name === "" ? undefined : name;
}

function readPasswd(): string {
  try {
    return Deno.readTextFileSync("/etc/passwd");
  } catch {
    return "";
  }
}
