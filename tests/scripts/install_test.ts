// Tests that install.sh explains itself, and what it does for a user who is not root.
import assert from "node:assert/strict";
import { withDirectory } from "../support/directory.ts";
import { OTHER } from "../support/other_user.ts";
import { testWith } from "../support/programs.ts";

const root = new URL("../../", import.meta.url).pathname;
const script = `${root}install.sh`;

interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function run(
  command: string,
  args: string[],
  env: Record<string, string> = {},
): Promise<Ran> {
  const { code, stdout, stderr } = await new Deno.Command(command, { args, env }).output();
  const decoder = new TextDecoder();
  return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}

Deno.test("install.sh --help names every option, and a wrong option leads to it", async () => {
  const { code, stdout } = await run("sh", [script, "--help"]);
  assert.equal(code, 0);
  const text = Deno.readTextFileSync(script);
  const options = [...text.matchAll(/^ {4}(--?\w[^)\n]*)\)/gm)]
    .flatMap(([, names]) => names!.split("|").map((name) => name.trim().replace(/=.*/, "")));
  assert.ok(options.includes("--prefix") && options.includes("-h"), options.join());
  for (const option of options) assert.ok(stdout.includes(option), option);
  assert.deepEqual(await run("sh", [script, "-h"]), { code: 0, stdout, stderr: "" });
  const wrong = await run("sh", [script, "--helo"]);
  assert.equal(wrong.code, 2);
  assert.match(wrong.stderr, /--help/);
});

/** A clone with a built program that prints its own path and its arguments. */
async function makeClone(directory: string): Promise<void> {
  const documents = /documents="([^"]*)"/.exec(Deno.readTextFileSync(script))![1]!.trim()
    .split(/\s+/).map((path) => `dist/share/${path}`);
  const files = ["dist/program/deno", "dist/program/classcord.js", "classcord.example.toml"];
  for (const path of [...documents, ...files]) {
    const file = `${directory}/${path}`;
    await Deno.mkdir(file.replace(/\/[^/]*$/, ""), { recursive: true });
    await Deno.writeTextFile(file, "");
  }
  const program = '#!/bin/sh\nlib=/nowhere\ncache=/nowhere\nprintf \'%s\\n\' "$0" "$@"\n';
  await Deno.writeTextFile(`${directory}/dist/program/classcord`, program, { mode: 0o755 });
  await Deno.copyFile(script, `${directory}/install.sh`);
}

const isRoot = Deno.uid() === 0;

testWith(
  { programs: isRoot ? ["setpriv"] : [] },
  "what install.sh suggests to an ordinary user starts the program that it installed, without the settings in /etc",
  async () => {
    await withDirectory(async (directory) => {
      await makeClone(directory);
      if (isRoot) await Deno.chown(directory, OTHER.uid, OTHER.gid);
      const asUser = (args: string[]) => {
        const user = [`--reuid=${OTHER.uid}`, `--regid=${OTHER.gid}`, "--clear-groups", "--"];
        const [command, ...rest] = [...(isRoot ? ["setpriv", ...user] : []), "sh", ...args];
        return run(command!, rest, { HOME: directory });
      };
      const prefix = `${directory}/it's mine`;
      const { code, stdout, stderr } = await asUser([
        `${directory}/install.sh`,
        "--prefix",
        prefix,
      ]);
      assert.equal(code, 0, stderr);
      const suggested = / Try: (.*)\n$/.exec(stdout)![1]!;
      const started = (await asUser(["-c", suggested])).stdout.trim().split("\n");
      const own = [`${prefix}/bin/classcord`, "serve", "--data-dir", `${directory}/classcord-data`];
      const example = `${prefix}/share/doc/classcord/classcord.example.toml`;
      const beside = await Deno.stat("/etc/classcord").then(
        () => ["--config", example, "--port", "0", "--metrics-port", "0"],
        () => [],
      );
      assert.deepEqual(started, [...own, ...beside]);

      const removed = await asUser([`${directory}/install.sh`, "--uninstall", "--prefix", prefix]);
      assert.equal(removed.code, 0, removed.stderr);
      assert.equal((await run("find", [prefix, "-type", "f"])).stdout, "");
    });
  },
);
