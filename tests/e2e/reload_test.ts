// Reloading a running server: what is applied at once, what is only named, and that an invalid file changes
// nothing.
import assert from "node:assert/strict";
import { openDatabase } from "../../lib/store/database.ts";
import { Client, type Line } from "../support/client.ts";
import { withDirectory } from "../support/directory.ts";
import { runCommand, ServerProcess } from "../support/process.ts";

/** A server with its own configuration file, and functions that reload it. */
async function withServer(
  toml: string,
  work: (parts: {
    server: ServerProcess;
    operator: Client;
    reload: (toml: string) => Promise<Line>;
    write: (toml: string) => Promise<void>;
    directory: string;
  }) => Promise<void>,
): Promise<void> {
  await withDirectory(async (directory) => {
    const config = `${directory}/test.toml`;
    const write = (text: string) => Deno.writeTextFile(config, text);
    await write(toml);
    await using server = await ServerProcess.start(directory, "--config", config);
    await using operator = await Client.operator(`${directory}/admin.sock`);
    const reload = async (text: string) => {
      await write(text);
      return await operator.ask({ type: "reload" });
    };
    await work({ server, operator, reload, write, directory });
  });
}

Deno.test("limits, accounts, guests and language change without closing a connection", async () => {
  await withServer("", async ({ server, reload }) => {
    await using lea = await Client.guest(server.port, "léa");
    await using other = await Client.connect(server.port);
    const reply = await reload(`
      [server]
      language = "fr"
      [limits]
      content_bytes = 5
      messages_per_second = 1
      burst = 3
      connections_per_address = 2
      [auth]
      guests = false
      password_min = 12
    `);
    assert.deepEqual([reply["status"], reply["problems"], reply["needs_restart"]], ["ok", [], []]);
    assert.deepEqual(reply["changed"], [
      "server.language",
      "limits.content_bytes",
      "limits.messages_per_second",
      "limits.burst",
      "limits.connections_per_address",
      "auth.password_min",
      "auth.guests",
    ]);
    const code = async (client: Client, request: Line) => (await client.ask(request))["code"];
    assert.equal(await code(lea, { type: "message", content: "too long" }), "content_too_long");
    const guest = { type: "message", content: "x", ref: "1" };
    assert.equal(await code(other, guest), "login_required");
    assert.equal(
      await code(other, { type: "register", username: "bob", password: "short" }),
      "weak_password",
    );
    await using third = await Client.connect(server.port);
    assert.equal((await third.end())[0]?.["code"], "too_many_connections");
    const codes: unknown[] = [];
    for (let i = 0; i < 6; i++) codes.push(await code(lea, { type: "nonsense" }));
    assert.ok(codes.includes("rate_limited"), "the old connection has the new limit");
    await reload('[server]\nlanguage = "fr"\n[limits]\nmessages_per_second = 0\n');
    assert.equal((await lea.ask({ type: "ping" }))["type"], "pong");
    await lea.send({ type: "message", content: "/nonsense" });
    const answer = await lea.find(({ type }) => type === "message");
    assert.match(String(answer["content"]), /Commande inconnue/);
  });
});

Deno.test("the addresses that may read metrics, the log's level and its file change", async () => {
  await withServer("", async ({ server, reload, directory }) => {
    const metrics = async () => {
      const response = await fetch(`http://127.0.0.1:${server.metricsPort}/metrics`);
      await response.body?.cancel();
      return response.status;
    };
    assert.equal(await metrics(), 200);
    const file = `${directory}/other.log`;
    const reply = await reload(
      `[metrics]\nscrape_from = ["10.0.0.0/8"]\n[log]\nlevel = "error"\nfile = "${file}"\n`,
    );
    assert.deepEqual(reply["changed"], ["metrics.scrape_from", "log.file", "log.level"]);
    assert.equal(await metrics(), 403);
    await using _lea = await Client.guest(server.port, "léa");
    assert.equal(await Deno.readTextFile(file), "");
    assert.equal((await reload(""))["status"], "ok");
    await using _bob = await Client.guest(server.port, "bob");
    assert.match(await server.log(), /user="bob"/);
    assert.equal(await metrics(), 200);
  });
});

Deno.test("channels of the configuration are created and restricted; users no longer admitted are removed", async () => {
  await withServer('[[channel]]\nname = "#dev"\n', async ({ server, reload }) => {
    await using lea = await Client.guest(server.port, "léa");
    await lea.ask({ type: "join", channel: "#dev" });
    const reply = await reload(
      '[[channel]]\nname = "#dev"\nroles = ["moderator"]\n[[channel]]\nname = "#new"\n',
    );
    assert.deepEqual(reply["changed"], ["channel"]);
    assert.equal((await lea.find(({ type }) => type === "system"))["code"], "expelled");
    assert.equal((await lea.ask({ type: "join", channel: "#dev" }))["code"], "forbidden");
    assert.equal((await lea.ask({ type: "join", channel: "#new" }))["status"], "ok");
  });
});

Deno.test("settings that need a restart are named each time and do not change", async () => {
  await withServer("", async ({ server, reload }) => {
    const toml = `
      [store]
      synchronous = "full"
      [auth]
      hash_workers = 1
      [admin]
      socket = "/nonexistent/admin.sock"
      [limits]
      burst = 50
    `;
    const first = await reload(toml);
    assert.deepEqual(first["changed"], ["limits.burst"]);
    const named = ["auth.hash_workers", "store.synchronous", "admin.socket"];
    assert.deepEqual(first["needs_restart"], named);
    const second = await reload(toml);
    assert.deepEqual([second["changed"], second["needs_restart"]], [[], named]);
    assert.match(await server.log(), /\[RELOAD\] restart required for auth\.hash_workers/);
  });
});

Deno.test("an invalid file changes nothing, and the answer, the command and the log list all errors", async () => {
  await withServer(
    "[limits]\nburst = 41\n",
    async ({ server, operator, reload, write, directory }) => {
      const bad = '[limits]\nburst = "x"\nspeed = 1\n[auth]\nguests = false\n';
      const reply = await reload(bad);
      assert.deepEqual([reply["status"], reply["changed"]], ["refused", []]);
      const problems = reply["problems"] as string[];
      assert.equal(problems.length, 2);
      await using lea = await Client.guest(server.port, "léa");
      assert.deepEqual((await lea.ask({ type: "users" }))["users"], ["léa"]);
      const log = await server.log();
      for (const key of ["limits.burst", "limits.speed"]) {
        assert.ok(problems.some((problem) => problem.includes(key)));
        assert.match(log, new RegExp(`ERROR - \\[RELOAD\\] .*${key.replace(".", "\\.")}`));
      }
      const at = ["--socket", `${directory}/admin.sock`];
      const done = await runCommand(["reload", ...at]);
      assert.equal(done.code, 1);
      assert.match(done.stderr, /limits\.speed.*\n.*limits\.burst.*\nNothing was changed\./);
      const json = await runCommand(["reload", "--json", ...at]);
      assert.equal(json.code, 1);
      assert.equal(JSON.parse(json.stdout).status, "refused");

      for (const text of ["[limits\n", '[log]\nfile = "/proc/nonexistent/x.log"\n', "\u0000"]) {
        const refused = await reload(`${text}[auth]\nguests = false\n`);
        assert.equal((refused["problems"] as string[]).length, 1, text);
      }
      await write("[limits]\nburst = 42\n");
      const good = await runCommand(["reload", ...at]);
      assert.deepEqual([good.code, good.stdout], [0, "Changed: limits.burst.\n"]);
      assert.equal((await operator.ask({ type: "ping" }))["type"], "pong");
    },
  );
});

Deno.test("SIGHUP reloads as well, and an invalid file does not end the server", async () => {
  await withServer("", async ({ server, write }) => {
    await using lea = await Client.guest(server.port, "léa");
    // A signal arrives in a later turn, so repeat until its effect is there.
    const until = async (found: RegExp) => {
      while (!found.test(await server.log())) await lea.sync();
    };
    await write("[limits]\nmessages_per_second = 0\n");
    server.signal("SIGHUP");
    await until(/\[RELOAD\] log reopened, changed: limits\.messages_per_second/);
    await write("[limits]\nmessages_per_second = 0\nspeed = 1\n");
    server.signal("SIGHUP");
    await until(/\[RELOAD\] the settings were not changed/);
    assert.match(await server.log(), /ERROR - \[RELOAD\] .*limits\.speed/);
    assert.equal((await lea.ask({ type: "ping" }))["type"], "pong");
  });
});

Deno.test("a flag overrides the file at a reload too", async () => {
  await withDirectory(async (directory) => {
    const config = `${directory}/test.toml`;
    await Deno.writeTextFile(config, "");
    await using _server = await ServerProcess.start(
      directory,
      "--config",
      config,
      "--log-level",
      "debug",
    );
    await using operator = await Client.operator(`${directory}/admin.sock`);
    await Deno.writeTextFile(config, '[log]\nlevel = "error"\n');
    assert.deepEqual((await operator.ask({ type: "reload" }))["changed"], []);
  });
});

Deno.test("for a server without an admin socket, the reload command has a special exit code and points to SIGHUP", async () => {
  await withDirectory(async (directory) => {
    const config = `${directory}/test.toml`;
    await Deno.writeTextFile(config, '[admin]\nsocket = ""\n');
    const done = await runCommand(["reload", "--config", config]);
    assert.equal(done.code, 76);
    assert.match(done.stderr, /no admin socket\. Send SIGHUP to the server instead\.\n$/);
  });
});

Deno.test("the reload command finds the server even if the settings are invalid, reopens the log, and reports the errors", async () => {
  await withServer("", async ({ write, directory }) => {
    await write("[limits]\nspeed = 1\n");
    const at = ["--config", `${directory}/test.toml`, "--data-dir", directory];
    await Deno.rename(`${directory}/classcord.log`, `${directory}/classcord.log.1`);
    const done = await runCommand(["reload", ...at]);
    assert.equal(done.code, 1);
    assert.match(done.stderr, /limits\.speed/);
    assert.match(
      await Deno.readTextFile(`${directory}/classcord.log`),
      /\[RELOAD\] .*limits\.speed/,
    );
    const nobody = await runCommand(["reload", ...at.slice(0, 3), `${directory}/nobody`]);
    assert.equal(nobody.code, 78);
    assert.match(nobody.stderr, /limits\.speed/);
  });
});

Deno.test("web.session_days = 0 ends all tokens, at a reload and at a start", async () => {
  await withServer("", async ({ server, reload, directory }) => {
    const login = { type: "login", username: "ada", password: "1234", session: true };
    const none = "[web]\nsession_days = 0\n";
    const sessions = () => {
      const database = openDatabase(directory, { synchronous: "normal" });
      try {
        return database.sqlite.prepare("SELECT count(*) AS n FROM web_sessions").get()!["n"];
      } finally {
        database.close();
      }
    };
    await using page = await Client.connect(server.port);
    await page.ask({ type: "register", username: "ada", password: "1234" });
    const { token } = await page.ask(login);
    assert.equal(sessions(), 1);
    await using again = await Client.connect(server.port);
    assert.equal((await again.ask({ type: "resume", token }))["status"], "ok");
    assert.deepEqual((await reload(none))["changed"], ["web.session_days"]);
    assert.equal(sessions(), 0);
    assert.equal((await again.ask({ type: "resume", token }))["code"], "session_expired");
    assert.deepEqual(Object.keys(await again.ask(login)), ["type", "status", "username"]);
    assert.equal((await again.ask({ type: "hello" }))["session_days"], 0);
    await reload("");
    await again.ask(login);
    assert.equal(sessions(), 1);
    server.signal("SIGTERM");
    await server.exited();
    await Deno.writeTextFile(`${directory}/test.toml`, none);
    await using _ = await ServerProcess.start(directory, "--config", `${directory}/test.toml`);
    assert.equal(sessions(), 0);
  });
});
