// A property of the whole chat, for any requests in any order: nobody reads what a simple model forbids, everyone
// receives what the model expects, and the roster, the channels and the sessions agree.
import fc from "fast-check";
import { CAST, ROOMS } from "./model.ts";
import { Play, type Step } from "./play.ts";

const person = fc.constantFrom(...CAST.map(({ name }) => name));
const room = fc.constantFrom(...ROOMS);
const connection = fc.constantFrom(0, 1);

const step = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant("enter"), who: person, connection }) },
  fc.record({ do: fc.constant("logout"), who: person, connection }),
  fc.record({ do: fc.constant("drop"), who: person, connection }),
  { weight: 3, arbitrary: fc.record({ do: fc.constant("join"), who: person, connection, room }) },
  fc.record({ do: fc.constant("leave"), who: person, connection, room }),
  { weight: 2, arbitrary: fc.record({ do: fc.constant("move"), who: person, connection, room }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant("say"), who: person, connection, room }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant("whisper"), who: person, connection, whom: person }),
  },
  fc.record({ do: fc.constant("kick"), who: person, connection, whom: person, room }),
  fc.record({ do: fc.constant("kickOut"), who: person, connection, whom: person }),
  fc.record({ do: fc.constant("ban"), who: person, connection, whom: person }),
  fc.record({ do: fc.constant("unban"), who: person, connection, whom: person }),
  fc.record({ do: fc.constant("read"), who: person, connection }),
  fc.record({ do: fc.constant("close"), who: person, connection, room }),
  fc.record({ do: fc.constant("open"), who: person, connection, room }),
  fc.record({ do: fc.constant("delete"), who: person, connection, nth: fc.nat(20) }),
  fc.record({ do: fc.constant("restrict"), room, to: fc.subarray(CAST.map(({ name }) => name)) }),
  { weight: 2, arbitrary: fc.record({ do: fc.constant("turn") }) },
);

Deno.test("for any requests in any order, nobody reads what they may not", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60, size: "max" }), async (steps) => {
      const play = new Play();
      for (const each of steps) await play.run(each as Step);
      await play.end();
    }),
    { numRuns: 150 },
  );
});
