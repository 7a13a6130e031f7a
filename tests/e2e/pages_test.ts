// Tests many pages that resume at once after a restart of the server. No password is hashed.
import assert from "node:assert/strict";
import { newToken } from "../../lib/auth/tokens.ts";
import { nameKey } from "../../lib/protocol/names.ts";
import { AccountStore } from "../../lib/store/accounts.ts";
import { openDatabase } from "../../lib/store/database.ts";
import { WebSessionStore } from "../../lib/store/page/web_sessions.ts";
import { Client } from "../support/client.ts";
import { withDirectory } from "../support/directory.ts";
import { startTestServer } from "../support/server.ts";

const PAGES = 500;
const DAY_MS = 86_400_000;

/** Creates accounts with one token each, as an earlier run of the server would have. @returns The tokens. */
function leaveTokens(dataDir: string): string[] {
  const database = openDatabase(dataDir, { synchronous: "normal" });
  try {
    const [accounts, sessions] = [new AccountStore(database), new WebSessionStore(database)];
    const now = Date.now();
    return Array.from({ length: PAGES }, (_, i) => {
      const name = `élève ${i}`;
      const { id } = accounts.create({ name, key: nameKey(name), passwordHash: "none", now });
      const { text, digest } = newToken();
      const expiresAt = now + DAY_MS;
      sessions.create({ accountId: id, tokenHash: digest, client: "", now, expiresAt });
      return text;
    });
  } finally {
    database.close();
  }
}

Deno.test(`all of ${PAGES} pages resume after a restart, and no password is hashed`, async () => {
  await withDirectory(async (dataDir) => {
    const tokens = leaveTokens(dataDir);
    const limits = { connections_per_address: PAGES + 10 };
    await using server = await startTestServer({ limits }, dataDir);
    const pages = await Promise.all(tokens.map(() => Client.connect(server.port)));
    try {
      const replies = await Promise.all(pages.map(async (page, i) => {
        await page.send({ type: "hello", tab: `t${i}` });
        await page.send({ type: "resume", token: tokens[i], ref: "r" });
        return await page.find(({ ref }) => ref === "r");
      }));
      assert.deepEqual(
        replies.map(({ status, username }) => [status, username]),
        tokens.map((_, i) => ["ok", `élève ${i}`]),
      );
      const metrics = await (await fetch(`http://127.0.0.1:${server.metricsPort}/metrics`)).text();
      assert.match(metrics, new RegExp(`^classcord_resumes_total\\{result="ok"\\} ${PAGES}$`, "m"));
      assert.match(metrics, /^classcord_logins_total\{result="ok"\} 0$/m);
    } finally {
      await Promise.all(pages.map((page) => page.close()));
    }
  });
});
