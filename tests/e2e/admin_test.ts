// The commands for a running server, against a server in a separate process: their output as tables and as JSON,
// and their errors.
import assert from "node:assert/strict";
import { Client } from "../support/client.ts";
import { withDirectory } from "../support/directory.ts";
import { bundleProgram, NEEDS_OTHER_USER, OTHER } from "../support/other_user.ts";
import { runCommand, ServerProcess, startArguments } from "../support/process.ts";
import { testWith } from "../support/programs.ts";

const HOSTILE = /(?!\n)[\p{Cc}\p{Bidi_Control}]/u;
const ESCAPE = "\x1b";

/** Returns a function that runs commands against the server of a data directory. */
function commands(directory: string) {
  const at = ["--data-dir", directory];
  async function run(...args: string[]): Promise<string> {
    const { code, stdout, stderr } = await runCommand([...args, ...at]);
    assert.equal(code, 0, stderr);
    assert.ok(!stdout.includes(ESCAPE), "no colours where there is no terminal");
    return stdout;
  }
  return {
    run,
    async json(...args: string[]): Promise<Record<string, unknown>> {
      return JSON.parse(await run(...args, "--json"));
    },
    async fail(code: number, ...args: string[]): Promise<string> {
      const done = await runCommand([...args, ...at]);
      assert.equal(done.code, code, done.stderr);
      assert.doesNotMatch(done.stderr, /\n\s+at /, "a stack is not a sentence");
      return done.stderr;
    },
  };
}

Deno.test("clients, kick and disconnect list and disconnect users", async () => {
  await withDirectory(async (directory) => {
    await using server = await ServerProcess.start(directory);
    const { run, json, fail } = commands(directory);
    assert.match(server.output, /admin socket in .*admin\.sock/);
    assert.equal(await run("clients"), "Nobody is connected.\n");
    await using lea = await Client.guest(server.port, "léa");
    await using bob = await Client.guest(server.port, "bob");
    await using idle = await Client.connect(server.port);
    await lea.send({ type: "status", state: `${ESCAPE}[2J\u202e` });
    await idle.sync();
    await lea.sync();
    const table = await run("clients");
    assert.match(table, /^CONN +USER +ROLE +STATE +ADDRESS +CHANNEL +SINCE +IDLE +QUEUED\n/);
    assert.match(table, / léa +guest +\\u001b\[2J\\u202e +127\.0\.0\.1:\d+ +#général/);
    assert.match(table, / - +unjoined /);
    const { clients, total } = await json("clients", "BOB");
    assert.equal(total, 1);
    const [{ conn, ...row }] = clients as [Record<string, unknown>];
    assert.deepEqual([row["user"], row["role"], row["channels"]], ["bob", "guest", ["#général"]]);

    assert.equal(
      await run("disconnect", String(conn), "trop", "long"),
      `Disconnected ${conn} (bob).\n`,
    );
    const told = await bob.end();
    assert.ok(told.some((line) => String(line["content"]).includes("trop long")));
    assert.match(await fail(1, "disconnect", String(conn)), /expected an open connection/);
    assert.match(await fail(2, "disconnect", "bob"), /number of a connection/);

    assert.equal(await run("kick", "LÉA", "--channel", "général"), "Kicked léa from #général.\n");
    assert.equal(await run("kick", "léa", "assez"), "Kicked léa.\n");
    await lea.end();
    assert.match(await fail(1, "kick", "nobody"), /Nobody is called/);
    assert.match(await server.log(), /\[MODERATION\].*by="operator.*kick.*reason="assez"/);
  });
});

Deno.test("mute, ban, bans, unban and announce do what moderators do", async () => {
  await withDirectory(async (directory) => {
    await using server = await ServerProcess.start(directory);
    const { run, json, fail } = commands(directory);
    await using bob = await Client.guest(server.port, "bob");
    await using watcher = await Client.guest(server.port, "watcher");
    assert.equal(await run("mute", "bob", "2h", "spam"), "Muted bob for 2h.\n");
    assert.equal(await run("mute", "bob"), "Muted bob for 10m.\n");
    assert.equal(await run("mute", "bob", "spam", "--for", "1h30m"), "Muted bob for 1h 30m.\n");
    await bob.send({ type: "message", content: "x", ref: "1" });
    const muted = await bob.find((line) => line["ref"] === "1");
    assert.deepEqual([muted["code"], Number(muted["retry_after"]) > 5000], ["muted", true]);
    assert.equal(await run("unmute", "bob"), "Unmuted bob.\n");
    assert.match(await fail(2, "mute", "bob", "--for", "soon"), /10m/);
    assert.equal(await run("mute", "bob", "2h30", "spam"), "Muted bob for 2h 30m.\n");
    for (const words of ["10minutes", "10 min", "1h 30m", "15", "1.5h spam", "for 10min"]) {
      const told = await fail(2, "ban", "bob", ...words.split(" "));
      assert.match(told, /Expected a duration \(90s, 10m or 10min, 2h, 2h30/, words);
    }
    assert.equal(await run("bans"), "Nobody is banned.\n");
    await run("announce", "Cours", "dans 5 min");
    const line = await watcher.find((line) => line["code"] === "announcement");
    assert.equal(line["content"], "Cours dans 5 min");

    assert.match(await run("ban", "bob", "--for", "1d"), /^Banned bob for 1d\..*127\.0\.0\.1/);
    assert.ok((await bob.end()).some(({ code }) => code === "banned"));
    await run("ban", "10.9.0.0/16", "1h", "école", "voisine");
    assert.match(await run("ban", "10.9.0.0/16", "école", "voisine"), /^Banned \S+ forever\./);
    const table = await run("bans");
    assert.match(table, /^BANNED +BY +SINCE +UNTIL +REASON\n/);
    assert.match(table, /10\.9\.0\.0\/16 +operator:\S+ +\S+ +forever +école voisine\n/);
    assert.deepEqual(
      ((await json("bans"))["bans"] as Record<string, unknown>[]).map(({ user, address }) =>
        user ?? address
      ),
      ["bob", "10.9.0.0/16"],
    );
    assert.match(await fail(1, "ban", "127.0.0.1"), /cannot be banned/);
    await run("unban", "BOB");
    await run("unban", "10.9.0.0/16");
    assert.equal(await run("bans"), "Nobody is banned.\n");
    assert.match(await fail(1, "unban", "bob"), /Not banned: "bob"/);
  });
});

Deno.test("channels and channel list, create, change, close, open and delete channels", async () => {
  await withDirectory(async (directory) => {
    await using server = await ServerProcess.start(directory);
    const { run, json, fail } = commands(directory);
    await using lea = await Client.guest(server.port, "léa");
    assert.equal(
      await run("channel", "create", "dev", "--topic", "Code", "--roles", "moderator"),
      "Created #dev: only for moderator.\n",
    );
    assert.equal(
      await run("channel", "update", "#dev", "--roles", ""),
      "Changed #dev: open to everyone.\n",
    );
    assert.equal(
      await run("channel", "update", "#dev", "--accounts", 'ada,"Paul, Zoé (3B)", bob'),
      'Changed #dev: only for ada, "paul, zoé (3b)", bob.\n',
    );
    assert.equal(
      await run("channel", "update", "#dev", "--accounts", "ada", "--groups", '2SLAM,"1, 2"'),
      'Changed #dev: only for ada, group 2slam, group "1, 2".\n',
    );
    assert.match(await fail(1, "channel", "update", "dev", "--groups", "a#b"), /names of groups/);
    await run("channel", "update", "#dev", "--accounts", "", "--groups", "");
    assert.equal((await lea.ask({ type: "join", channel: "#dev" }))["topic"], "Code");
    await run("channel", "topic", "dev", "Deno", "et TypeScript");
    await run("channel", "close", "dev", "pause");
    assert.match(
      await run("channels"),
      /^CHANNEL +ONLINE +KIND +TOPIC\n#général +1 +open\n#dev +1 +closed +Deno et TypeScript\n$/,
    );
    await run("channel", "open", "dev");
    const { channels } = await json("channels");
    assert.deepEqual((channels as { name: string }[]).map(({ name }) => name), [
      "#général",
      "#dev",
    ]);
    assert.match(await fail(2, "channel", "delete", "dev"), /--yes/);
    assert.equal(await run("channel", "delete", "dev", "--yes"), "Deleted #dev.\n");
    assert.equal((await lea.find(({ code }) => code === "channel_deleted"))["channel"], "#dev");
    assert.match(await fail(1, "channel", "delete", "général", "--yes"), /cannot be deleted/);
    assert.match(await fail(1, "channel", "close", "dev"), /no channel #dev/);
  });
});

Deno.test("stats prints the figures, and shutdown stops the server after telling everyone", async () => {
  await withDirectory(async (directory) => {
    await using server = await ServerProcess.start(directory);
    const { run, json, fail } = commands(directory);
    await using lea = await Client.guest(server.port, "léa");
    await lea.ask({ type: "message", content: "x", ref: "1" });
    const stats = await json("stats");
    assert.deepEqual([stats["connections"], stats["users"], stats["messages"]], [
      1,
      { guest: 1, member: 0 },
      { global: 1, private: 0 },
    ]);
    assert.ok(Number(stats["database_bytes"]) > 4096);
    assert.match(await run("stats"), /^ClassCord +\S+, process \d+, up \d+s\nConnections +1 /);
    assert.equal(await run("shutdown", "mise", "à jour"), "The server is stopping.\n");
    const notice = (await lea.end()).at(-1);
    assert.equal(notice?.["code"], "shutting_down");
    assert.match(String(notice?.["content"]), /mise à jour/);
    assert.equal(await server.exited(), 0);
    assert.match(await server.log(), /\[ARRET\] operator:\S+: stopping;/);
    assert.match(await fail(69, "clients"), /no running server answers/);
    await assert.rejects(Deno.lstat(`${directory}/admin.sock`), Deno.errors.NotFound);
  });
});

Deno.test("tail prints events until the server closes it, also under load", async () => {
  await withDirectory(async (directory) => {
    await using server = await ServerProcess.start(directory);
    const child = new Deno.Command(Deno.execPath(), {
      args: [
        ...await startArguments(),
        "tail",
        "--json",
        "--recent",
        "0",
        "--events",
        "joined,left,state",
        "--data-dir",
        directory,
      ],
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    let text = "";
    const begun = Promise.withResolvers<void>();
    const allLeft = Promise.withResolvers<void>();
    const reading = child.stdout.pipeThrough(new TextDecoderStream()).pipeTo(
      new WritableStream({
        write(part) {
          text += part;
          begun.resolve();
          const left = text.match(/"event":"left"[^\n]*"user":"guest/g) ?? [];
          if (left.length >= 100) allLeft.resolve();
        },
      }),
    );
    // A guest joins again and again until the tail has begun.
    let isFollowing = false;
    begun.promise.then(() => isFollowing = true);
    for (let number = 0; !isFollowing; number++) {
      await using _probe = await Client.guest(server.port, `probe${number}`);
    }
    const guests = await Promise.all(
      Array.from({ length: 100 }, (_, i) => Client.guest(server.port, `guest${i}`)),
    );
    for (const guest of guests) await guest.send({ type: "message", content: "s3cret" });
    for (const guest of guests) await guest.sync();
    for (const guest of guests) await guest.close();
    await allLeft.promise;
    server.signal("SIGTERM");
    await server.exited();
    await reading;
    const { code } = await child.status;
    assert.equal(code, 1);
    assert.match(await new Response(child.stderr).text(), /server closed the connection/);
    assert.doesNotMatch(text, /s3cret/);
    const events = text.trimEnd().split("\n").map((line) => JSON.parse(line));
    const names = (event: string) =>
      new Set(
        events.filter((each) => each.event === event && each.user.startsWith("guest"))
          .map(({ user }) => user),
      );
    assert.deepEqual([names("joined").size, names("left").size], [100, 100]);
  });
});

Deno.test("hostile names are harmless in every table", async () => {
  await withDirectory(async (directory) => {
    await using server = await ServerProcess.start(directory);
    const { run } = commands(directory);
    await using lea = await Client.guest(server.port, "léa");
    await lea.ask({ type: "login", username: `${ESCAPE}]0;x\x07\u202e`, password: "wrong" });
    await lea.send({ type: "status", state: `${ESCAPE}[31m\u009b2J` });
    await lea.sync();
    const operator = await Client.operator(`${directory}/admin.sock`);
    await operator.send({ type: "tail", recent: 50 });
    const login = await operator.find(({ event }) => event === "login");
    assert.equal(login["result"], "failed");
    await operator.close();
    for (const args of [["clients"], ["clients", "--json"]]) {
      assert.doesNotMatch(await run(...args), HOSTILE);
    }
  });
});

Deno.test("a socket that is missing, disabled or without a server is reported in a sentence", async () => {
  await withDirectory(async (directory) => {
    const { fail } = commands(directory);
    assert.match(
      await fail(69, "clients"),
      new RegExp(`${directory}/admin\\.sock: no running server`),
    );
    const stale = Deno.listen({ transport: "unix", path: `${directory}/other` });
    await Deno.rename(`${directory}/other`, `${directory}/admin.sock`);
    stale.close();
    assert.match(await fail(69, "stats"), /no running server answers/);
    const off = `${directory}/off.toml`;
    await Deno.writeTextFile(off, "[admin]\nsocket = ''\n");
    assert.match(await fail(78, "clients", "--config", off), /has no admin socket/);
    const bad = `${directory}/bad.toml`;
    await Deno.writeTextFile(bad, "[admin]\nsockets = ''\n");
    assert.match(await fail(78, "clients", "--config", bad), /sockets[^]*--socket/);
    assert.match(await fail(2, "console"), /requires a terminal/);
    {
      await using server = await ServerProcess.start(directory);
      const { run } = commands(directory);
      assert.equal(await run("clients"), "Nobody is connected.\n", "the stale socket is replaced");
      const socket = ["--socket", `${directory}/admin.sock`];
      assert.equal(await run("clients", "--config", bad, ...socket), "Nobody is connected.\n");
      server.signal("SIGKILL");
      await server.exited();
    }
    await using _again = await ServerProcess.start(directory);
    assert.equal(await commands(directory).run("clients"), "Nobody is connected.\n");
  });
});

Deno.test("a configured socket that cannot be created keeps the server from starting", async () => {
  await withDirectory(async (directory) => {
    const config = `${directory}/test.toml`;
    await Deno.writeTextFile(config, `[admin]\nsocket = "${directory}/gone/admin.sock"\n`);
    const ports = ["--port", "0", "--metrics-port", "0", "--data-dir", directory];
    const { code, stderr } = await runCommand(["--config", config, ...ports]);
    assert.equal(code, 1);
    assert.match(stderr, /admin socket: .*gone\/admin\.sock.*admin\.socket/);
    await Deno.writeTextFile(config, '[admin]\nsocket = ""\n');
    await using server = await ServerProcess.start(directory, "--config", config);
    assert.doesNotMatch(server.output, /admin socket/);
  });
});

testWith(
  NEEDS_OTHER_USER,
  "the mode of the socket decides: members of its group may connect, other users may not",
  async () => {
    await withDirectory(async (directory) => {
      await using _server = await ServerProcess.start(directory);
      await Deno.chmod(directory, 0o755);
      const socket = `${directory}/admin.sock`;
      assert.equal((await Deno.stat(socket)).mode! & 0o777, 0o660);
      const runAs = await bundleProgram(directory);
      const stranger = await runAs(OTHER, ["clients", "--socket", socket]);
      assert.equal(stranger.code, 77, stranger.stderr);
      assert.match(stranger.stderr, /permission denied\. Only the owner and the group.*adduser/);
      await Deno.chown(socket, null, OTHER.gid);
      const member = await runAs(OTHER, ["clients", "--socket", socket]);
      assert.equal(member.stdout, "Nobody is connected.\n");
    });
  },
);
