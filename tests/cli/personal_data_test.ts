// The commands about personal data and the audit log, as users type them while a server runs.
import assert from "node:assert/strict";
import { Client } from "../support/client.ts";
import { withDirectory } from "../support/directory.ts";
import { runCommand, ServerProcess } from "../support/process.ts";

async function succeed(args: readonly string[], input = ""): Promise<string> {
  const { code, stdout, stderr } = await runCommand(args, input);
  assert.equal(code, 0, stderr);
  return stdout;
}

async function fail(args: readonly string[], code: number): Promise<string> {
  const done = await runCommand(args);
  assert.equal(done.code, code, done.stderr);
  assert.doesNotMatch(done.stderr, /\n\s+at /, "a stack is not a sentence");
  return done.stderr;
}

const contents = (rows: { content: string }[]) => rows.map(({ content }) => content);

Deno.test("classcord user export and erase, export and audit work while a server runs", async () => {
  await withDirectory(async (directory) => {
    await using server = await ServerProcess.start(directory);
    const data = ["--data-dir", directory];
    await succeed(["user", "add", "Ada", ...data], "motdepasse\n");
    await succeed(["user", "add", "bob", ...data], "motdepasse\n");
    await using bob = await Client.connect(server.port);
    await bob.ask({ type: "login", username: "bob", password: "motdepasse" });
    await bob.ask({ type: "message", content: "de bob", ref: "1" });
    {
      await using ada = await Client.connect(server.port);
      await ada.ask({ type: "login", username: "Ada", password: "motdepasse" });
      await ada.ask({ type: "message", content: "public", ref: "1" });
      await ada.ask({ type: "message", to: "bob", content: "secret", ref: "2" });
    }

    const out = `${directory}/ada.json`;
    await succeed(["user", "export", "ADA", "--out", out, ...data]);
    assert.equal(Deno.statSync(out).mode! & 0o777, 0o600);
    const text = await Deno.readTextFile(out);
    assert.doesNotMatch(text, /argon2/);
    assert.equal(JSON.parse(text).known_networks[0].network, "127.0.0.1");
    const exported = JSON.parse(text);
    assert.equal(exported.account.name, "Ada");
    assert.deepEqual(contents(exported.public_messages), ["public"]);
    assert.deepEqual(contents(exported.private_messages), ["secret"]);
    assert.match(await fail(["user", "export", "Ada", "--out", out, ...data], 1), /--force/);
    assert.match(await fail(["user", "export", "eve", ...data], 1), /"eve"/);

    assert.match(await fail(["user", "erase", "Ada", ...data], 1), /--yes/);
    assert.equal(JSON.parse(await succeed(["user", "list", "--json", ...data])).length, 2);
    assert.match(await succeed(["user", "erase", "Ada", "--yes", ...data]), /Erased Ada/);
    const all = JSON.parse(await succeed(["export", "--private", ...data]));
    assert.deepEqual(all.map((row: { from: string; content: string }) => [row.from, row.content]), [
      ["bob", "de bob"],
      ["compte supprimé", "public"],
    ]);
    await succeed(["user", "erase", "bob", "--messages", "--yes", ...data]);
    assert.deepEqual(contents(JSON.parse(await succeed(["export", ...data]))), ["public"]);
    const told = await bob.end();
    assert.equal(told.at(-1)?.["code"], "kicked", "the account's connections end");

    const entries = JSON.parse(await succeed(["audit", "--json", ...data]));
    const actions = entries.map(({ action, target }: Record<string, string>) => [action, target]);
    assert.deepEqual(actions, [
      ["user_erase", "bob"],
      ["export_private", null],
      ["user_erase", "Ada"],
      ["user_export", "Ada"],
      ["user_add", "bob"],
      ["user_add", "Ada"],
    ]);
    assert.ok(entries.every(({ actor }: { actor: string }) => /^operator:.+/.test(actor)));
    const some = await succeed(["audit", "--user", "ada", "--action", "user_erase", ...data]);
    assert.match(some, /^TIME +WHO +ACTION +WHOM .*\n\S+Z +operator:\S+ +user_erase +Ada /);
    assert.equal(some.trimEnd().split("\n").length, 2);
    assert.equal(JSON.parse(await succeed(["audit", "--limit", "1", "--json", ...data])).length, 1);
    assert.match(await fail(["audit", "--limit", "0", ...data], 2), /whole number/);
  });
});

Deno.test("classcord export accepts a channel by name, and includes private messages only without one", async () => {
  await withDirectory(async (directory) => {
    const data = ["--data-dir", directory];
    assert.deepEqual(JSON.parse(await succeed(["export", "--channel", "Général", ...data])), []);
    assert.match(await fail(["export", "--channel", "dev", ...data], 1), /#général, got "dev"/);
    assert.match(
      await fail(["export", "--channel", "#général", "--private", ...data], 2),
      /--channel and --private cannot/,
    );
    assert.deepEqual(JSON.parse(await succeed(["audit", "--json", ...data])), []);
  });
});
