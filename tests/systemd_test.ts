// The units and the rotation of the log, as far as they can be tried without systemd.
import assert from "node:assert/strict";
import { withDirectory } from "./support/directory.ts";
import { testWith } from "./support/programs.ts";

const root = new URL("../", import.meta.url);
const read = (path: string) => Deno.readTextFileSync(new URL(path, root));

/** Waits until a file has a text in it. */
async function written(path: string): Promise<string> {
  for (;;) {
    const text = await Deno.readTextFile(path).catch(() => "");
    if (text !== "") return text;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

Deno.test("systemctl reload fails as the reload command does, and sends SIGHUP where that reaches nobody", async () => {
  // systemd makes `$` of `$$`, and hands over MAINPID.
  const line = /^ExecReload=(.*)$/m.exec(read("systemd/classcord.service"))![1]!;
  const script = /^\/bin\/sh -c '(.*)'$/.exec(line.replaceAll("$$", "$"))![1]!;
  const expected: readonly [code: number, end: number, hangup: boolean][] = [
    [0, 0, false],
    [1, 1, false],
    [69, 69, true],
    [76, 0, true],
    [77, 77, false],
    [78, 78, true],
  ];
  await withDirectory(async (directory) => {
    for (const [code, end, hangup] of expected) {
      const said = `${directory}/${code}`;
      const server = new Deno.Command("sh", {
        args: [
          "-c",
          `trap 'echo HUP >"$0"; exit' HUP; echo ready; while :; do sleep 0.01; done`,
          said,
        ],
        stdout: "piped",
      }).spawn();
      const reader = server.stdout.getReader();
      await reader.read();
      const program = `${directory}/classcord`;
      await Deno.writeTextFile(program, `#!/bin/sh\n[ "$1" = reload ] && exit ${code}\n`);
      await Deno.chmod(program, 0o755);
      const reload = await new Deno.Command("sh", {
        args: ["-c", script.replace("/usr/bin/classcord", program)],
        env: { MAINPID: String(server.pid) },
      }).output();
      assert.equal(reload.code, end, `exit code ${code}`);
      if (hangup) assert.equal(await written(said), "HUP\n");
      else {
        server.kill("SIGTERM");
        assert.ok(!await Deno.stat(said).then(() => true, () => false));
      }
      await server.status;
      await reader.cancel();
    }
  });
});

Deno.test("rotation sends SIGHUP to the server, whatever its settings say, and bounds the log's size", () => {
  const rotation = read("logrotate/classcord");
  assert.match(rotation, /^ {4}daily$/m);
  assert.match(rotation, /^ {4}maxsize 100M$/m);
  assert.doesNotMatch(rotation, /systemctl reload|classcord reload/);
  const service = read("systemd/classcord-logrotate.service");
  assert.match(service, /^ExecStart=\S+logrotate --state \S+ \/etc\/logrotate\.d\/classcord$/m);
  assert.match(read("systemd/classcord-logrotate.timer"), /^OnCalendar=\*-\*-\* \*:20:00$/m);
  assert.match(read("systemd/classcord.service"), /^RestartForceExitStatus=SIGHUP$/m);
});

/** Where the package and the installation by hand put things. */
Deno.test("package and install.sh install every unit, and take it back", () => {
  const units = [...Deno.readDirSync(new URL("systemd", root))].map(({ name }) => name)
    .filter((name) => /\.(service|timer)$/.test(name));
  assert.ok(units.length >= 5);
  for (const unit of units) {
    assert.ok(read("scripts/stage.ts").includes(`lib/systemd/system/${unit}`), unit);
    assert.ok(/units="([^"]*)"/.exec(read("install.sh"))![1]!.includes(unit), unit);
  }
  for (const timer of units.filter((name) => name.endsWith(".timer"))) {
    for (const script of ["postinst", "prerm", "postrm"]) {
      assert.ok(read(`packaging/debian/${script}`).includes(timer), `${script}: ${timer}`);
    }
  }
});

Deno.test("package and install.sh install every drop-in for the unit of another package, and take it back", () => {
  const dropIns = [...Deno.readDirSync(new URL("systemd", root))].map(({ name }) => name)
    .flatMap((name) => /^(.+)-classcord\.conf$/.exec(name)?.[1] ?? []);
  assert.deepEqual(dropIns.sort(), ["fail2ban", "nats-server"]);
  for (const unit of dropIns) {
    const to = `systemd/system/${unit}.service.d/classcord.conf`;
    assert.ok(read("scripts/stage.ts").includes(`["lib/${to}", "systemd/${unit}-classcord.conf"]`));
    const places = read("install.sh").split(`/etc/${to}`);
    assert.equal(places.length, 3, unit);
  }
});

testWith(
  { programs: ["logrotate"], also: { root: Deno.uid() === 0 } },
  "a log past its size is rotated by the hour and once, though the daily run keeps the same state",
  async () => {
    await withDirectory(async (directory) => {
      const log = `${directory}/classcord.log`;
      await Deno.writeTextFile(log, "x\n");
      const own = read("logrotate/classcord")
        .replace("/var/log/classcord/*.log", log)
        .replace(/^ *su .*$/m, "").replace(/create .*$/m, "create 0640 root root")
        .replace("maxsize 100M", "maxsize 1k")
        .replace(
          /postrotate[^]*endscript/,
          `postrotate\n echo rotated >>${directory}/told\nendscript`,
        );
      await Deno.writeTextFile(`${directory}/own`, own, { mode: 0o644 });
      // Something else that the system rotates: its state must stay.
      await Deno.writeTextFile(
        `${directory}/status`,
        `logrotate state -- version 2\n"/var/log/other" 2026-1-2-0:0:0\n`,
        { mode: 0o644 },
      );
      const run = async () => {
        const { success, stderr } = await new Deno.Command("logrotate", {
          args: ["--state", `${directory}/status`, `${directory}/own`],
        }).output();
        assert.ok(success, new TextDecoder().decode(stderr));
        return [...Deno.readDirSync(directory)].map(({ name }) => name)
          .filter((name) => name.startsWith("classcord.log")).sort();
      };
      assert.deepEqual(await run(), ["classcord.log"], "it is small, and new to logrotate");
      await Deno.writeTextFile(log, "x".repeat(2_000));
      assert.deepEqual(await run(), ["classcord.log", "classcord.log.1"]);
      assert.deepEqual(await run(), ["classcord.log", "classcord.log.1"]);
      assert.equal(await Deno.readTextFile(`${directory}/told`), "rotated\n");
      assert.match(await Deno.readTextFile(`${directory}/status`), /"\/var\/log\/other" 2026-1-2/);
    });
  },
);
