// `classcord invite` and `classcord registration` against a server in a separate process.
import assert from "node:assert/strict";
import { Client } from "../support/client.ts";
import { withDirectory } from "../support/directory.ts";
import { runCommand, ServerProcess } from "../support/process.ts";

Deno.test("a teacher invites pupils from the command line, and opens registration for a time", async () => {
  await withDirectory(async (directory) => {
    const at = ["--data-dir", directory];
    const run = async (...args: string[]) => {
      const { code, stdout, stderr } = await runCommand([...args, ...at]);
      assert.equal(code, 0, stderr);
      return stdout;
    };
    const fail = async (expected: number, ...args: string[]) => {
      const { code, stderr } = await runCommand([...args, ...at]);
      assert.equal(code, expected, stderr);
      return stderr;
    };
    assert.match(await fail(69, "invite", "list"), /no running server answers/);

    await Deno.writeTextFile(
      `${directory}/test.toml`,
      '[auth]\nguests = "invite"\nregistration = "invite"\n' +
        '[web]\naddress = "https://chat.example.org/ecole/"\n',
    );
    const config = ["--config", `${directory}/test.toml`];
    await using server = await ServerProcess.start(directory, ...config);
    assert.equal(await run("invite", "list"), "There are no invitations.\n");
    await run("channel", "create", "dev", "--roles", "moderator");
    const uses = ["--uses", "2", "--expires", "50min", "--channel", "dev", "--register"];
    const created = await run("invite", "create", ...uses);
    const [, code = ""] = /^Code +(\S+)$/m.exec(created) ?? [];
    assert.match(created, /^Invitation 1\n/);
    assert.ok(created.includes(`https://chat.example.org/ecole/j/${code}\n`), created);
    assert.match(created, /^Uses +0 of 2 uses\n.*\nChannel +#dev\nFor +guests and new accounts$/m);

    await using zoe = await Client.connect(server.port);
    const register = { type: "register", username: "zoe", password: "1234" };
    assert.equal((await zoe.ask(register))["reason"], "registration_invited");
    assert.equal((await zoe.ask({ ...register, invite: code }))["status"], "ok");
    const login = { type: "login", username: "zoe", password: "1234" };
    assert.equal((await zoe.ask(login))["channel"], "#dev");
    assert.match(await run("invite", "list"), / 1 +open +1\/2 +\S+ +#dev +guests, accounts /);
    const shown = await run("invite", "show", "1");
    assert.match(shown, /█▀▀▀▀▀█/);
    assert.equal(await run("invite", "revoke", "1"), "Revoked invitation 1.\n");
    assert.doesNotMatch(await run("invite", "show", "1"), /█|Link/);
    assert.match(await fail(1, "invite", "revoke", "9"), /There is no invitation 9/);
    for (const wrong of [["--uses", "0"], ["--uses", "1001"], ["--expires", "91d"]]) {
      await fail(2, "invite", "create", ...wrong);
    }

    const opened = await run("registration", "open", "--for", "30m", "--network", "127.1.2.3/8");
    assert.match(opened, /^Registration is open for 127\.0\.0\.0\/8 until /);
    await using old = await Client.connect(server.port);
    await old.send({ type: "register", username: "tom", password: "1234" });
    assert.deepEqual(await old.line(), { type: "register", status: "ok" });
    assert.match(await run("registration", "status"), /"invite"; open[^]*127\.0\.0\.0\/8/);
    assert.equal(await run("registration", "close"), "Closed 1 time of open registration.\n");
    assert.match(await run("registration", "status"), /not open for a time\.\n$/);

    const audit = JSON.parse(await run("audit", "--json"));
    const bare = code.replaceAll("-", "");
    const log = JSON.stringify(audit) + await server.log() + server.output;
    assert.ok(log.includes("invite_create"), log);
    assert.ok(!log.replaceAll("-", "").includes(bare), "a code is in the log");
  });
});
