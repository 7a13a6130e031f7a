// Runs every transcript of tests/transcripts with its actors at different nodes of a cluster.
import assert from "node:assert/strict";
import { Client } from "../support/client.ts";
import type { Overrides } from "../support/server.ts";
import { runTranscript } from "../support/transcript.ts";
import { startTown, type Town } from "./town.ts";

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
      setRole: (user, role) => setRole(town, user, role),
    });
    const edges = town.log.batches.flatMap(({ outputs }) => outputs.map(([edge]) => edge));
    assert.ok(new Set(edges).size >= used.size, "each node had output from the log");
  });
}

// Where the leader stops: in some transcripts in the middle, and with `task test:cluster` in all and at other places.
const isWhole = Deno.env.has("CLUSTER_ROUNDS");
const PLACES = isWhole ? [0.2, 0.35, 0.5, 0.65, 0.8] : [0.5];
const SOME = /^client_[aehi]\.|^pages|^lesson/;

for (
  const { name } of [...Deno.readDirSync(folder)].filter(({ name }) => isWhole || SOME.test(name))
) {
  for (const place of PLACES) {
    Deno.test(`transcript ${name}, while another node takes over at ${place}`, async () => {
      const text = await Deno.readTextFile(new URL(name, folder));
      const language = name.includes("french") ? "fr" : "en";
      await using town = await startTown({ ...settings, server: { language } });
      let isStopped = false;
      await runTranscript(text, {
        port: (before) => town.servers[1 + before % 2]!.port,
        cut: (bytes) => [bytes],
        setRole: (user, role) => setRole(town, user, role),
        async before(now) {
          if (isStopped || now < place) return;
          isStopped = true;
          await town.stopLeader();
        },
      });
      const leads = town.log.batches.filter(({ lead }) => lead !== undefined);
      assert.deepEqual([isStopped, leads.length], [true, 2]);
    });
  }
}

/** Sets the role of an account, as an operator of a node that does not lead at first. */
async function setRole({ servers }: Town, user: string, role: string): Promise<void> {
  await using operator = await Client.operator(servers[1]!.running.adminSocket!);
  const reply = await operator.ask({ type: "user_role", user, role });
  assert.equal(reply["status"], "ok");
}
