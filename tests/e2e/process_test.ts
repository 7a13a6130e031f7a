// The program as users run it: start, signals, kill -9, and starts that must fail.
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { Client } from "../support/client.ts";
import { withDirectory } from "../support/directory.ts";
import { runCommand, ServerProcess } from "../support/process.ts";

Deno.test("the program prints its addresses and the paths of data and log", async () => {
  await withDirectory(async (directory) => {
    await using server = await ServerProcess.start(directory);
    assert.match(server.output, /chat on 127\.0\.0\.1:\d+/);
    assert.match(server.output, /metrics on http:\/\/127\.0\.0\.1:\d+\/metrics/);
    assert.ok(server.output.includes(`${directory}/classcord.db`));
    assert.ok(server.output.includes(`${directory}/classcord.log`));
    assert.match(server.output, /telnet 127\.0\.0\.1 \d+/);
    const address = `http://127.0.0.1:${server.port}`;
    assert.ok(server.output.includes(`open in a browser: ${address}\n`));
    const page = await fetch(address);
    assert.match(await page.text(), /<title>ClassCord<\/title>/);
    await using client = await Client.guest(server.port, "moi");
    assert.deepEqual((await client.ask({ type: "users" }))["users"], ["moi"]);
    const health = await fetch(`http://127.0.0.1:${server.metricsPort}/healthz`);
    assert.equal(health.status, 200);
    assert.equal((await health.json()).status, "ok");
    const metrics = await fetch(`http://127.0.0.1:${server.metricsPort}/metrics`);
    assert.match(await metrics.text(), /^classcord_connections 1$/m);
  });
});

Deno.test("accounts and messages survive a restart", async () => {
  await withDirectory(async (directory) => {
    {
      await using server = await ServerProcess.start(directory);
      await using client = await Client.connect(server.port);
      await client.ask({ type: "register", username: "ada", password: "1234" });
      await client.ask({ type: "login", username: "ada", password: "1234" });
      assert.equal((await client.ask({ type: "message", content: "kept", ref: "1" }))["id"], 1);
    }
    await using server = await ServerProcess.start(directory);
    await using client = await Client.connect(server.port);
    const login = await client.ask({ type: "login", username: "ada", password: "1234" });
    assert.equal(login["status"], "ok");
    assert.equal((await client.ask({ type: "message", content: "more", ref: "2" }))["id"], 2);
  });
});

for (const signal of ["SIGTERM", "SIGINT"] as const) {
  Deno.test(`${signal} tells the clients, writes out the outboxes and exits with 0`, async () => {
    await withDirectory(async (directory) => {
      await using server = await ServerProcess.start(directory);
      await using alice = await Client.guest(server.port, "alice");
      await using bob = await Client.guest(server.port, "bob");
      await using idle = await Client.connect(server.port);
      await idle.sync();
      await alice.send({ type: "message", content: "last words", ref: "1" });
      await alice.find((line) => line["type"] === "ack");
      server.signal(signal);
      const heard = await bob.end();
      assert.deepEqual(heard.map((line) => line["content"] ?? line["user"]), [
        "last words",
        "The server is shutting down.",
      ]);
      assert.equal(heard[1]?.["code"], "shutting_down");
      assert.deepEqual(await idle.end(), []);
      assert.equal(await server.exited(), 0);
      assert.match(await server.log(), /\[ARRET\]/);
    });
  });
}

Deno.test("SIGHUP reopens the log and disconnects nobody", async () => {
  await withDirectory(async (directory) => {
    await using server = await ServerProcess.start(directory);
    await using alice = await Client.guest(server.port, "alice");
    const path = `${directory}/classcord.log`;
    await Deno.rename(path, `${path}.1`);
    await using _lost = await Client.guest(server.port, "before");
    server.signal("SIGHUP");
    // A signal arrives in a later turn, so go on until the new file exists.
    let number = 0;
    while (!await Deno.stat(path).then(() => true, () => false)) {
      await using _guest = await Client.guest(server.port, `guest${number++}`);
    }
    await using _after = await Client.guest(server.port, "after");
    await alice.sync();
    const lines = await Deno.readTextFile(`${path}.1`) + await Deno.readTextFile(path);
    for (const name of ["alice", "before", "after"]) {
      assert.equal(lines.split(`user="${name}"`).length, 2, `${name} is logged once`);
    }
    for (let i = 0; i < number; i++) assert.ok(lines.includes(`user="guest${i}"`));
  });
});

Deno.test("after kill -9 under load, the database has every message that a client received", async () => {
  await withDirectory(async (directory) => {
    const config = `${directory}/test.toml`;
    await Deno.writeTextFile(config, "[limits]\nmessages_per_second = 0\noutbox_bytes = 0\n");
    await using server = await ServerProcess.start(directory, "--config", config);
    const senders = await Promise.all(
      Array.from({ length: 8 }, (_, i) => Client.guest(server.port, `sender${i}`)),
    );
    await using receiver = await Client.guest(server.port, "receiver");
    const load = senders.map(async (sender, s) => {
      for (let i = 0; !sender.ended; i++) {
        await sender.send({ type: "message", content: `${s}:${i}` }).catch(() => {});
      }
    });
    const received: string[] = [];
    while (received.length < 500) {
      const line = await receiver.find((line) => line["type"] === "message");
      received.push(line["content"] as string);
    }
    server.signal("SIGKILL");
    for (const line of await receiver.end()) {
      if (line["type"] === "message") received.push(line["content"] as string);
    }
    await Promise.all(load);
    for (const sender of senders) await sender.close();
    await server.exited();

    const database = new DatabaseSync(`${directory}/classcord.db`);
    const stored = new Set(
      database.prepare("SELECT content FROM messages").all().map(({ content }) => content),
    );
    database.close();
    assert.ok(received.length >= 500);
    assert.deepEqual(received.filter((content) => !stored.has(content)), []);
    await using again = await ServerProcess.start(directory);
    await using client = await Client.guest(again.port, "back");
    assert.equal((await client.ask({ type: "message", content: "x", ref: "1" }))["type"], "ack");
  });
});

Deno.test("a second signal exits at once, even if a client reads nothing", async () => {
  await withDirectory(async (directory) => {
    await using server = await ServerProcess.start(directory);
    await using alice = await Client.guest(server.port, "alice");
    const deaf = await Deno.connect({ port: server.port });
    await deaf.write(new TextEncoder().encode('{"type":"message","from":"deaf","content":""}\n'));
    await alice.find((line) => line["user"] === "deaf");
    // The client that does not read keeps its half open, so after the first signal alone the server would wait for
    // it.
    server.signal("SIGTERM");
    await alice.end();
    const impatience = setInterval(() => server.signal("SIGTERM"), 50);
    server.ended.then(() => clearInterval(impatience));
    assert.equal(await server.exited(), 143);
    deaf.close();
  });
});

Deno.test("Ctrl-C that arrives three times, as under npx, still tells the clients", async () => {
  await withDirectory(async (directory) => {
    await using server = await ServerProcess.start(directory);
    await using alice = await Client.guest(server.port, "alice");
    for (let i = 0; i < 3; i++) server.signal("SIGINT");
    assert.equal((await alice.find((line) => line["type"] === "system"))["type"], "system");
    assert.equal(await server.exited(), 0);
  });
});

Deno.test("a start that fails ends with a sentence and an exit code", async () => {
  await withDirectory(async (directory) => {
    await using server = await ServerProcess.start(directory);
    const free = `${directory}/other`;
    const base = ["--host", "127.0.0.1", "--metrics-port", "0"];
    const taken = await runCommand([...base, "--port", String(server.port), "--data-dir", free]);
    assert.equal(taken.code, 1);
    assert.match(taken.stderr, new RegExp(`127\\.0\\.0\\.1:${server.port}`));
    assert.match(taken.stderr, /in use.* set server\.port \(or --port\) to another port/);

    const locked = await runCommand([...base, "--port", "0", "--data-dir", directory]);
    assert.equal(locked.code, 1);
    assert.match(locked.stderr, /another server \(process \d+, chat on 127\.0\.0\.1:\d+\)/);
    assert.match(
      locked.stderr,
      new RegExp(`:${server.port}\\).*classcord stats.*classcord shutdown`),
    );
    assert.doesNotMatch(locked.stderr, /--data-dir/);

    const corrupt = `${directory}/corrupt`;
    await Deno.mkdir(corrupt);
    await Deno.writeTextFile(`${corrupt}/classcord.db`, "this is not a database".repeat(1000));
    const broken = await runCommand([...base, "--port", "0", "--data-dir", corrupt]);
    assert.equal(broken.code, 1);
    assert.match(broken.stderr, /classcord\.db/);

    await Deno.writeTextFile(`${directory}/bad.toml`, "[server]\nprot = 1\n");
    const config = await runCommand(["--config", `${directory}/bad.toml`]);
    assert.equal(config.code, 78);
    assert.match(config.stderr, /bad\.toml.*prot/s);

    const file = `${directory}/file`;
    await Deno.writeTextFile(file, "");
    const noDirectory = await runCommand([...base, "--port", "0", "--data-dir", `${file}/data`]);
    assert.equal(noDirectory.code, 1);
    assert.ok(noDirectory.stderr.includes(`${file}/data`), noDirectory.stderr);
    for (const { stderr } of [taken, locked, broken, config, noDirectory]) {
      assert.doesNotMatch(stderr, /\n\s+at /, "a stack is not a sentence");
    }
  });
});
