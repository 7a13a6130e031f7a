// Exports to a terminal and to files, as an administrator makes them.
import assert from "node:assert/strict";
import { openDatabase } from "../../lib/store/database.ts";
import { MessageStore } from "../../lib/store/messages.ts";
import { addAccount } from "../support/database.ts";
import { withDirectory } from "../support/directory.ts";
import { newMessage } from "../support/messages.ts";
import { runCommand, startArguments } from "../support/process.ts";
import { testWith } from "../support/programs.ts";

const root = new URL("../../", import.meta.url);
const HOSTILE = "\x1b]0;owned\x07\x1b[2J\u009b31m\u202eevil\rover";

async function withMessages(work: (dataDir: string) => Promise<void>): Promise<void> {
  await withDirectory(async (dataDir) => {
    const database = openDatabase(dataDir, { synchronous: "normal" });
    const { id } = addAccount(database, "ada");
    new MessageStore(database).append([
      newMessage({ sender: "ada", senderAccount: id, content: HOSTILE }),
      newMessage({ content: "été ; oui" }),
    ]);
    database.close();
    await work(dataDir);
  });
}

testWith(
  "script",
  "exported text is harmless on a terminal",
  () =>
    withMessages(async (dataDir) => {
      const exports = [
        ["export"],
        ["export", "--format", "csv"],
        ["export", "--format", "ndjson"],
        [
          "user",
          "export",
          "ada",
        ],
      ];
      for (const args of exports) {
        const program = [
          Deno.execPath(),
          ...await startArguments(),
          ...args,
          "--data-dir",
          dataDir,
        ];
        const { stdout } = await new Deno.Command("script", {
          args: ["-qec", program.join(" "), "/dev/null"],
          cwd: root,
          env: { LC_ALL: "C.UTF-8", TERM: "dumb", SHELL: "/bin/sh", NO_COLOR: "1" },
        }).output();
        const shown = new TextDecoder().decode(stdout);
        assert.match(shown, /evil/, args.join(" "));
        assert.doesNotMatch(
          shown.replaceAll(/\r+\n/g, "\n"),
          /(?!\n)[\p{Cc}\p{Bidi_Control}]/u,
          args.join(" "),
        );
      }
    }),
);

Deno.test("CSV begins with a byte order mark in a file but not in a pipe, unless an option says otherwise", () =>
  withMessages(async (dataDir) => {
    const run = async (...args: string[]) => {
      const done = await runCommand(["export", "--format", "csv", "--data-dir", dataDir, ...args]);
      assert.deepEqual([done.code, done.stderr], [0, ""]);
      return done.stdout;
    };
    const begins = (bytes: Uint8Array) => bytes.subarray(0, 4).toHex();
    const piped = (text: string) => begins(new TextEncoder().encode(text));
    // `Response.text` would remove a byte order mark, so the bytes of the file are checked.
    const file = `${dataDir}/novembre.csv`;
    await run("--out", file, "--separator", ";");
    const bytes = await Deno.readFile(file);
    assert.equal(begins(bytes), "efbbbf69");
    assert.match(new TextDecoder().decode(bytes), /;"été ; oui"\r\n$/);
    await run("--out", file, "--force", "--no-bom", "--separator", "tab");
    assert.equal(begins(await Deno.readFile(file)), "69640974");
    assert.equal(piped(await run()), "69642c74");
    assert.equal(piped(await run("--out", "-")), "69642c74");
    // As in a shell. What is appended to a file is not its beginning.
    const redirected = `${dataDir}/redirected.csv`;
    for (const redirection of [">", ">>"]) {
      const program = [Deno.execPath(), ...await startArguments(), "export", "--format", "csv"];
      const script = `"$@" ${redirection}"$0"`;
      const done = await new Deno.Command("sh", {
        args: ["-c", script, redirected, ...program, "--data-dir", dataDir],
        cwd: root,
      }).output();
      assert.ok(done.success, new TextDecoder().decode(done.stderr));
    }
    const marks = new TextDecoder("utf-8", { ignoreBOM: true }).decode(
      Deno.readFileSync(redirected),
    )
      .split("\ufeffid,");
    assert.equal(marks.length, 2, "one mark");
    assert.equal(marks[0], "", "at the beginning");
    const wrong = await runCommand(["export", "--separator", ";", "--data-dir", dataDir]);
    assert.equal(wrong.code, 2);
    assert.match(wrong.stderr, /--format csv/);
  }));
