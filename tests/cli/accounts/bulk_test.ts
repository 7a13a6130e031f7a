// `classcord user …` for many names at once, with a running server and without one.
import assert from "node:assert/strict";
import { Client } from "../../support/client.ts";
import { withDirectory } from "../../support/directory.ts";
import { type Finished, runCommand, ServerProcess } from "../../support/process.ts";

type Run = (args: readonly string[], input?: string) => Promise<Finished>;

function runIn(directory: string): Run {
  return (args, input = "") => runCommand(["user", ...args, "--data-dir", directory], input);
}

const lines = (text: string) => text.trimEnd().split("\n");

/** Uses each command with several names. @returns The generated passwords. */
async function useAll(run: Run): Promise<Map<string, string>> {
  const passwords = new Map<string, string>();
  const added = await run(["add", "ada", "bob", "a#b", "-", "--role", "moderator"], "Zoé\nADA\n");
  assert.equal(added.code, 1);
  for (const line of lines(added.stdout)) {
    const [, name, password] =
      /^Added (\S+) \(moderator\)\. Accounts: \d\. Password: ([a-z-]{14}-\d\d)$/.exec(line) ??
        assert.fail(line);
    passwords.set(name!, password!);
  }
  assert.deepEqual([...passwords.keys()], ["ada", "bob", "Zoé"]);
  assert.equal(new Set(passwords.values()).size, 3);
  const [badName, taken, sum, ...more] = lines(added.stderr);
  assert.match(badName!, /^a#b: Character not allowed in a name/);
  assert.match(taken!, /^ADA: (?:Username already exists|This name is taken by an account)\./);
  assert.deepEqual([sum, more], ["Failed for 2 of 5 names.", []]);
  assert.doesNotMatch(added.stderr, new RegExp([...passwords.values()].join("|")));

  const roles = await run(["role", "member", "bob", "nobody", "zoé"]);
  assert.equal(roles.stdout, "bob is now member.\nZoé is now member.\n");
  assert.match(roles.stderr, /^nobody: No account is called "nobody"\. .*\nFailed for 1 of 3/);
  assert.equal(roles.code, 1);
  for (const order of [["bob", "moderator"], ["member", "bob"]]) {
    assert.equal((await run(["role", ...order])).code, 0, order.join(" "));
  }
  const wrong = await run(["role", "bob", "ada", "moderator"]);
  assert.deepEqual([wrong.code, wrong.stdout], [2, ""]);
  assert.match(wrong.stderr, /Expected a role \(member, moderator, admin\) and names, got "bob"/);

  const disabled = await run(["disable", "-"], "bob\nzoé\n");
  assert.deepEqual([disabled.code, disabled.stdout], [0, "Disabled bob.\nDisabled Zoé.\n"]);
  assert.equal((await run(["enable", "bob", "zoé"])).stdout, "Enabled bob.\nEnabled Zoé.\n");

  const changed = await run(["passwd", "--password-stdin"], "bob:a:b: c\r\nnobody:12345\n\n");
  assert.equal(changed.stdout, "Changed the password of bob.\n");
  assert.match(changed.stderr, /^nobody: No account/);
  assert.equal(changed.code, 1);
  passwords.set("bob", "a:b: c");
  const generated = await run(["passwd", "ada", "--generate"]);
  const [, password] = /^Changed the password of ada\. Password: (\S+)\n$/.exec(generated.stdout) ??
    assert.fail(generated.stdout);
  assert.notEqual(password, passwords.get("ada"));
  passwords.set("ada", password!);
  return passwords;
}

Deno.test("classcord user changes many accounts of a running server, and goes on after an error", async () => {
  await withDirectory(async (directory) => {
    await using server = await ServerProcess.start(directory);
    const run = runIn(directory);
    for (const [username, password] of await useAll(run)) {
      await using client = await Client.connect(server.port);
      const reply = await client.ask({ type: "login", username, password });
      assert.equal(reply["status"], "ok", username);
    }
    assert.doesNotMatch(await server.log(), /a:b: c/);
    const deleted = await run(["delete", "ada", "nobody", "bob"]);
    assert.deepEqual([deleted.code, deleted.stdout], [1, "Deleted ada.\nDeleted bob.\n"]);
  });
});

Deno.test("classcord user changes many accounts in the database, and goes on after an error", async () => {
  await withDirectory(async (directory) => {
    const run = runIn(directory);
    const passwords = await useAll(run);
    {
      await using server = await ServerProcess.start(directory);
      for (const [username, password] of passwords) {
        await using client = await Client.connect(server.port);
        const reply = await client.ask({ type: "login", username, password });
        assert.equal(reply["status"], "ok", username);
      }
    }
    const deleted = await run(["delete", "ada", "nobody", "bob"]);
    assert.deepEqual([deleted.code, deleted.stdout], [1, "Deleted ada.\nDeleted bob.\n"]);
  });
});

Deno.test("classcord user rejects input that is not lines of names and passwords, and changes nothing", async () => {
  await withDirectory(async (directory) => {
    const run = runIn(directory);
    const fails = async (args: readonly string[], input: string, told: RegExp) => {
      const done = await run(args, input);
      assert.notEqual(done.code, 0);
      assert.equal(done.stdout, "");
      assert.match(done.stderr, told);
      assert.doesNotMatch(done.stderr, /geheim|\n\s+at /);
    };
    const stdin = ["add", "--password-stdin"];
    await fails(stdin, "ada:geheim\ngeheim\n", /input, line 2: expected NAME:PASSWORD/);
    await fails(stdin, "ada:\n", /input, line 1: expected NAME:PASSWORD/);
    await fails(stdin, "\n", /Expected lines NAME:PASSWORD on standard input/);
    await fails([...stdin, "bob"], "ada:geheim\n", /give none on the command line/);
    await fails(["add"], "", /Expected a name/);
    await fails(["add", "-"], " \n", /Expected names on standard input/);
    await fails(["add", "-"], "a\0d\0a\0", /expected UTF-8/);
    await fails(["add", "-"], "x".repeat(1024 * 1024 + 1), /at most 1 MiB/);
    await fails(["disable"], "", /missing required argument/);
    assert.deepEqual(JSON.parse((await run(["list", "--json"])).stdout), []);
    const marked = await run(["add", "-", "--generate"], "\ufeffada\n");
    assert.match(marked.stdout, /^Added ada \(member\)/);
  });
});
