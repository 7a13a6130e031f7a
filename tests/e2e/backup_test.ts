// Tests of `classcord backup` as a process: an interrupted copy leaves nothing.
import assert from "node:assert/strict";
import { openDatabase } from "../../lib/store/database.ts";
import { MessageStore } from "../../lib/store/messages.ts";
import { withDirectory } from "../support/directory.ts";
import { newMessage } from "../support/messages.ts";
import { spawn } from "../support/process.ts";

Deno.test("an interrupted backup leaves nothing", async () => {
  await withDirectory(async (path) => {
    const database = openDatabase(path, { synchronous: "normal" });
    const content = "x".repeat(8_000);
    new MessageStore(database).append(
      Array.from({ length: 12_000 }, () => newMessage({ content })),
    );
    database.close();
    const directory = `${path}/backups`;
    await Deno.mkdir(directory);
    const watcher = Deno.watchFs(directory);
    const child = await spawn(["backup", directory, "--data-dir", path]);
    await child.stdin.close();
    for await (const { paths } of watcher) {
      if (paths.some((found) => found.endsWith(".partial"))) break;
    }
    child.kill("SIGTERM");
    const { code } = await child.output();
    assert.equal(code, 128 + 15);
    assert.deepEqual([...Deno.readDirSync(directory)], []);
  });
});
