// Tests that dashboard, rules and alerts ask for what the server exports.
import assert from "node:assert/strict";
import { allMetrics } from "../../scripts/metrics_page.ts";
import { DATASOURCE, place } from "../../scripts/monitoring/dashboard.ts";
import { dashboardQueries, metricsOf, ruleQueries } from "./queries.ts";

const MONITORING = new URL("../../monitoring/", import.meta.url);
/** Metrics that Prometheus makes itself. */
const OF_PROMETHEUS = ["up"];

const recorded = ruleQueries("rules.yml").map(({ where }) => where.split(" ")[1]!);
const known = new Set([
  ...OF_PROMETHEUS,
  ...recorded,
  ...allMetrics().flatMap(({ name, type }) =>
    type === "histogram" ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name]
  ),
]);

Deno.test("metricsOf finds names, and neither functions nor labels, texts, durations nor numbers", () => {
  const expr =
    'histogram_quantile(0.99, sum by (job, le) (rate(a_bucket{x="b_total", y=~"c"}[5m]))) / on (job) d:e > 1e3 ' +
    "and time() - (f > 0 or g_2) > 26 * 3600";
  assert.deepEqual(metricsOf(expr), ["a_bucket", "d:e", "f", "g_2"]);
});

for (
  const [what, queries, atLeast] of [
    ["the dashboard", dashboardQueries(), 30],
    ["the recording rules", ruleQueries("rules.yml"), 5],
    ["the alerts", ruleQueries("alerts.yml"), 12],
  ] as const
) {
  Deno.test(`every metric that ${what} names is exported`, () => {
    assert.ok(queries.length >= atLeast, `only ${queries.length} were found`);
    for (const { where, expr } of queries) {
      const names = metricsOf(expr);
      assert.ok(names.length > 0, `${where}: ${expr}`);
      assert.deepEqual(names.filter((name) => !known.has(name)), [], `${where}: ${expr}`);
    }
  });
}

Deno.test("no rule is overlooked", () => {
  for (const file of ["rules.yml", "alerts.yml"] as const) {
    const text = Deno.readTextFileSync(new URL(`prometheus/${file}`, MONITORING));
    const count = text.match(/^ +- (record|alert): /gm)!.length;
    assert.equal(ruleQueries(file).length, count, file);
  }
});

Deno.test("every recording rule is used", () => {
  const used = new Set([...dashboardQueries(), ...ruleQueries("alerts.yml")]
    .flatMap(({ expr }) => metricsOf(expr)));
  assert.deepEqual(recorded.filter((name) => !used.has(name)), []);
});

Deno.test("every alert has a severity and tells what it is about", () => {
  const text = Deno.readTextFileSync(new URL("prometheus/alerts.yml", MONITORING));
  for (const alert of text.split(/^ +- alert: /m).slice(1)) {
    assert.match(alert, /severity: (critical|warning)/);
    assert.match(alert, /summary: \S/);
    assert.match(alert, /description: "?\S/);
  }
});

Deno.test("the dashboard uses the data source that is provisioned, and its panels do not overlap", () => {
  const path = "grafana/provisioning/datasources/prometheus.yml";
  const provisioned = Deno.readTextFileSync(new URL(path, MONITORING));
  assert.match(provisioned, new RegExp(`^ +uid: ${DATASOURCE.uid}$`, "m"));
  const taken = new Set<string>();
  for (const { panel, gridPos: { x, y, w, h } } of place()) {
    assert.ok(x + w <= 24, panel.title);
    for (let column = x; column < x + w; column++) {
      for (let row = y; row < y + h; row++) {
        const cell = `${column},${row}`;
        assert.ok(!taken.has(cell), `${panel.title} overlaps at ${cell}`);
        taken.add(cell);
      }
    }
  }
});
