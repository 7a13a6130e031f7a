// The metrics of the nodes of a cluster.
import assert from "node:assert/strict";
import { allMetrics } from "../../scripts/metrics_page.ts";
import { Client } from "../support/client.ts";
import type { TestServer } from "../support/server.ts";
import { startTown } from "./town.ts";

/** The samples without labels that a server exports, by name, and the names of all its metrics. */
async function scrape(server: TestServer) {
  const response = await fetch(`http://127.0.0.1:${server.metricsPort}/metrics`);
  const text = await response.text();
  const samples = new Map(
    [...text.matchAll(/^(\w+) (\S+)$/gm)].map(([, name, value]) => [name!, Number(value)]),
  );
  return { samples, names: [...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name!) };
}

Deno.test("each node exports all metrics, and its own part in the cluster", async () => {
  await using town = await startTown();
  await using client = await Client.connect(town.servers[1]!.port);
  await client.ask({ type: "message", from: "ada", content: "bonjour", ref: "1" });
  const documented = allMetrics().map(({ name }) => name)
    .filter((name) => !/^classcord_(?:tls|directory)_/.test(name));
  for (const [index, server] of town.servers.entries()) {
    const { samples, names } = await scrape(server);
    assert.deepEqual(names.sort(), documented);
    const of = (name: string) => samples.get(`classcord_cluster_${name}`);
    const leads = index === 0;
    assert.equal(of("leading"), Number(leads));
    assert.equal(of("takeovers_total"), Number(leads));
    assert.deepEqual([of("connected"), of("batches_behind"), of("cut_off_seconds")], [1, 0, 0]);
    // The batch of the lead, and at least one with the message.
    assert.ok(of("batches_total")! >= 2, String(of("batches_total")));
    const appended = of("append_seconds_count")!;
    if (leads) assert.equal(appended, of("batches_total"));
    else assert.equal(appended, 0);
    assert.equal(samples.get("classcord_connections"), Number(index === 1));
    assert.ok(samples.get("classcord_database_bytes")! > 0);
  }
});

Deno.test("a node that takes over counts it", async () => {
  await using town = await startTown();
  await town.stopLeader();
  await using client = await Client.connect(town.servers[2]!.port);
  // The ack comes from the new leader.
  await client.ask({ type: "message", from: "ada", content: "", ref: "1" });
  const scraped = await Promise.all(town.servers.slice(1).map(scrape));
  const took = scraped.map(({ samples }) => samples.get("classcord_cluster_takeovers_total"));
  assert.deepEqual(took.toSorted(), [0, 1]);
});
