// The report of check-client on docs/CLIENT.md and docs/fr/CLIENT.md is what it says about the client that they describe.
import assert from "node:assert/strict";
import { withDirectory } from "../support/directory.ts";
import { spawn } from "../support/process.ts";
import { testWith } from "../support/programs.ts";
import { matchesOutput, stepsOf } from "../support/tutorial.ts";

const root = new URL("../../", import.meta.url);

/** The pages, and the language of check-client for their readers. */
const PAGES = { "docs/CLIENT.md": "en", "docs/fr/CLIENT.md": "fr" } as const;

/** A line of a program of the page, and what a student might write instead. */
const RIGHT = 'out.println(Json.write(Map.of("type", "message", "content", texte)));';
const WRONG = String.raw`out.println("{\"type\":\"message\",\"content\":\"" + texte + "\"}");`;

for (const [path, language] of Object.entries(PAGES)) {
  testWith(
    { programs: ["java", "javac"] },
    `check-client says about a client that builds JSON by hand what ${path} shows`,
    async () => {
      const page = Deno.readTextFileSync(new URL(path, root));
      const steps = stepsOf(page);
      const program = steps.find(({ marks }) => marks.get("file") === "Recevoir.java")!.text;
      const report = steps.find(({ marks }) => marks.get("output") === "check-client")!.text;
      assert.ok(program.includes(RIGHT));
      assert.ok(page.includes(`\`${WRONG}\``));
      await withDirectory(async (directory) => {
        await Deno.writeTextFile(`${directory}/Recevoir.java`, program.replace(RIGHT, WRONG));
        const json = new URL("examples/java/Json.java", root);
        await Deno.copyFile(json, `${directory}/Json.java`);
        await run("javac", ["-encoding", "UTF-8", "Recevoir.java", "Json.java"], directory);
        const said = await checked(directory, language);
        assert.ok(matchesOutput(report, said), said);
      });
    },
  );
}

async function run(command: string, args: string[], cwd: string): Promise<void> {
  const { success, stderr } = await new Deno.Command(command, { args, cwd }).output();
  assert.ok(success, new TextDecoder().decode(stderr));
}

/** Runs check-client, does in the client what it says, and returns what it printed, with the port of the page. */
async function checked(directory: string, language: string): Promise<string> {
  const options = ["--only", "escaping", "--port", "0", "--lang", language];
  await using checker = await spawn(["check-client", ...options]);
  await checker.stdin.close();
  let client: Deno.ChildProcess | undefined;
  let port = "";
  let said = "";
  try {
    for await (const text of checker.stdout.pipeThrough(new TextDecoderStream())) {
      for (const line of text.split("\n")) {
        port = /^\S.* port (\d+)/.exec(line)?.[1] ?? port;
        if (client === undefined && line.includes("→")) client = start(directory, port);
        // What to type is below the step. This client has no account.
        const typed = /^ {8}(?!.*1234)(\S.*)/.exec(line)?.[1];
        if (typed !== undefined) await type(client!, typed);
      }
      said += text;
    }
  } finally {
    client?.kill("SIGKILL");
    await client?.stdin.close().catch(() => {});
    await client?.status;
    await checker.stderr.cancel();
  }
  return said.replaceAll(port, "12399");
}

function start(directory: string, port: string): Deno.ChildProcess {
  return new Deno.Command("java", {
    args: ["Recevoir", "127.0.0.1", port],
    cwd: directory,
    stdin: "piped",
    stdout: "null",
    stderr: "null",
  }).spawn();
}

async function type(client: Deno.ChildProcess, line: string): Promise<void> {
  const writer = client.stdin.getWriter();
  await writer.write(new TextEncoder().encode(`${line}\n`));
  writer.releaseLock();
}
