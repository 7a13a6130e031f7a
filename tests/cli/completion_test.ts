// Tests of the shell completions: in a real bash, with the most hostile names possible, and by the parsers of zsh
// and fish.
import assert from "node:assert/strict";
import { bashCompletion, fishCompletion, zshCompletion } from "../../scripts/completions.ts";
import { Client } from "../support/client.ts";
import { withDirectory } from "../support/directory.ts";
import { runCommand, ServerProcess } from "../support/process.ts";
import { testWith } from "../support/programs.ts";

/**
 * Returns what bash offers for a line with the cursor at its end. `classcord` is a fake that prints some names.
 */
async function completeInBash(directory: string, ...words: string[]): Promise<string[]> {
  const program = `${directory}/bin/classcord`;
  await Deno.mkdir(`${directory}/bin`, { recursive: true });
  await Deno.writeTextFile(
    program,
    `#!/bin/sh
[ "$1" = complete ] || exit 1
case $2 in
  users) printf '%s\\n' 'léa' 'Jean Paul' "d'Arc" 'bob~2' '$(touch hacked)' ;;
  channels) printf '%s\\n' général dev ;;
  bans) printf '%s\\n' 10.0.0.0/24 ;;
esac
`,
    { mode: 0o755 },
  );
  const script = `${bashCompletion()}
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMPREPLY=()
_classcord
printf '%s\\n' "\${COMPREPLY[@]}"`;
  const command = new Deno.Command("bash", {
    args: ["-c", script, "bash", "classcord", ...words],
    cwd: directory,
    // In another character set, printf %q would write accents as numbers.
    env: { PATH: `${directory}/bin:${Deno.env.get("PATH")}`, LC_ALL: "C.UTF-8" },
  });
  const { success, stdout, stderr } = await command.output();
  const text = new TextDecoder();
  assert.ok(success, text.decode(stderr));
  return text.decode(stdout).split("\n").filter((line) => line !== "");
}

testWith(
  "bash",
  "bash completes commands, subcommands, flags, and names of the running server",
  async () => {
    await withDirectory(async (directory) => {
      const offered = (...words: string[]) => completeInBash(directory, ...words);
      const all = await offered("");
      for (const command of ["serve", "clients", "kick", "channel"]) {
        assert.ok(all.includes(command));
      }
      assert.ok(!all.includes("complete"), "what is hidden stays so");
      assert.deepEqual(await offered("ki"), ["kick"]);
      assert.deepEqual(await offered("tls", ""), ["self-signed"], "no file is a sub-command");
      assert.deepEqual(await offered("channel", "cl"), ["close"]);
      assert.deepEqual(await offered("user", "pass"), ["passwd"]);
      assert.deepEqual(await offered("kick", "--ch"), ["--channel"]);
      assert.deepEqual(await offered("channel", "create", "--read"), ["--read-only"]);
      assert.deepEqual(await offered("kick", "l"), ["léa"]);
      assert.deepEqual(await offered("mute", "Jean"), ["Jean\\ Paul"]);
      assert.deepEqual(await offered("ban", "d"), ["d\\'Arc"]);
      assert.deepEqual(await offered("kick", "$"), ["\\$\\(touch\\ hacked\\)"]);
      assert.deepEqual(await offered("channel", "close", "d"), ["dev"]);
      assert.deepEqual(await offered("unban", ""), ["10.0.0.0/24"]);
      const files = [...Deno.readDirSync(directory)].map(({ name }) => name);
      assert.deepEqual(files, ["bin"]);
    });
  },
);

for (const [shell, make] of [["zsh", zshCompletion], ["fish", fishCompletion]] as const) {
  testWith(shell, `${shell} accepts its completion script`, async () => {
    await withDirectory(async (directory) => {
      const file = `${directory}/completion`;
      await Deno.writeTextFile(file, make());
      const { success, stderr } = await new Deno.Command(shell, { args: ["-n", file] }).output();
      assert.ok(success, new TextDecoder().decode(stderr));
    });
  });
}

Deno.test("classcord complete lists names of the running server, and prints nothing on errors", async () => {
  await withDirectory(async (directory) => {
    const at = ["--data-dir", directory];
    assert.deepEqual(await runCommand(["complete", "users", ...at]), {
      code: 0,
      stdout: "",
      stderr: "",
    });
    await using server = await ServerProcess.start(directory);
    await using _lea = await Client.guest(server.port, "léa");
    await using _bob = await Client.guest(server.port, "Bob d'Arc");
    const names = async (kind: string) => {
      const { code, stdout, stderr } = await runCommand(["complete", kind, ...at]);
      assert.deepEqual([code, stderr], [0, ""]);
      return stdout;
    };
    assert.equal(await names("users"), "Bob d'Arc\nléa\n");
    assert.equal(await names("channels"), "général\n");
    assert.equal(await names("bans"), "");
  });
});
