// A lesson on a real server: hands, the policy and the attendance over sockets and from the command line, also after a
// restart and a crash.
import assert from "node:assert/strict";
import { Client } from "../support/client.ts";
import { withDirectory } from "../support/directory.ts";
import { runCommand, ServerProcess } from "../support/process.ts";

async function run(directory: string, ...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await runCommand([...args, "--data-dir", directory]);
  assert.equal(code, 0, stderr);
  return stdout;
}

Deno.test("the policy and the attendance outlive a crash of the server", async () => {
  await withDirectory(async (directory) => {
    {
      await using server = await ServerProcess.start(directory);
      await using bob = await Client.guest(server.port, "bob");
      await using zoe = await Client.guest(server.port, "zoe, the 2nd");
      assert.equal(await run(directory, "private"), "Everyone can write private messages.\n");
      const set = await run(directory, "private", "none");
      assert.equal(set, "Only moderators can write private messages.\n");
      await bob.send({ type: "private", to: "zoe, the 2nd", content: "psst" });
      const refused = await bob.find(({ type }) => type === "error");
      assert.deepEqual([refused["code"], refused["reason"]], ["forbidden", "private_none"]);
      await zoe.sync();
      const table = await run(directory, "attendance");
      assert.match(table, /^NAME +KIND +FROM +TO\n/);
      assert.match(table, /\nbob +guest +\d\d:\d\d:\d\d +online\n/);
      server.signal("SIGKILL");
      await server.ended;
    }
    await using server = await ServerProcess.start(directory);
    await using other = await Client.connect(server.port);
    const { private: policy } = await other.ask({ type: "policy" });
    assert.equal(policy, "none");
    const lines = (await run(directory, "attendance", "--csv")).trim().split("\n");
    assert.equal(lines[0], "class,name,kind,from,to");
    assert.match(
      lines[1]!,
      /^,bob,guest,\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/,
    );
    assert.match(lines[2]!, /^,"zoe, the 2nd",guest,/);
    const json = JSON.parse(await run(directory, "attendance", "--json"));
    assert.deepEqual(json.people.map(({ name }: { name: string }) => name), [
      "bob",
      "zoe, the 2nd",
    ]);
    const early = await run(
      directory,
      "attendance",
      "--from",
      "2026-01-01",
      "--to",
      "2026-01-02T08:30",
    );
    assert.equal(early, "Nobody was online.\n");
    for (const wrong of ["25:00", "2026-13-01", "2026-02-30", "today"]) {
      const { code, stderr } = await runCommand(["attendance", "--from", wrong]);
      assert.equal(code, 2, stderr);
      assert.match(stderr, /Expected a time such as 08:30/);
    }
    const unknown = await runCommand(["attendance", "--class", "2SLAM", "--data-dir", directory]);
    assert.equal(unknown.code, 1);
    assert.match(unknown.stderr, /No class is called "2SLAM"/);
  });
});
