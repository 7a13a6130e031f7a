// A property of the whole chat, for any requests in any order: nobody reads what a simple model forbids, everyone
// receives what the model expects, and the roster, the channels and the sessions agree.
import fc from "fast-check";
import { Play } from "./play.ts";
import { steps } from "./steps.ts";

Deno.test("for any requests in any order, nobody reads what they may not", async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (steps) => {
      const play = new Play();
      for (const each of steps) await play.run(each);
      await play.end();
    }),
    { numRuns: 150 },
  );
});
