// Runs every transcript of tests/transcripts with its actors at different nodes of a cluster.
import assert from "node:assert/strict";
import { Client } from "../support/client.ts";
import type { Overrides } from "../support/server.ts";
import { runTranscript } from "../support/transcript.ts";
import { startTown } from "./town.ts";

const folder = new URL("../transcripts/", import.meta.url);

const settings: Overrides = {
  limits: { burst: 400 },
  channel: [
    { name: "#profs", topic: "", roles: ["moderator"], accounts: [], readOnly: false },
    { name: "#annonces", topic: "Lire ici", roles: [], accounts: [], readOnly: true },
  ],
};

for (const { name } of Deno.readDirSync(folder)) {
  Deno.test(`transcript ${name}, with its actors at three nodes`, async () => {
    const text = await Deno.readTextFile(new URL(name, folder));
    const language = name.includes("french") ? "fr" : "en";
    await using town = await startTown({ ...settings, server: { language } });
    const used = new Set<number>();
    await runTranscript(text, {
      port(before) {
        // The third actor is at the node that leads.
        const at = (1 + before) % town.servers.length;
        used.add(at);
        return town.servers[at]!.port;
      },
      cut: (bytes) => [bytes],
      async setRole(user, role) {
        // An operator of a node that does not lead.
        await using operator = await Client.operator(town.servers[1]!.running.adminSocket!);
        const reply = await operator.ask({ type: "user_role", user, role });
        assert.equal(reply["status"], "ok");
      },
    });
    const edges = town.log.batches.flatMap(({ outputs }) => outputs.map(([edge]) => edge));
    assert.ok(new Set(edges).size >= used.size, "each node had output from the log");
  });
}
