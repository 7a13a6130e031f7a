// Each planted fault is found by the check that is meant for it, and no other check fails.
import assert from "node:assert/strict";
import { FAULTS } from "../../lib/check_client/checks.ts";
import { driveClient, withStatus } from "../support/driven_client.ts";
import { EXAMPLES } from "../support/example_clients.ts";
import { testWith } from "../support/programs.ts";
import { PLANTED } from "./planted.ts";

/** How many clients run at a time. Most of their time they wait. */
const TOGETHER = 8;

for (const { name, needs, start } of EXAMPLES) {
  const planted = PLANTED.filter(({ client }) => client === name);
  testWith(
    { programs: needs },
    `the checks find each fault planted in ${name}, and no other`,
    async (context) => {
      const waiting = [...planted];
      const run = async () => {
        for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
          const { does, fault, limits, replacements } = next;
          await context.step({
            name: `${fault}: a client that ${does}`,
            sanitizeOps: false,
            sanitizeResources: false,
            sanitizeExit: false,
            fn: async () => {
              await using client = await start(replacements);
              const driven = await driveClient(client.program, {
                doubted: FAULTS[fault],
                ...limits && { limits },
              });
              const wanted = [`${FAULTS[fault]}: ${fault}`];
              assert.deepEqual(withStatus(driven, "failed"), wanted, driven.output);
            },
          });
        }
      };
      await Promise.all(Array.from({ length: TOGETHER }, run));
    },
  );
}
