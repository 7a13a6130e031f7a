// Tests of lib/server/cluster/waits.ts.
import assert from "node:assert/strict";
import { JetStreamError } from "../../lib/cluster/nats/jetstream.ts";
import { troubleText } from "../../lib/server/cluster/waits.ts";

Deno.test("what a node waits for says what to do, where NATS does not", () => {
  assert.equal(
    troubleText(new JetStreamError(10_005, "no suitable peers for placement")),
    "fewer NATS servers than the log requires have joined (no suitable peers for placement). Start nats-server on the " +
      "other machines. If it runs on all, restart it on one after the other",
  );
  assert.equal(
    troubleText(new Error("no responders: '$JS.API.STREAM.INFO.x'")),
    "JetStream does not answer. Enable it in the configuration of nats-server",
  );
  assert.equal(troubleText(new Error("timeout")), "timeout");
});
