// The executable alone: in an empty directory, as another user, without a network.
import assert from "node:assert/strict";
import { run } from "./machine.ts";

const NOBODY = "65534";

/** Proves what `deno task build` promises for its file. @param path The executable. */
export async function proveExecutable(path: string): Promise<void> {
  const directory = Deno.makeTempDirSync({ prefix: "classcord-executable-" });
  const asNobody = (script: string) =>
    run(
      ...["unshare", "--net", "setpriv", `--reuid=${NOBODY}`, `--regid=${NOBODY}`] as const,
      ...["--clear-groups", "env", "-i", "-C", directory, `PATH=${Deno.env.get("PATH")}`],
      ...[`CACHE_DIRECTORY=${directory}/cache`, "sh", "-ec", script, path],
    );
  try {
    await run("chown", NOBODY, directory);
    // Five at once at the first start. Each unpacks, or finds what another has unpacked.
    const versions = await asNobody(`for n in 1 2 3 4 5; do "$0" version & done; wait`);
    assert.equal(versions.match(/^ClassCord /gm)?.length, 5, versions);
    assert.match(versions, /^commit [0-9a-f]{12}, (compiled|self-extracting)$/m);
    assert.match(versions, /^SQLite 3\./m);
    // Everything it contains: hashing workers, migrations, the database.
    const told = await asNobody(`printf 'Sésame 1234\\n' | "$0" user add ada --data-dir data
      "$0" user list --data-dir data; ls -A`);
    assert.match(told, /^ada +member/m);
    const left = told.trim().split("\n").slice(-2).sort();
    assert.deepEqual(left, ["cache", "data"], "nothing is written elsewhere");
    const { size } = Deno.statSync(path);
    const head = await run("head", "-c", "2000", path);
    if (!head.startsWith("#!/bin/sh")) return;
    const unpacked = await asNobody(
      `export CACHE_DIRECTORY= XDG_CACHE_HOME=$PWD/xdg; "$0" version >/dev/null; ls xdg/classcord`,
    );
    assert.match(unpacked.trim(), /^[0-9a-f]{16}$/);
    await proveOneVersionIsKept(asNobody);
    // A truncated file reports the damage instead of running.
    const damaged = `head -c ${
      size - 5000
    } "$0" >cut; chmod +x cut; CACHE_DIRECTORY=$PWD/new ./cut version`;
    await assert.rejects(asNobody(damaged), /expected a whole file/);
    assert.deepEqual((await asNobody("ls new")).trim(), "", "nothing half unpacked stays");
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

/** Other versions are removed unless they run. Files that others put there stay. */
async function proveOneVersionIsKept(
  asNobody: (script: string) => Promise<string>,
): Promise<void> {
  // Another version is the same program under another hash.
  const told = await asNobody(`export CACHE_DIRECTORY=$PWD/kept
    older() { sed "s/^hash=.*/hash=$1/" "$0" >"$1"; chmod +x "$1"; }
    older 0000000000000001; older 0000000000000002
    mkdir -p kept/mine kept/unpacking.abcdef kept/unpacking.ghijkl
    touch -d '2 hours ago' kept/unpacking.abcdef
    ./0000000000000001 version >/dev/null
    ./0000000000000002 serve --port 0 --data-dir kept.d >/dev/null 2>&1 & running=$!
    until [ /proc/$running/exe -ef kept/0000000000000002/deno ]; do sleep 0.05; done
    "$0" version >/dev/null; ls kept; echo --
    kill $running; wait $running || true
    "$0" version >/dev/null; ls kept`);
  const [while_, after] = told.split("--\n").map((text) => text.trim().split("\n")) as [
    string[],
    string[],
  ];
  const own = while_.find((name) => /^[0-9a-f]{16}$/.test(name) && !name.startsWith("0000000"));
  assert.deepEqual(while_, ["0000000000000002", own, "mine", "unpacking.ghijkl"].sort());
  assert.deepEqual(after, [own, "mine", "unpacking.ghijkl"]);
}
