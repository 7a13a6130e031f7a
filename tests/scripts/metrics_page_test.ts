// Tests that docs/METRICS.md tells of all that a running server exports.
import assert from "node:assert/strict";
import { ADVICE, allMetrics } from "../../scripts/metrics_page.ts";
import { startTestServer } from "../support/server.ts";

Deno.test("the page has every metric of a running server, with its type and help", async () => {
  await using server = await startTestServer();
  const response = await fetch(`http://127.0.0.1:${server.metricsPort}/metrics`);
  const text = await response.text();
  const told = (what: string) =>
    new Map(
      [...text.matchAll(new RegExp(`^# ${what} (\\S+) (.*)$`, "gm"))].map((match) =>
        [match[1]!, match[2]!] as const
      ),
    );
  const [types, helps] = [told("TYPE"), told("HELP")];
  const exported = [...types].map(([name, type]) => ({ name, type, help: helps.get(name) }));
  exported.sort((a, b) => a.name < b.name ? -1 : 1);
  const described = allMetrics().filter(({ name }) =>
    !/^classcord_(?:tls|directory|cluster)_/.test(name)
  );
  assert.deepEqual(described.map(({ name, type, help }) => ({ name, type, help })), exported);
});

Deno.test("advice is given on metrics that exist", () => {
  const names = new Set(allMetrics().map(({ name }) => name));
  assert.deepEqual(Object.keys(ADVICE).filter((name) => !names.has(name)), []);
});
