// Each node has a search index of its own, which follows the messages while the node follows the log.
import { DatabaseSync } from "node:sqlite";
import assert from "node:assert/strict";
import { Client } from "../support/client.ts";
import { startTown } from "./town.ts";

/** Waits until the index of a node has a message, and until no removal waits for it. */
async function indexed(dataDir: string, id: number): Promise<void> {
  using changes = Deno.watchFs(dataDir);
  if (isIndexed(dataDir, id)) return;
  for await (const _ of changes) if (isIndexed(dataDir, id)) return;
}

function isIndexed(dataDir: string, id: number): boolean {
  try {
    using index = new DatabaseSync(`${dataDir}/search.db`, { readOnly: true });
    const row = index.prepare("SELECT indexed_to FROM state").get();
    if (Number(row?.["indexed_to"] ?? 0) < id) return false;
    using database = new DatabaseSync(`${dataDir}/classcord.db`, { readOnly: true });
    return database.prepare("SELECT 1 FROM search_queue").get() === undefined;
  } catch {
    // The index is being made.
    return false;
  }
}

Deno.test("the search index of every node follows the messages and their deletion", async () => {
  await using town = await startTown();
  await using ada = await Client.connect(town.servers[1]!.port);
  await ada.ask({ type: "message", from: "ada", content: "", ref: "join" });
  const said = await ada.ask({ type: "message", content: "chocolat", ref: "1" });
  const id = Number(said["id"]);
  for (const { dataDir } of town.servers) await indexed(dataDir, id);
  await using operator = await Client.operator(town.servers[2]!.running.adminSocket!);
  assert.equal((await operator.ask({ type: "delete", id }))["status"], "ok");
  const last = await ada.ask({ type: "message", content: "biscuit", ref: "2" });
  for (const { dataDir } of town.servers) await indexed(dataDir, Number(last["id"]));
});
