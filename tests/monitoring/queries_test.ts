// Tests that dashboard, rules and alerts use metrics that the server exports.
import assert from "node:assert/strict";
import { allMetrics } from "../../scripts/metrics_page.ts";
import { dashboardJson, place } from "../../scripts/monitoring/dashboard.ts";
import { PANELS } from "../../scripts/monitoring/panels.ts";
import { dashboardQueries, metricsOf, ruleQueries } from "./queries.ts";

const MONITORING = new URL("../../monitoring/", import.meta.url);
/** Metrics of Prometheus itself. */
const OF_PROMETHEUS = ["up", "ALERTS"];

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

Deno.test("every alert has a severity and a description", () => {
  const text = Deno.readTextFileSync(new URL("prometheus/alerts.yml", MONITORING));
  for (const alert of text.split(/^ +- alert: /m).slice(1)) {
    assert.match(alert, /severity: (critical|warning)/);
    assert.match(alert, /summary: \S/);
    assert.match(alert, /description: "?\S/);
  }
});

Deno.test("the data source of the dashboard can be chosen, and every query uses it", () => {
  const dashboard = JSON.parse(dashboardJson());
  const [choice, ...others] = dashboard.templating.list;
  assert.deepEqual([choice.name, choice.type, choice.query], [
    "datasource",
    "datasource",
    "prometheus",
  ]);
  const asking = [
    ...others,
    ...dashboard.panels,
    ...dashboard.panels.flatMap(({ targets }: { targets: unknown[] }) => targets),
  ];
  assert.ok(asking.length > 50);
  for (const { datasource } of asking) {
    assert.deepEqual(datasource, { type: "prometheus", uid: "${datasource}" });
  }
});

Deno.test("a stat always shows something: texts or zeros without a server, TLS or alerts", () => {
  for (const { title, kind, queries } of PANELS) {
    if (kind === "stat") assert.ok(queries.every(({ mayBeEmpty }) => !mayBeEmpty), title);
  }
  const { panels } = JSON.parse(dashboardJson());
  const mappings = (title: string) =>
    panels.find((panel: { title: string }) => panel.title === title).fieldConfig.defaults
      .mappings[0].options;
  assert.deepEqual([mappings("Server")[0].text, mappings("Server")[1].text], ["down", "up"]);
  assert.equal(mappings("Certificate")[0].text, "no TLS");
});

Deno.test("the panels of the dashboard do not overlap", () => {
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
