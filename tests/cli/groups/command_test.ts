// `classcord group …` with a running server and without one: the same output, and the effect at once.
import assert from "node:assert/strict";
import { Client } from "../../support/client.ts";
import { withDirectory } from "../../support/directory.ts";
import { runCommand, ServerProcess } from "../../support/process.ts";

function commands(directory: string, ...more: string[]) {
  const at = ["--data-dir", directory, ...more];
  return {
    async run(args: readonly string[], input = ""): Promise<string> {
      const { code, stdout, stderr } = await runCommand([...args, ...at], input);
      assert.equal(code, 0, stderr);
      return stdout;
    },
    async fail(args: readonly string[], input = ""): Promise<string> {
      const done = await runCommand([...args, ...at], input);
      assert.equal(done.code, 1, `${done.stdout}${done.stderr}`);
      assert.doesNotMatch(done.stderr, /\n\s+at /, "a stack is not a sentence");
      return done.stderr;
    },
  };
}

/** Manages groups, in the same way with and without a server. */
async function manageGroups({ run, fail }: ReturnType<typeof commands>): Promise<void> {
  assert.equal(await run(["group", "create", "1SLAM"]), "Created 1SLAM.\n");
  assert.match(await fail(["group", "create", "1slam"]), /already exists: 1SLAM/);
  assert.match(await fail(["group", "create", "a#b"]), /Member "group": expected a name/);
  assert.equal(
    await run(["group", "add", "1SLAM", "ADA", "-"], "zoé\r\n\n  bob \n"),
    "Added 3 accounts to 1SLAM: ada, Zoé, bob.\n",
  );
  assert.match(await fail(["group", "add", "1SLAM", "eve", "nobody"]), /called "nobody"/);
  assert.equal(
    await run(["group", "add", "1SLAM", "ada"]),
    "Nothing to do: 1SLAM has these accounts already.\n",
  );
  assert.equal(await run(["group", "rename", "1SLAM", "2SLAM"]), "Renamed 1SLAM to 2SLAM.\n");
  assert.equal(await run(["group", "list"]), "GROUP  KIND   ACCOUNTS\n2SLAM  group         3\n");
  assert.deepEqual(JSON.parse(await run(["group", "list", "--json"])), {
    groups: [{ name: "2SLAM", class: false, members: 3 }],
  });
  assert.equal(
    await run(["group", "remove", "2slam", "zoé", "eve"]),
    "Removed 1 account from 2SLAM: Zoé.\n",
  );
  assert.equal(
    await run(["group", "show", "2SLAM"]),
    "NAME  ROLE\nada   moderator\nbob   member\n",
  );
  assert.deepEqual(JSON.parse(await run(["group", "show", "2SLAM", "--json"])), {
    status: "ok",
    group: "2SLAM",
    class: false,
    members: [
      { name: "ada", role: "moderator", disabled: false },
      { name: "bob", role: "member", disabled: false },
    ],
  });
  assert.match(await fail(["group", "show", "1SLAM"]), /no group "1SLAM"/);
  assert.match(await fail(["group", "remove", "2SLAM", "-"], "\n"), /Expected names on standard/);
}

const ACCOUNTS = "ada:1234\nZoé:1234\nbob:1234\neve:1234\n";

Deno.test("classcord group manages groups in the database, and a channel's list follows a new name", async () => {
  await withDirectory(async (directory) => {
    const config = `${directory}/test.toml`;
    await Deno.writeTextFile(config, '[[channel]]\nname = "#cours"\ngroups = ["1SLAM"]\n');
    const plain = commands(directory);
    await plain.run(["user", "add", "--password-stdin"], ACCOUNTS);
    await plain.run(["user", "role", "ada", "moderator"]);
    await manageGroups(plain);
    const { stderr } = await runCommand(
      ["group", "rename", "2SLAM", "1SLAM", "--data-dir", directory, "--config", config],
    );
    assert.equal(stderr, "");
    {
      await using server = await ServerProcess.start(directory, "--config", config);
      await using bob = await Client.connect(server.port);
      await bob.ask({ type: "login", username: "bob", password: "1234" });
      assert.equal((await bob.ask({ type: "join", channel: "#cours" }))["status"], "ok");
      await using eve = await Client.connect(server.port);
      await eve.ask({ type: "login", username: "eve", password: "1234" });
      assert.equal((await eve.ask({ type: "join", channel: "#cours" }))["code"], "forbidden");
    }
    const renamed = await runCommand(
      ["group", "rename", "1SLAM", "2SLAM", "--data-dir", directory, "--config", config],
    );
    assert.equal(renamed.stdout, "Renamed 1SLAM to 2SLAM.\n");
    assert.match(renamed.stderr, /configuration still names 1SLAM, for #cours\. Change it there/);
    {
      // Without the configuration, the channel is what the database has.
      await using server = await ServerProcess.start(directory);
      await using bob = await Client.connect(server.port);
      await bob.ask({ type: "login", username: "bob", password: "1234" });
      assert.equal((await bob.ask({ type: "join", channel: "#cours" }))["status"], "ok");
    }
    assert.equal(
      await plain.run(["group", "delete", "2SLAM"]),
      "Deleted 2SLAM. Its accounts stay.\n",
    );
    const audit = JSON.parse(await plain.run(["audit", "--json", "--action", "group_add"]));
    assert.deepEqual(
      audit.map(({ target, detail }: Record<string, string>) => [target, detail]).sort(),
      [["Zoé", "1SLAM"], ["ada", "1SLAM"], ["bob", "1SLAM"]],
    );
  });
});

Deno.test("classcord group acts on the running server: who leaves a group loses its channels at once", async () => {
  await withDirectory(async (directory) => {
    await using server = await ServerProcess.start(directory);
    const cli = commands(directory);
    await cli.run(["user", "add", "--password-stdin"], ACCOUNTS);
    await cli.run(["user", "role", "ada", "moderator"]);
    await manageGroups(cli);
    assert.equal(
      await cli.run(["channel", "create", "cours", "--groups", "2SLAM"]),
      "Created #cours: only for group 2SLAM.\n",
    );
    await using bob = await Client.connect(server.port);
    await bob.ask({ type: "login", username: "bob", password: "1234" });
    assert.equal((await bob.ask({ type: "join", channel: "#cours" }))["status"], "ok");
    await cli.run(["group", "remove", "2SLAM", "bob"]);
    const told = await bob.find(({ code }) => code === "expelled");
    assert.equal(told["channel"], "#cours");
    assert.equal((await cli.run(["complete", "groups"])).trim(), "2SLAM");
    assert.match(await server.log(), /\[MODERATION\] .*group_remove target="bob" reason="2SLAM"/);
    assert.equal(
      await cli.run(["group", "delete", "2SLAM"]),
      "Deleted 2SLAM. Its accounts stay.\n",
    );
  });
});

Deno.test("classcord group changes more accounts than one request may name, or none", async () => {
  await withDirectory(async (directory) => {
    await using _server = await ServerProcess.start(directory);
    const cli = commands(directory);
    await cli.run(["user", "add", "--password-stdin"], ACCOUNTS);
    await cli.run(["group", "create", "all"]);
    const many = "ada\nbob\n".repeat(150);
    assert.match(await cli.fail(["group", "add", "all", "-"], `${many}nobody\n`), /"nobody"/);
    assert.match(await cli.run(["group", "show", "all", "--json"]), /"members": \[\]/);
    assert.equal(
      await cli.run(["group", "add", "all", "-"], `${many}eve\n`),
      "Added 3 accounts to all: ada, bob, eve.\n",
    );
  });
});
