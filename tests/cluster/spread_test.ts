// The property of the whole chat, with the connections of each person spread over the nodes of a cluster.
import assert from "node:assert/strict";
import fc from "fast-check";
import { Play } from "../chat/play.ts";
import { ACCOUNTS } from "../chat/stage.ts";
import { steps } from "../chat/steps.ts";
import { Cast } from "./cast.ts";

Deno.test("with the cast on three nodes, nobody reads what they may not", async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (steps) => {
      await using cast = await Cast.start(ACCOUNTS);
      const play = new Play(cast);
      for (const each of steps) await play.run(each);
      await play.end();
      const used = cast.log.batches.flatMap(({ outputs }) => outputs.map(([edge]) => edge));
      assert.ok(!used.includes("local"), "all connections are at far edges");
    }),
    { numRuns: 60 },
  );
});
