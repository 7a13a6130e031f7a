// The commands that read the database of a node, beside its running server: exports, lists and backups.
import { DatabaseSync } from "node:sqlite";
import assert from "node:assert/strict";
import { belongsToLog } from "../../lib/store/log/place.ts";
import { Client } from "../support/client.ts";
import { testWithNats, withNats } from "../support/cluster/nats_server.ts";
import { withDirectory } from "../support/directory.ts";
import { runCommand } from "../support/process.ts";
import { startNode } from "./city.ts";

async function succeed(args: readonly string[], input = ""): Promise<string> {
  const { code, stdout, stderr } = await runCommand(args, input);
  assert.equal(code, 0, stderr);
  return stdout;
}

function contents(json: string): unknown {
  return JSON.parse(json).map((row: { content: string }) => row.content);
}

testWithNats(
  "exports and backups work on a node, and the log of the cluster has who exported what",
  async () => {
    await withNats(async (nats) => {
      await withDirectory(async (directory) => {
        const node = await startNode(directory, "a", [nats]);
        const data = ["--data-dir", node.dataDir];
        try {
          await using ada = await Client.connect(node.port);
          await ada.ask({ type: "register", username: "ada", password: "motdepasse" });
          await ada.ask({ type: "login", username: "ada", password: "motdepasse" });
          await ada.ask({ type: "message", content: "public", ref: "1" });
          await ada.ask({ type: "message", content: "private", to: "ada", ref: "2" });
          await ada.sync();
          assert.match(await succeed(["user", "list", ...data]), /^ada .*member/m);
          const personal = JSON.parse(await succeed(["user", "export", "ada", ...data]));
          assert.equal(personal.account.name, "ada");
          assert.deepEqual(contents(await succeed(["export", ...data])), ["public"]);
          const all = await succeed(["export", "--private", "--from", "2026-01-01", ...data]);
          assert.deepEqual(contents(all), ["public", "private"]);
          await using operator = await Client.operator(`${node.dataDir}/admin.sock`);
          const { entries } = await operator.ask({ type: "audit", limit: 2 });
          const noted = entries as {
            action: string;
            actor: string;
            target?: string;
            detail: string;
          }[];
          assert.deepEqual(noted.map(({ action, target }) => [action, target]), [
            ["export_private", undefined],
            ["user_export", "ada"],
          ]);
          assert.match(
            noted[0]!.detail,
            /^from 2026-01-01T.* to the last$|^from 2025-12-31T.* to the last$/,
          );
          assert.ok(noted.every(({ actor }) => /^operator:.+/.test(actor)));

          // {"zoé": "motdepasse"}, by Python's pickle.
          const pickle = `${directory}/users.pkl`;
          const bytes = Uint8Array.fromBase64("gASVGAAAAAAAAAB9lIwEem/DqZSMCm1vdGRlcGFzc2WUcy4=");
          await Deno.writeFile(pickle, bytes);
          const dry = await succeed(["import", pickle, "--dry-run", ...data]);
          assert.equal(dry, "Would add 1 account, skip 0.\n");
          assert.equal(
            await succeed(["import", pickle, ...data]),
            "Added 1 account, skipped 0.\n",
          );
          assert.equal(
            await succeed(["import", pickle, ...data]),
            "Added 0 accounts, skipped 1.\n",
          );
          await using zoe = await Client.connect(node.port);
          const login = { type: "login", username: "zoé", password: "motdepasse" };
          assert.equal((await zoe.ask(login))["status"], "ok");

          const printed = await succeed(["backup", `${directory}/backups`, ...data]);
          const path = /^(\S+): \d+ bytes, checked\./.exec(printed)![1]!;
          using backup = new DatabaseSync(path);
          const { n } = backup.prepare("SELECT count(*) AS n FROM messages").get()!;
          assert.equal(n, 2);
          await succeed(["restore", path, "--data-dir", `${directory}/other`]);
          using restored = new DatabaseSync(`${directory}/other/classcord.db`);
          assert.equal(belongsToLog(restored), false, "what is restored belongs to no log");
        } finally {
          await node[Symbol.asyncDispose]();
        }
        const { code, stderr } = await runCommand(["user", "export", "ada", ...data]);
        assert.notEqual(code, 0);
        assert.match(stderr, /belongs to a cluster, and only its running server may change it/);
        assert.match(await succeed(["user", "list", ...data]), /^ada .*member/m);
      });
    });
  },
);
