// Commands beside a server that runs as its own user, as in the package: files that root creates belong to this
// user, and other users are told which user to be.
import assert from "node:assert/strict";
import { withDirectory } from "../support/directory.ts";
import { bundleProgram, NEEDS_OTHER_USER, OTHER, type RunAs } from "../support/other_user.ts";
import { testWith } from "../support/programs.ts";

const ROOT: RunAs = {};
const STRANGER: RunAs = { uid: 65531, gid: 65531 };

/** A data directory of the server's user, and functions that run commands on it. */
async function withService(
  work: (service: {
    directory: string;
    run: (who: RunAs, ...args: string[]) => Promise<string>;
    fail: (code: number, who: RunAs, ...args: string[]) => Promise<string>;
  }) => Promise<void>,
): Promise<void> {
  await withDirectory(async (directory) => {
    await Deno.chmod(directory, 0o755);
    const dataDir = `${directory}/data`;
    await Deno.mkdir(dataDir, { mode: 0o700 });
    await Deno.chown(dataDir, OTHER.uid, OTHER.gid);
    const runAs = await bundleProgram(directory);
    const at = ["--data-dir", dataDir];
    await work({
      directory,
      async run(who, ...args) {
        const { code, stdout, stderr } = await runAs(who, [...args, ...at], "secret\n");
        assert.equal(code, 0, `${args.join(" ")}: ${stderr}`);
        return stdout;
      },
      async fail(wanted, who, ...args) {
        const { code, stderr } = await runAs(who, [...args, ...at], "secret\n");
        assert.equal(code, wanted, `${args.join(" ")}: ${stderr}`);
        return stderr;
      },
    });
  });
}

/** Returns the paths below a directory that do not belong to the server's user. */
function foreign(directory: string): string[] {
  const { uid, gid } = Deno.lstatSync(directory);
  const found = uid === OTHER.uid && gid === OTHER.gid ? [] : [directory];
  if (!Deno.lstatSync(directory).isDirectory) return found;
  for (const { name } of Deno.readDirSync(directory)) {
    found.push(...foreign(`${directory}/${name}`));
  }
  return found;
}

testWith(
  NEEDS_OTHER_USER,
  "files that root creates for the server belong to the server's user",
  () =>
    withService(async ({ directory, run, fail }) => {
      const [data, backups, tls] = ["data", "srv/backups", "tls/lab"].map((name) =>
        `${directory}/${name}`
      ) as [string, string, string];
      await run(ROOT, "user", "add", "ada");
      await run(ROOT, "backup", backups);
      const [copy] = [...Deno.readDirSync(backups)].map(({ name }) => `${backups}/${name}`);
      await run(ROOT, "restore", copy!);
      await run(ROOT, "user", "list");
      // A server that root starts by mistake, and that ends at once: its port is taken.
      using taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
      const ports = [
        "--host",
        "127.0.0.1",
        "--port",
        String(taken.addr.port),
        "--metrics-port",
        "0",
      ];
      await fail(1, ROOT, ...ports);
      await run(ROOT, "tls", "self-signed", "--out", tls, "--host", "chat.example.org");
      for (const made of [data, `${directory}/srv`, `${directory}/tls`]) {
        assert.deepEqual(foreign(made), [], made);
      }
      // The server's user can still use the files.
      assert.match(await run(OTHER, "user", "list"), /ada/);
      await run(OTHER, "backup", backups, "--keep", "1");
      assert.equal([...Deno.readDirSync(backups)].length, 1, "it may remove root's copy");
      await run(OTHER, "user", "passwd", "ada");
    }),
);

testWith(
  NEEDS_OTHER_USER,
  "files that root exports belong to root; other users export to standard output",
  () =>
    withService(async ({ directory, run, fail }) => {
      await run(OTHER, "user", "add", "ada");
      const home = `${directory}/home`;
      await Deno.mkdir(home, { mode: 0o700 });
      await run(ROOT, "user", "export", "ada", "--out", `${home}/ada.json`);
      assert.equal((await Deno.stat(`${home}/ada.json`)).uid, 0);
      await run(ROOT, "export", "--out", `${home}/all.json`);
      const told = await fail(1, OTHER, "user", "export", "ada", "--out", `${home}/other.json`);
      assert.match(told, /cannot write there\. Leave out --out and redirect the output: … > file/);
      for (const out of [[], ["--out", "-"]]) {
        const document = JSON.parse(await run(OTHER, "user", "export", "ada", ...out));
        assert.equal(document.account.name, "ada");
      }
      assert.throws(() => Deno.statSync("-"), Deno.errors.NotFound);
    }),
);

testWith(
  NEEDS_OTHER_USER,
  "a command that needs the server's user says so",
  () =>
    withService(async ({ directory, run, fail }) => {
      await run(OTHER, "user", "add", "ada");
      await run(OTHER, "backup", `${directory}/data/backups`);
      const [copy] = [...Deno.readDirSync(`${directory}/data/backups`)];
      const commands = [
        ["user", "list"],
        ["user", "export", "ada"],
        ["audit"],
        ["export"],
        ["backup", `${directory}/elsewhere`],
        ["restore", `${directory}/data/backups/${copy!.name}`],
        ["serve", "--port", "0", "--metrics-port", "0", "--log-file", ""],
        ["serve", "--port", "0", "--metrics-port", "0", "--log-file", `${directory}/server.log`],
      ];
      for (const command of commands) {
        const told = await fail(77, STRANGER, ...command);
        assert.match(
          told,
          /Run this command as the user of the server: sudo -u \S+ classcord …\n$/,
        );
        assert.equal(told.trimEnd().split("\n").length, 1, told);
      }
      const config = `${directory}/private.toml`;
      await Deno.writeTextFile(config, "", { mode: 0o600 });
      assert.match(
        await fail(78, STRANGER, "user", "list", "--config", config),
        /private\.toml: cannot read: .*Run this command as the user of the server, or as root/,
      );
      // The socket of a running server would allow changes to accounts.
      const account = await fail(77, STRANGER, "user", "add", "bob");
      assert.match(
        account,
        /Run this command as the user of the server: sudo -u \S+ classcord …\n$/,
      );
      const away = await fail(77, OTHER, "backup", "/root/classcord-backups");
      assert.match(away, /This command runs as \S+( \d+)?, which cannot write there\.\n$/);
    }),
);
