// The program that a package installs: one copy for all users, and none of earlier versions.
import assert from "node:assert/strict";
import type { Machine } from "./machine.ts";

/** Maximum size of the cache of compiled code, in kilobytes. */
const CACHE_MAX_KB = 16_000;
/** Where versions up to 0.2.0 unpacked themselves. */
const OLD_COPIES = "/root/.cache/classcord /home/*/.cache/classcord";

/** Creates the files that an earlier version left when root ran a command. */
export async function runAsRoot(machine: Machine): Promise<void> {
  assert.match(await machine.run("classcord version"), /^ClassCord /);
}

/** One program serves root, the service and its group, and writes no files for any of them. */
export async function servesAllUsers(machine: Machine): Promise<void> {
  assert.match(await machine.run("classcord version"), /^commit [0-9a-f]{12}, unpacked$/m);
  await machine.run("useradd -m one; useradd -m two");
  for (const user of ["one", "two", "classcord"]) {
    const told = await machine.run(`runuser -u ${user} -- env -C / classcord version 2>&1`);
    assert.equal(told.match(/^ClassCord /gm)?.length, 1, told);
  }
  assert.equal(
    await machine.run(`ls -d ${OLD_COPIES} /var/lib/classcord/.cache 2>/dev/null || true`),
    "",
  );
  // The program can be started under any name, and receives its arguments unchanged.
  const argued = await machine.run(
    `ln -s /usr/bin/classcord /tmp/chat; /tmp/chat config --data-dir '/tmp/a  b $c' | grep data_dir`,
  );
  assert.ok(argued.includes('"/tmp/a  b $c"'), argued);
  const cache = await machine.run(
    "stat -c '%a %U' /var/cache/classcord; du -sk /var/cache/classcord",
  );
  assert.match(cache, /^755 root$/m);
  assert.ok(Number(/^(\d+)\t/m.exec(cache)?.[1]) < CACHE_MAX_KB, cache);
  assert.equal(await machine.run("find /var/cache/classcord ! -user root"), "");
  assert.equal(
    await machine.run("find /usr/lib/classcord /usr/bin/classcord -writable ! -user root"),
    "",
  );
}

/** After a purge nothing of the program is left. */
export async function leavesNoProgram(machine: Machine): Promise<void> {
  const places = `/usr/lib/classcord /usr/bin/classcord /var/cache/classcord ${OLD_COPIES}`;
  assert.equal(await machine.run(`ls -d ${places} 2>/dev/null || true`), "");
}
