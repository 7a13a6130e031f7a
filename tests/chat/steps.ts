// The steps of the property test, any in any order.
import fc from "fast-check";
import { CAST, ROOMS } from "./model.ts";
import type { Step } from "./play.ts";

const person = fc.constantFrom(...CAST.map(({ name }) => name));
const room = fc.constantFrom(...ROOMS);
const connection = fc.constantFrom(0, 1);

/** A step of the cast. */
export const step = fc.oneof(
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

/** Steps of the cast. */
export const steps: fc.Arbitrary<Step[]> = fc.array(step as fc.Arbitrary<Step>, {
  maxLength: 60,
  size: "max",
});
