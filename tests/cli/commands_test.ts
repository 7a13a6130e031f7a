// The commands as users type them: output, exit codes, and error messages.
import assert from "node:assert/strict";
import { firstLine } from "../../lib/cli/prompt.ts";
import { VERSION } from "../../lib/version.ts";
import { Client } from "../support/client.ts";
import { withDirectory } from "../support/directory.ts";
import { type Finished, runCommand, ServerProcess } from "../support/process.ts";
import { testWith } from "../support/programs.ts";

async function succeed(args: readonly string[], input = ""): Promise<string> {
  const { code, stdout, stderr } = await runCommand(args, input);
  assert.equal(code, 0, stderr);
  return stdout;
}

async function fail(args: readonly string[], code: number, input = ""): Promise<string> {
  const done: Finished = await runCommand(args, input);
  assert.equal(done.code, code, done.stderr);
  assert.doesNotMatch(done.stderr, /\n\s+at /, "a stack is not a sentence");
  return done.stderr;
}

Deno.test("the help of a command lists the flags that affect it, without markup", async () => {
  const flags = async (...command: string[]) =>
    (await succeed([...command, "--help"])).match(/--[a-z-]+(?= <| )/g)!.filter((flag) =>
      /^--(config|data-dir|host|port|metrics|tls|log)/.test(flag)
    );
  for (const command of [["user", "add"], ["user", "erase"], ["backup"], ["restore"], ["audit"]]) {
    assert.deepEqual(await flags(...command), ["--config", "--data-dir"], command.join(" "));
  }
  assert.ok((await flags("serve")).includes("--tls-port"));
  assert.ok((await flags("healthcheck")).includes("--metrics-port"));
  for (const command of [["user", "add"], ["serve"], ["clients"], ["export"]]) {
    assert.doesNotMatch(await succeed([...command, "--help"]), /`/, command.join(" "));
  }
  assert.match(await fail(["user", "list", "--tls-port", "1"], 2), /unknown option '--tls-port'/);
});

Deno.test("help shows the values of this machine instead of the defaults", async () => {
  await withDirectory(async (directory) => {
    const file = `${directory}/classcord.toml`;
    await Deno.writeTextFile(file, '[store]\ndata_dir = "/var/lib/elsewhere"\n');
    const help = async () => {
      const command = new Deno.Command(Deno.execPath(), {
        args: ["task", "--quiet", "start", "backup", "--help"],
        env: { CLASSCORD_CONFIG: file, NO_COLOR: "1" },
      });
      return new TextDecoder().decode((await command.output()).stdout).replace(/\s+/g, " ");
    };
    assert.match(
      await help(),
      /--data-dir <directory> [^(]*\(\S+classcord\.toml: \/var\/lib\/elsewhere\)/,
    );
    await Deno.writeTextFile(file, "not = [toml");
    assert.match(await help(), /\(default: \.\/data\)/);
  });
});

Deno.test("a password on standard input is used exactly as it is, or rejected with the reason", () => {
  const bytes = (text: string) => Uint8Array.from(text, (char) => char.charCodeAt(0));
  const utf8 = (text: string) => new TextEncoder().encode(text);
  assert.equal(firstLine(utf8("été à l'œuvre\nmore")), "été à l'œuvre");
  assert.equal(firstLine(utf8("  pass word \r\n")), "  pass word ");
  assert.equal(firstLine(utf8("😀")), "😀");
  assert.throws(
    () => firstLine(bytes("caf\xe9\n")),
    /Expected a password in UTF-8, got other bytes/,
  );
  assert.throws(() => firstLine(bytes("\xff\xfep\0w\0\n\0")), /UTF-8/);
  assert.throws(() => firstLine(bytes("p\0w\0\n\0")), /UTF-8/, "UTF-16 without a mark");
  assert.throws(() => firstLine(utf8("\ufeff1234\n")), /byte order mark/);
  assert.equal(firstLine(Uint8Array.of(0x61, 0x0a, 0xff)), "a", "only the line is read");
});

Deno.test("the version is that of deno.json", async () => {
  const text = await Deno.readTextFile(new URL("../../deno.json", import.meta.url));
  assert.equal(JSON.parse(text).version, VERSION);
  assert.match(
    await succeed(["version"]),
    new RegExp(`^ClassCord ${VERSION}\ncommit .*, sources\nDeno .*SQLite 3`, "s"),
  );
});

Deno.test("an invalid command line exits with 2 and says why", async () => {
  assert.match(await fail(["usr"], 2), /user.*usr.*Did you mean user\?/s);
  assert.match(await fail(["--prot", "1"], 2), /--prot.*--port/s);
  assert.match(await fail(["user", "add", "bob", "--role", "chef"], 2), /chef.*member/s);
  assert.match(await fail(["export", "--from", "yesterday"], 2), /2026-11-01/);
});

testWith(
  "bash",
  "a command ends without a stack trace if its output is not read or the disk is full",
  async () => {
    const cwd = new URL("../../", import.meta.url);
    const inShell = async (script: string, ...args: string[]) => {
      const bash = new Deno.Command("bash", {
        args: ["-c", script, Deno.execPath(), ...args],
        cwd,
      });
      const { code, stderr } = await bash.output();
      return [code, new TextDecoder().decode(stderr)];
    };
    const piped = `set -o pipefail; "$0" task --quiet start "$@" | true`;
    for (const args of [["--help"], ["config", "--example"]]) {
      assert.deepEqual(await inShell(piped, ...args), [0, ""], args.join(" "));
    }
    await withDirectory(async (directory) => {
      const full = `"$0" task --quiet start export --data-dir "$1" >/dev/full`;
      const [code, told] = await inShell(full, directory);
      assert.equal(code, 1);
      assert.match(
        String(told),
        /^standard output: cannot write: .*\. The output is incomplete\.\n$/,
      );
    });
  },
);

Deno.test("classcord config shows the settings in force and their origins, or the errors", async () => {
  await withDirectory(async (directory) => {
    const file = `${directory}/test.toml`;
    await Deno.writeTextFile(file, "[limits]\nburst = 7\n");
    const shown = await succeed(["config", "--config", file, "--port", "4000"]);
    assert.match(shown, /^port = 4000 +# --port$/m);
    assert.match(shown, new RegExp(`^burst = 7 +# ${file}$`, "m"));
    assert.match(shown, /^guests = true +# default$/m);
    await Deno.writeTextFile(file, "[limits]\nburst = 'x'\nspeed = 1\n");
    const told = await fail(["config", "--config", file], 78);
    for (const key of [/limits\.burst: expected/, /limits\.speed: expected/]) {
      assert.match(told, key);
    }
    const example = await succeed(["config", "--example"]);
    assert.equal(
      example,
      await Deno.readTextFile(new URL("../../classcord.example.toml", import.meta.url)),
    );
  });
});

Deno.test("classcord user creates, lists, changes and deletes accounts while a server runs", async () => {
  await withDirectory(async (directory) => {
    await using server = await ServerProcess.start(directory);
    const data = ["--data-dir", directory];
    const login = async (password: string) => {
      await using client = await Client.connect(server.port);
      return (await client.ask({ type: "login", username: "Ada", password }))["code"] ?? "ok";
    };
    await succeed(["user", "add", "Ada", "--role", "admin", ...data], "first\n");
    assert.equal(await login("first"), "ok");
    assert.match(await fail(["user", "add", "ADA", ...data], 1, "x\n"), /already exists/);
    assert.match(await fail(["user", "add", "a]b", ...data], 1, "1234\n"), /letters/);
    assert.match(await fail(["user", "add", "bob", ...data], 1, "12\n"), /4 to 256/);
    assert.match(await fail(["user", "add", "bob", ...data], 1, ""), /password on standard input/);
    await succeed(["user", "passwd", "ada", ...data], "second\n");
    assert.equal(await login("first"), "login_failed");
    assert.equal(await login("second"), "ok");
    await succeed(["user", "disable", "ada", ...data]);
    assert.equal(await login("second"), "login_failed");
    await succeed(["user", "enable", "ada", ...data]);
    assert.equal(await login("second"), "ok");
    await succeed(["user", "role", "ada", "moderator", ...data]);
    const [account, ...others] = JSON.parse(await succeed(["user", "list", "--json", ...data]));
    assert.deepEqual([account.name, account.role, account.disabled], ["Ada", "moderator", false]);
    assert.deepEqual(others, []);
    assert.match(await succeed(["user", "list", ...data]), /^NAME.*\nAda +moderator/);
    await succeed(["user", "delete", "Ada", ...data]);
    assert.match(await fail(["user", "delete", "Ada", ...data], 1), /"Ada"/);
  });
});

Deno.test("classcord import, export, backup and restore work together", async () => {
  await withDirectory(async (directory) => {
    const data = ["--data-dir", `${directory}/data`];
    const pickle = `${directory}/users.pkl`;
    // {"zoé": "motdepasse"}, by Python's pickle.
    await Deno.writeFile(
      pickle,
      Uint8Array.fromBase64("gASVGAAAAAAAAAB9lIwEem/DqZSMCm1vdGRlcGFzc2WUcy4="),
    );
    assert.match(
      await succeed(["import", pickle, "--dry-run", ...data]),
      /Would add 1 account, skip 0\./,
    );
    assert.match(await succeed(["import", pickle, ...data]), /Added 1 account, skipped 0\./);
    assert.match(await fail(["import", `${directory}/gone.pkl`, ...data], 1), /gone\.pkl/);
    {
      await using server = await ServerProcess.start(`${directory}/data`);
      await using zoe = await Client.connect(server.port);
      await zoe.ask({ type: "login", username: "zoé", password: "motdepasse" });
      await zoe.ask({ type: "message", content: "à tous", ref: "1" });
      await zoe.ask({ type: "message", to: "zoé", content: "secret", ref: "2" });
      await succeed(["backup", `${directory}/backups`, "--keep", "3", ...data]);
      const health = ["--metrics-port", String(server.metricsPort)];
      assert.match(await succeed(["healthcheck", ...health]), /"status":"ok"/);
    }
    assert.match(await fail(["healthcheck", "--metrics-port", "1"], 1), /127\.0\.0\.1:1/);
    const [{ name: copy }] = [...Deno.readDirSync(`${directory}/backups`)] as [Deno.DirEntry];
    const out = `${directory}/out.csv`;
    await succeed(["export", "--format", "csv", "--out", out, ...data]);
    const csv = await Deno.readTextFile(out);
    assert.match(csv, /zoé,,à tous/);
    assert.doesNotMatch(csv, /secret/);
    assert.match(await fail(["export", "--out", out, ...data], 1), /--force/);
    const all = JSON.parse(await succeed(["export", "--private", ...data]));
    assert.equal(all.length, 2);
    for (const [flag, count] of [["--to", 0], ["--from", 1]] as const) {
      const some = JSON.parse(await succeed(["export", flag, "2020-01-01", ...data]));
      assert.equal(some.length, count, flag);
    }
    await succeed(["user", "delete", "zoé", ...data]);
    await succeed(["restore", `${directory}/backups/${copy}`, ...data]);
    assert.match(await succeed(["user", "list", ...data]), /zoé/);
  });
});
