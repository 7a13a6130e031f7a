// Who runs a command on this machine, for the audit log.

/** `operator:` and the name of the Unix user that this process belongs to, or its number. */
export function operatorName(): string {
  return `operator:${unixUser() ?? Deno.uid() ?? "unknown"}`;
}

/** The name of the Unix user that this process belongs to, if the machine knows it. */
export function unixUser(): string | undefined {
  const uid = Deno.uid();
  return uid === null ? undefined : userNameOf(uid);
}

/** The name of a user of this machine, if the machine knows it. */
export function userNameOf(uid: number): string | undefined {
  return userName(uid, readPasswd());
}

/** The name of a user by `/etc/passwd`, where it has one. */
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
