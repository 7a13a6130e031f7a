// Tests with Debian's Prometheus: it scrapes a server, and every query is run.
import assert from "node:assert/strict";
import { makeBackup } from "../support/backup.ts";
import { withDirectory } from "../support/directory.ts";
import { ServerProcess } from "../support/process.ts";
import { testWith } from "../support/programs.ts";
import { startLesson } from "./lesson.ts";
import { Prometheus, promtool } from "./prometheus.ts";
import { dashboardQueries, ruleQueries } from "./queries.ts";

const PROMETHEUS = { programs: ["prometheus", "promtool"] };
const ASKED = [...dashboardQueries(), ...ruleQueries("rules.yml")];
const path = (name: string) => new URL(`../../${name}`, import.meta.url).pathname;

testWith(
  PROMETHEUS,
  "promtool finds nothing wrong with the configuration, the rules and the alerts",
  async () => {
    const told = await promtool(["check", "config", path("monitoring/prometheus/prometheus.yml")]);
    assert.match(told, /2 rule files found/);
  },
);

testWith(
  PROMETHEUS,
  "each alert fires when it should, and not before",
  () =>
    assert.doesNotReject(
      promtool(["test", "rules", path("monitoring/prometheus/alerts_test.yml")]),
    ),
);

testWith(
  PROMETHEUS,
  "Prometheus scrapes a server in use, and every query returns data",
  () =>
    withDirectory(async (dataDir) => {
      await using server = await ServerProcess.start(dataDir);
      await using prometheus = await Prometheus.start(server.metricsPort, 1);
      const lesson = await startLesson(server.port, { students: 9, messagesPerSecond: () => 20 });
      try {
        await makeBackup({ dataDir, directory: `${dataDir}/backups`, keep: 1, now: new Date() });
        for (const { where, expr, mayBeEmpty } of ASKED) {
          if (mayBeEmpty) {
            await prometheus.query(expr);
            continue;
          }
          await prometheus.until(`data of ${where}: ${expr}`, async () => {
            const series = await prometheus.query(expr);
            return series.some(({ value }) => Number.isFinite(Number(value?.[1])));
          });
        }
        for (const { expr } of ruleQueries("alerts.yml")) await prometheus.query(expr);
        await prometheus.until("no failing rule", async () => {
          const failures = await prometheus.query("prometheus_rule_evaluation_failures_total > 0");
          return failures.length === 0;
        });
      } finally {
        await lesson.end();
      }
    }),
);

testWith(
  PROMETHEUS,
  "promtool finds nothing wrong with the metrics of a server in use",
  () =>
    withDirectory(async (dataDir) => {
      await using server = await ServerProcess.start(dataDir);
      const lesson = await startLesson(server.port, { students: 3, messagesPerSecond: () => 50 });
      await lesson.end();
      const response = await fetch(`http://127.0.0.1:${server.metricsPort}/metrics`);
      assert.equal(await promtool(["check", "metrics"], await response.text()), "");
    }),
);
