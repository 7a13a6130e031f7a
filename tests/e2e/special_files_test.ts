// If a configured path is a FIFO, a directory or a device, the program prints one sentence and does not wait.
import assert from "node:assert/strict";
import { Client } from "../support/client.ts";
import { withDirectory } from "../support/directory.ts";
import { type Finished, runCommand, ServerProcess } from "../support/process.ts";
import { writeCertificate } from "../support/certificate.ts";

const BASE = ["--host", "127.0.0.1", "--port", "0", "--metrics-port", "0"];

/** Creates a FIFO with mkfifo, the one program of Debian's essential packages that can. */
async function makeFifo(path: string): Promise<void> {
  const { success } = await new Deno.Command("mkfifo", { args: [path] }).output();
  assert.ok(success);
}

/** Returns each path that is not a regular file, and its name in errors. */
async function specialFiles(directory: string): Promise<[path: string, name: RegExp][]> {
  await makeFifo(`${directory}/fifo`);
  await Deno.mkdir(`${directory}/directory`);
  return [
    [`${directory}/fifo`, /a FIFO/],
    [`${directory}/directory`, /directory/],
    ["/dev/zero", /a device/],
  ];
}

function isOneSentence({ code, stderr }: Finished, expected: number, path: string): void {
  assert.equal(code, expected, stderr);
  assert.ok(stderr.includes(path), stderr);
  assert.match(stderr, /expected|cannot (?:read|write)/i);
  assert.doesNotMatch(stderr, /bug|\n\s+at /);
}

Deno.test("a start with a FIFO, a directory or a device instead of a file ends with a sentence", async () => {
  await withDirectory(async (directory) => {
    const { cert, key } = await writeCertificate(directory);
    const own = (name: string) => ["--data-dir", `${directory}/data-${name}`];
    let number = 0;
    for (const [path, name] of await specialFiles(directory)) {
      const start = (...args: string[]) => runCommand([...BASE, ...own(String(number++)), ...args]);
      const config = await runCommand(["config", "--config", path]);
      isOneSentence(config, 78, path);
      assert.match(config.stderr, name);
      const log = await start("--log-file", path);
      isOneSentence(log, 1, path);
      assert.match(log.stderr, name);
      isOneSentence(await start("--tls-cert", path, "--tls-key", key), 1, path);
      isOneSentence(await start("--tls-cert", cert, "--tls-key", path), 1, path);
      isOneSentence(await runCommand(["restore", path, ...own("restore")]), 1, path);
      isOneSentence(await runCommand(["import", path, ...own("import")]), 1, path);
    }
  });
});

Deno.test("a data directory that is no directory, and a path that Deno reserves, are rejected with a helpful sentence", async () => {
  await withDirectory(async (directory) => {
    const file = `${directory}/file`;
    await Deno.writeTextFile(file, "");
    await makeFifo(`${directory}/fifo`);
    const told: [path: string, kind: RegExp][] = [
      [file, /expected a directory, got a file\.$/],
      [`${directory}/fifo`, /expected a directory, got a FIFO/],
      ["/dev/null", /expected a directory, got a device\.$/],
    ];
    for (const [path, kind] of told) {
      for (const command of [["serve", ...BASE], ["user", "list"], ["backup", directory]]) {
        const done = await runCommand([...command, "--data-dir", path]);
        isOneSentence(done, 1, path);
        assert.match(done.stderr.trimEnd(), kind);
      }
    }
    const data = ["--data-dir", `${directory}/data`];
    const commands = [
      ["serve", ...BASE, "--log-file", "/dev/stdout"],
      ["serve", ...BASE, "--log-file", "/proc/log"],
      ["backup", "/proc/backups"],
      ["restore", "/proc/version"],
      ["import", "/dev/fd/0"],
      ["export", "--out", "/dev/export"],
      ["tls", "self-signed", "--out", "/sys/tls"],
    ];
    for (const command of commands) {
      const done = await runCommand([...command, ...data]);
      isOneSentence(done, 1, command.at(-1)!);
      assert.match(done.stderr, /a device|ClassCord uses no files in \/dev, \/proc and \/sys/);
    }
    const log = await runCommand(["serve", ...BASE, ...data, "--log-file", "/dev/stdout"]);
    assert.match(log.stderr, /set log\.file to ""/);
    isOneSentence(await runCommand(["config", "--config", "/proc/self/environ"]), 78, "/proc");
  });
});

Deno.test("a data directory with FIFOs as files is rejected, and the note of an old backup is ignored", async () => {
  await withDirectory(async (directory) => {
    for (const file of ["classcord.db", "classcord.lock"]) {
      const data = `${directory}/${file}.d`;
      await Deno.mkdir(data);
      await makeFifo(`${data}/${file}`);
      isOneSentence(await runCommand([...BASE, "--data-dir", data]), 1, `${data}/${file}`);
      const { code } = await runCommand(["user", "add", "ada", "--data-dir", data], "secret\n");
      assert.equal(
        code,
        file === "classcord.db" ? 1 : 0,
        "no server can hold a lock that is a FIFO",
      );
    }
    await makeFifo(`${directory}/last_backup.json`);
    await using server = await ServerProcess.start(directory);
    const metrics = await fetch(`http://127.0.0.1:${server.metricsPort}/metrics`);
    assert.match(await metrics.text(), /^classcord_last_backup_bytes 0$/m);
  });
});

Deno.test("a reload rejects them as well: the old log, certificate and settings stay in use, and nothing waits", async () => {
  await withDirectory(async (directory) => {
    const pair = await writeCertificate(directory);
    const config = `${directory}/test.toml`;
    const write = (text: string) => Deno.writeTextFile(config, text);
    await write(`[tls]\ncert = "${pair.cert}"\nkey = "${pair.key}"\nport = 0\n`);
    await using server = await ServerProcess.start(`${directory}/data`, "--config", config);
    await using operator = await Client.operator(`${directory}/data/admin.sock`);
    const problems = async () => {
      const reply = await operator.ask({ type: "reload" });
      return (reply["problems"] as string[]).join("\n");
    };
    const settings = await Deno.readTextFile(config);
    const replaced = async (path: string, work: () => Promise<void>) => {
      await Deno.rename(path, `${path}.away`);
      await makeFifo(path);
      await work();
      await Deno.remove(path);
      await Deno.rename(`${path}.away`, path);
    };
    for (const path of [pair.cert, pair.key, config]) {
      await replaced(path, async () => {
        const told = await problems();
        assert.ok(told.includes(path), told);
        assert.match(told, /a FIFO/);
      });
    }
    const log = `${directory}/data/classcord.log`;
    await replaced(log, async () => {
      assert.match(await problems(), /classcord\.log: cannot write the log: .*a FIFO/);
      await using _lea = await Client.guest(server.port, "léa");
      assert.match(
        await Deno.readTextFile(`${log}.away`),
        /continues in the file[^]*user="léa" guest/,
      );
    });
    await write(`${settings}[log]\nfile = "/dev/zero"\n`);
    assert.match(await problems(), /\/dev\/zero: cannot (?:read|write).*a device/);
    await write(settings);
    assert.equal(await problems(), "");
  });
});
