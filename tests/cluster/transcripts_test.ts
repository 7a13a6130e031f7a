// Runs every transcript of tests/transcripts with its actors at different nodes of a cluster.
import assert from "node:assert/strict";
import { setRole } from "../support/roles.ts";
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
  // The first actor is at the leader, or at another node.
  for (const [where, first] of Object.entries({ "at the leader": 0, "at another node": 1 })) {
    Deno.test(`transcript ${name} over three nodes, its first actor ${where}`, async () => {
      const text = await Deno.readTextFile(new URL(name, folder));
      const language = name.includes("french") ? "fr" : "en";
      await using town = await startTown({ ...settings, server: { language } });
      const used = new Set<number>();
      await runTranscript(text, {
        port(before) {
          const at = (first + before) % town.ports.length;
          used.add(at);
          return town.ports[at]!;
        },
        cut: (bytes) => [bytes],
        setRole: (name, role) => setRole(town.server.dataDir, name, role),
      });
      const edges = town.log.batches.flatMap(({ outputs }) => outputs.map(([edge]) => edge));
      assert.ok(new Set(edges).size >= used.size, "each node had output from the log");
    });
  }
}
