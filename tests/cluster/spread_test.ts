// The property of the whole chat, with the connections of each person spread over the nodes of a cluster.
import assert from "node:assert/strict";
import fc from "fast-check";
import { Play, type Step } from "../chat/play.ts";
import { ACCOUNTS } from "../chat/stage.ts";
import { step, steps } from "../chat/steps.ts";
import { Cast } from "./cast.ts";

/** More with `task test:cluster`. */
const RUNS = Number(Deno.env.get("CLUSTER_RUNS") ?? 25);

async function play(steps: readonly Step[]): Promise<Cast> {
  const cast = await Cast.start(ACCOUNTS);
  const play = new Play(cast);
  for (const each of steps) await play.run(each);
  await play.end();
  return cast;
}

Deno.test("with the cast on three nodes, nobody reads what they may not", async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (steps) => {
      await using cast = await play(steps);
      const used = cast.log.batches.flatMap(({ outputs }) => outputs.map(([edge]) => edge));
      assert.ok(!used.includes("local"), "all connections are at far edges");
    }),
    { numRuns: RUNS },
  );
});

Deno.test("when nodes take over, or edges are given up and come back, everyone is who and where they were", async () => {
  const takeOver = { weight: 4, arbitrary: fc.record({ do: fc.constant("takeOver") }) };
  const giveUp = fc.record({ do: fc.constant("giveUp"), nth: fc.nat(2) });
  const any: fc.Arbitrary<unknown> = fc.oneof({ weight: 25, arbitrary: step }, takeOver, giveUp);
  await fc.assert(
    fc.asyncProperty(
      fc.array(any as fc.Arbitrary<Step>, { maxLength: 60, size: "max" }),
      async (steps) => {
        await using cast = await play(steps);
        const leads = cast.log.batches.filter(({ lead }) => lead !== undefined).length;
        assert.equal(leads, 1 + steps.filter((each) => each.do === "takeOver").length);
      },
    ),
    { numRuns: RUNS },
  );
});
