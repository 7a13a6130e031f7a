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
