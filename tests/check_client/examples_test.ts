// The whole clients in examples/ pass every check of check-client.
import assert from "node:assert/strict";
import { driveClient, withStatus } from "../support/driven_client.ts";
import { EXAMPLES } from "../support/example_clients.ts";
import { testWith } from "../support/programs.ts";

for (const { name, needs, start } of EXAMPLES) {
  testWith({ programs: needs }, `${name} passes every check`, async () => {
    await using client = await start();
    const driven = await driveClient(client.program);
    for (const status of ["failed", "not_tried", "not_done"] as const) {
      assert.deepEqual(withStatus(driven, status), [], `${status}\n${driven.output}`);
    }
  });
}
