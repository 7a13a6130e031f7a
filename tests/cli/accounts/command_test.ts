// `classcord user …` with a running server, without one, and with one that cannot be reached.
import assert from "node:assert/strict";
import { Client } from "../../support/client.ts";
import { withDirectory } from "../../support/directory.ts";
import { runCommand, ServerProcess } from "../../support/process.ts";

async function succeed(args: readonly string[], input = ""): Promise<string> {
  const { code, stdout, stderr } = await runCommand(args, input);
  assert.equal(code, 0, stderr);
  return stdout;
}

async function fail(args: readonly string[], code: number, input = ""): Promise<string> {
  const done = await runCommand(args, input);
  assert.equal(done.code, code, `${done.stdout}${done.stderr}`);
  assert.doesNotMatch(done.stderr, /\n\s+at /, "a stack is not a sentence");
  return done.stderr;
}

Deno.test("classcord user changes accounts through the running server at once, and the log has no password", async () => {
  await withDirectory(async (directory) => {
    await using server = await ServerProcess.start(directory);
    const data = ["--data-dir", directory];
    await using zoe = await Client.guest(server.port, "Zoé");
    assert.equal(
      await succeed(["user", "add", "zoé", ...data], "geheimnis\n"),
      "Added zoé (member). Accounts: 1.\n",
    );
    const told = await zoe.find((line) => line["code"] === "renamed");
    assert.match(String(told["content"]), /Zoé~2/);

    await using owner = await Client.connect(server.port);
    await owner.ask({ type: "login", username: "zoé", password: "geheimnis" });
    assert.equal((await owner.ask({ type: "bans", ref: "1" }))["code"], "forbidden");
    assert.equal(
      await succeed(["user", "role", "ZOÉ", "moderator", ...data]),
      "zoé is now moderator.\n",
    );
    assert.equal((await owner.ask({ type: "bans", ref: "2" }))["type"], "bans");
    assert.equal(await succeed(["user", "disable", "zoé", ...data]), "Disabled zoé.\n");
    assert.ok((await owner.end()).some(({ code }) => code === "kicked"));
    await succeed(["user", "enable", "zoé", ...data]);
    await succeed(["user", "passwd", "zoé", ...data], "neuesgeheimnis\n");
    await using again = await Client.connect(server.port);
    const reply = await again.ask({
      type: "login",
      username: "zoé",
      password: "neuesgeheimnis",
      ref: "1",
    });
    assert.equal(reply["status"], "ok");
    assert.equal(await succeed(["user", "delete", "zoé", ...data]), "Deleted zoé.\n");
    assert.ok((await again.end()).some(({ code }) => code === "kicked"));
    const log = await server.log();
    assert.match(log, /\[MODERATION\] .*user_role target="zoé" reason="member to moderator"/);
    assert.doesNotMatch(log, /geheimnis/);
  });
});

Deno.test("classcord user says why it cannot change accounts while a server runs", async () => {
  await withDirectory(async (directory) => {
    const config = `${directory}/test.toml`;
    await Deno.writeTextFile(config, "[admin]\naccounts = false\n");
    const [data, other] = [`${directory}/data`, `${directory}/other`];
    {
      await using _ = await ServerProcess.start(data, "--config", config);
      await using _other = await ServerProcess.start(other);
      const add = ["user", "add", "zoe", "--data-dir", data];
      assert.match(await fail(add, 1, "1234\n"), /admin\.accounts is false/);
      const gone = `${directory}/gone.sock`;
      const told = await fail([...add, "--socket", gone], 69, "1234\n");
      assert.match(told, /A server \(process \d+\) uses .*data\. Accounts are changed through/);
      assert.match(told, /gone\.sock/);
      assert.match(
        await fail([...add, "--socket", `${other}/admin.sock`], 69, "1234\n"),
        /belongs to process \d+, but .* is used by another server/,
      );
      await Deno.writeTextFile(config, '[admin]\nsocket = ""\n');
      assert.match(
        await fail([...add, "--config", config], 78, "1234\n"),
        /A server .*admin\.socket is ""/s,
      );
    }
    const add = ["user", "add", "zoe", "--data-dir", data];
    assert.equal(await succeed(add, "1234\n"), "Added zoe (member). Accounts: 1.\n");
    const none = await fail(["user", "delete", "Ada", "--data-dir", data], 1);
    assert.match(none, /called "Ada"\. See classcord user list/);
  });
});

Deno.test("classcord user sessions lists and ends what stays signed in, with a server and without", async () => {
  await withDirectory(async (directory) => {
    const data = ["--data-dir", directory];
    const sessions = (...more: string[]) => succeed(["user", "sessions", "ADA", ...more, ...data]);
    await succeed(["user", "add", "ada", ...data], "geheimnis\n");
    const login = { type: "login", username: "ada", password: "geheimnis", session: true };
    const tokens: unknown[] = [];
    const isGood = async (server: ServerProcess, token: unknown) => {
      await using client = await Client.connect(server.port);
      return (await client.ask({ type: "resume", token }))["status"] === "ok";
    };
    {
      await using server = await ServerProcess.start(directory);
      for (const client of ["Firefox", "Chrome", "Safari", "Edge"]) {
        await using page = await Client.connect(server.port);
        await page.ask({ type: "hello", client, ref: "1" });
        tokens.push((await page.ask(login))["token"]);
      }
      const listed = JSON.parse(await sessions("--json"));
      assert.deepEqual(listed.map((row: { id: number; client: string }) => [row.id, row.client]), [
        [4, "Edge"],
        [3, "Safari"],
        [2, "Chrome"],
        [1, "Firefox"],
      ]);
      assert.match(await sessions(), /ID +CLIENT +SIGNED IN +LAST USED +EXPIRES\n4 +Edge +\d{4}-/);
      await using page = await Client.connect(server.port);
      await page.ask({ type: "resume", token: tokens[0] });
      assert.equal(await sessions("--end", "1"), "Signed ada out. Sessions ended: 1.\n");
      assert.ok((await page.end()).some(({ code }) => code === "session_ended"));
      assert.match(await fail(["user", "sessions", "ada", "--end", "1", ...data], 1), /id/);
      assert.match(await fail(["user", "sessions", "ada", "--end", "x", ...data], 2), /id/);
      assert.match(await fail(["user", "sessions", "eve", ...data], 1), /called "eve"/);
      assert.deepEqual([await isGood(server, tokens[0]), await isGood(server, tokens[1])], [
        false,
        true,
      ]);
    }
    assert.equal(await sessions("--end", "2"), "Signed ada out. Sessions ended: 1.\n");
    assert.match(await fail(["user", "sessions", "ada", "--end", "2", ...data], 1), /id/);
    assert.equal(JSON.parse(await sessions("--json")).length, 2);
    {
      await using server = await ServerProcess.start(directory);
      assert.deepEqual([await isGood(server, tokens[1]), await isGood(server, tokens[2])], [
        false,
        true,
      ]);
    }
    assert.equal(await sessions("--end-all"), "Signed ada out. Sessions ended: 2.\n");
    assert.deepEqual(JSON.parse(await sessions("--json")), []);
  });
});
