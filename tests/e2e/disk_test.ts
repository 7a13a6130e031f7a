// A server whose disk fills up, or whose database file is removed: what is rejected, and what goes on.
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { openLog } from "../../lib/ops/log/log.ts";
import { Client, type Line } from "../support/client.ts";
import { withDirectory } from "../support/directory.ts";
import { runCommand, ServerProcess } from "../support/process.ts";
import { testWith } from "../support/programs.ts";
import { startTestServer } from "../support/server.ts";

const ADA = { username: "ada", password: "1234" };

async function ready(port: number): Promise<{ status: number; reasons: string[] }> {
  const response = await fetch(`http://127.0.0.1:${port}/readyz`);
  return { status: response.status, reasons: (await response.json()).reasons };
}

Deno.test("below the reserve messages and registrations are rejected; logins, reading and moderation go on", async () => {
  await withDirectory(async (directory) => {
    const config = `${directory}/test.toml`;
    await Deno.writeTextFile(config, "");
    await using server = await ServerProcess.start(directory, "--config", config);
    await using operator = await Client.operator(`${directory}/admin.sock`);
    await using ada = await Client.connect(server.port);
    await ada.ask({ type: "register", ...ADA });
    await ada.ask({ type: "login", ...ADA });
    await using bob = await Client.guest(server.port, "bob");
    await ada.send({ type: "message", content: "before", ref: "1" });
    await ada.find(({ type }) => type === "ack");
    await Deno.writeTextFile(config, `[store]\nreserve_bytes = ${2 ** 40}\n`);
    assert.deepEqual((await operator.ask({ type: "reload" }))["changed"], ["store.reserve_bytes"]);
    const isReady = () => ready(server.metricsPort);
    while ((await isReady()).status !== 503 || !(await server.log()).includes("refused until"));
    const refused = async (client: Client, request: Line) => {
      await client.send({ ...request, ref: "r" });
      const { code, retry_after } = await client.find((line) => line["ref"] === "r");
      assert.deepEqual([code, retry_after], ["busy", 60], JSON.stringify(request));
    };
    await refused(ada, { type: "message", content: "x" });
    await refused(ada, { type: "message", subtype: "private", to: "bob", content: "x" });
    await refused(ada, { type: "register", username: "carl", password: "1234" });
    await refused(ada, { type: "join", channel: "#new" });
    const history = await ada.ask({ type: "history", channel: "#général" });
    assert.deepEqual((history["messages"] as Line[]).map(({ content }) => content), ["before"]);
    await using again = await Client.connect(server.port);
    assert.equal((await again.ask({ type: "login", ...ADA }))["status"], "ok");
    const kicked = await operator.ask({ type: "kick", user: "bob" });
    assert.equal(kicked["status"], "ok");
    assert.equal((await bob.end()).at(-1)?.["code"], "kicked");
    await Deno.writeTextFile(config, "[store]\nreserve_bytes = 0\n");
    await operator.ask({ type: "reload" });
    while (!(await server.log()).includes("are accepted again")) await isReady();
    await again.send({ type: "message", content: "after", ref: "2" });
    await again.find(({ ref, type }) => ref === "2" && type === "ack");
    while ((await isReady()).status !== 200);
    const log = await server.log();
    assert.equal(log.split("are refused until").length, 2, "it is said once");
  });
});

Deno.test("the old name of the limit is a warning, in the file and in the environment", async () => {
  await withDirectory(async (directory) => {
    const config = `${directory}/test.toml`;
    await Deno.writeTextFile(config, `[metrics]\ndisk_min = ${2 ** 40}\n`);
    await using server = await ServerProcess.start(directory, "--config", config);
    assert.match(
      server.output,
      /WARNING.*metrics\.disk_min has been renamed to store\.reserve_bytes/,
    );
    assert.match((await ready(server.metricsPort)).reasons.join(), /MiB are free for the data/);
  });
});

for (const how of ["removed", "replaced"] as const) {
  Deno.test(`a database file that is ${how} while the server runs: not ready, an error, and no message is lost`, async () => {
    await withDirectory(async (directory) => {
      const path = `${directory}/classcord.db`;
      {
        const unlimited = { limits: { messages_per_second: 0 } };
        await using server = await startTestServer(unlimited, directory);
        await using lea = await Client.guest(server.port, "léa");
        await using bob = await Client.guest(server.port, "bob");
        await lea.sync();
        assert.equal(
          (await lea.ask({ type: "message", content: "kept", ref: "1" }))["type"],
          "ack",
        );
        await bob.find(({ content }) => content === "kept");
        await Deno.rename(path, `${path}.away`);
        if (how === "replaced") await Deno.copyFile(`${path}.away`, path);
        // Immediately, before any check of the disk.
        const answer = await lea.ask({ type: "message", content: "lost", ref: "2" });
        assert.equal(answer["code"], "busy");
        const { status, reasons } = await ready(server.metricsPort);
        assert.equal(status, 503);
        assert.match(reasons.join(), /removed or replaced/);
        assert.match(
          await server.log(),
          new RegExp(`ERROR - \\[ERREUR\\] .*classcord\\.db was ${how}`),
        );
        assert.equal((await lea.ask({ type: "users" }))["type"], "users");
        assert.ok((await bob.sync()).every(({ content }) => content !== "lost"));
        await Deno.rename(`${path}.away`, path);
        let again: Line;
        do again = await lea.ask({ type: "message", content: "back", ref: "3" }); while (
          again["code"] === "busy"
        );
        assert.equal(again["type"], "ack");
        while ((await ready(server.metricsPort)).status !== 200);
      }
      const database = new DatabaseSync(path);
      const stored = database.prepare("SELECT content FROM messages ORDER BY id").all();
      database.close();
      assert.deepEqual(stored.map(({ content }) => content), ["kept", "back"]);
    });
  });
}

Deno.test("a backup that is copied over the database while the server runs: not ready, an error, and messages are refused", async () => {
  await withDirectory(async (directory) => {
    const path = `${directory}/classcord.db`;
    await using server = await startTestServer({}, directory);
    await using lea = await Client.guest(server.port, "léa");
    await lea.ask({ type: "message", content: "kept", ref: "1" });
    const { code, stderr } = await runCommand([
      "backup",
      `${directory}/b`,
      "--data-dir",
      directory,
    ]);
    assert.equal(code, 0, stderr);
    const [{ name }] = [...Deno.readDirSync(`${directory}/b`)] as [Deno.DirEntry];
    // As `cp` does: the file stays the same, what is in it does not.
    await Deno.copyFile(`${directory}/b/${name}`, path);
    while ((await ready(server.metricsPort)).status !== 503);
    assert.match(await server.log(), /ERROR - \[ERREUR\] .*classcord\.db was overwritten/);
    const answer = await lea.ask({ type: "message", content: "lost", ref: "2" });
    assert.deepEqual([answer["code"], answer["reason"]], ["busy", "database_lost"]);
  });
});

Deno.test("a server that stops leaves the write-ahead log of a database that replaced its own", async () => {
  await withDirectory(async (directory) => {
    const path = `${directory}/classcord.db`;
    const server = await startTestServer({}, directory);
    await using lea = await Client.guest(server.port, "léa");
    for (const suffix of ["", "-wal", "-shm"]) {
      await Deno.rename(path + suffix, `${path}${suffix}.away`);
    }
    const other = new DatabaseSync(path);
    other.exec("PRAGMA journal_mode = WAL; CREATE TABLE t (x); INSERT INTO t VALUES (1)");
    assert.ok(Deno.statSync(`${path}-wal`).size > 0);
    await server[Symbol.asyncDispose]();
    assert.ok(Deno.statSync(`${path}-wal`).size > 0);
    other.close();
    await lea.end();
  });
});

/** Mounts a filesystem of a megabyte, which requires root. */
async function mountSmall(path: string): Promise<boolean> {
  if (Deno.uid() !== 0) return false;
  const args = ["-t", "tmpfs", "-o", "size=1200k", "tmpfs", path];
  return await new Deno.Command("mount", { args, stderr: "null" }).output()
    .then(({ success }) => success);
}

async function canMount(): Promise<boolean> {
  let mounted = false;
  try {
    await withDirectory(async (directory) => {
      mounted = await mountSmall(directory);
      if (mounted) await unmount(directory);
    });
  } catch {
    return false;
  }
  return mounted;
}

async function unmount(path: string): Promise<void> {
  const { success } = await new Deno.Command("umount", { args: [path] }).output();
  assert.ok(success);
}

/** Fills a filesystem to the last byte. */
async function fill(path: string): Promise<void> {
  using file = await Deno.open(path, { write: true, create: true, append: true });
  const block = new Uint8Array(4096);
  for (;;) {
    try {
      if (await file.write(block) < block.length) return;
    } catch {
      return;
    }
  }
}

testWith(
  { programs: ["mount", "umount"], also: { "root that may mount": await canMount() } },
  "on a full disk members can log in, commands report it in a sentence, and the server starts",
  async () => {
    await withDirectory(async (outside) => {
      await withDirectory(async (disk) => {
        assert.ok(await mountSmall(disk));
        try {
          await proveLog(disk);
          await proveFullDisk(disk, outside);
        } finally {
          await unmount(disk);
        }
      });
    });
  },
);

/** A log on a full disk keeps some lines, drops others, and reports this once there is room. */
async function proveLog(disk: string): Promise<void> {
  const file = `${disk}/some.log`;
  const log = openLog({ file, level: "info" });
  log.write("info", "LOGIN", "before");
  await fill(`${disk}/fill`);
  for (let i = 0; i < 1_500; i++) {
    log.write("info", "LOGIN", {
      text: "x".repeat(1_000),
      cause: { kind: `kind ${i}`, address: "" },
    });
  }
  await Deno.remove(`${disk}/fill`);
  await Deno.truncate(file, 0);
  // The loss is reported in a later turn.
  for (let turn = 0; turn < 50; turn++) {
    log.write("info", "LOGIN", `after ${turn}`);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  await log.close();
  const text = await Deno.readTextFile(file);
  assert.match(text, /ERROR - \[ERREUR\] \d+ lines could not be written\n/);
  assert.match(text, /after 3\n/);
  await Deno.remove(file);
}

async function proveFullDisk(disk: string, outside: string): Promise<void> {
  const data = `${disk}/data`;
  const config = `${outside}/test.toml`;
  await Deno.writeTextFile(config, '[store]\nreserve_bytes = 0\n[[channel]]\nname = "#dev"\n');
  const flags = ["--config", config, "--data-dir", data];
  const run = async (input: string, ...args: string[]) => {
    const done = await runCommand([...args, ...flags], input);
    assert.doesNotMatch(done.stderr, /bug|\n\s+at /, args.join(" "));
    return done;
  };
  assert.equal((await run("1234\n", "user", "add", "ada")).code, 0);
  assert.equal((await run("", "backup", outside)).code, 0);
  const copy = [...Deno.readDirSync(outside)].find(({ name }) => name.endsWith(".db"))!.name;
  const ada = async (server: ServerProcess) => {
    const client = await Client.connect(server.port);
    assert.equal((await client.ask({ type: "login", ...ADA }))["status"], "ok");
    assert.deepEqual((await client.ask({ type: "users" }))["users"], ["ada"]);
    return client;
  };
  {
    await using server = await ServerProcess.start(data, "--config", config);
    await fill(`${disk}/fill`);
    await using client = await ada(server);
    const answer = await client.ask({ type: "message", content: "x".repeat(8000), ref: "1" });
    assert.equal(answer["code"], "internal");
    await Deno.remove(`${disk}/fill`);
    assert.equal((await client.ask({ type: "message", content: "y", ref: "2" }))["type"], "ack");
    assert.match(await server.log(), /noting a login failed/, "lines that waited are written");
  }
  await fill(`${disk}/fill`);
  for (
    const args of [
      ["user", "add", "bob"],
      ["user", "list"],
      ["restore", `${outside}/${copy}`],
      ["backup", `${disk}/backups`],
    ]
  ) {
    const { code, stderr } = await run("1234\n", ...args);
    assert.equal(code, 1, args.join(" "));
    assert.match(stderr, /full|space/i, `${args.join(" ")}: ${stderr}`);
  }
  const ports = ["--port", "0", "--metrics-port", "0"];
  const fresh = await runCommand(["serve", ...ports, "--data-dir", `${disk}/other`]);
  assert.equal(fresh.code, 1);
  assert.match(fresh.stderr, /^\S+\/other\S*: .*(full|space|I\/O)/i);
  assert.doesNotMatch(fresh.stderr, /bug|\n\s+at /);
  await using server = await ServerProcess.start(data, "--config", config);
  await using client = await ada(server);
  assert.match(server.output, /commands such as `classcord backup` cannot use the database/);
  assert.match(
    (await client.ask({ type: "history", channel: "#général" }))["type"] as string,
    /history/,
  );
  await Deno.remove(`${disk}/fill`);
  while (!(await server.log()).includes("commands may use the database again")) {
    await ready(server.metricsPort);
  }
  assert.equal((await client.ask({ type: "message", content: "z", ref: "3" }))["type"], "ack");
  assert.match((await run("", "user", "list")).stdout, /ada/);
}
