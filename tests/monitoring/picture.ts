// `deno task picture [MINUTES]`: runs a lesson on a real server scraped by a real Prometheus, and draws it as
// docs/images/dashboard.svg. Requires Debian's package prometheus.
import { makeBackup } from "../support/backup.ts";
import { type Panel, PANELS } from "../../scripts/monitoring/panels.ts";
import { drawPicture, type Line } from "../../scripts/monitoring/picture.ts";
import { withDirectory } from "../support/directory.ts";
import { runCommand, ServerProcess } from "../support/process.ts";
import { findProgram } from "../support/programs.ts";
import { startLesson } from "./lesson.ts";
import { Prometheus, type Series } from "./prometheus.ts";

const STUDENTS = 30;
const BUSIEST = 40;
const POINTS = 120;
const FILE = new URL("../../docs/images/dashboard.svg", import.meta.url);

if (["prometheus", "promtool"].some((name) => findProgram(name) === undefined)) {
  console.error("Expected the programs prometheus and promtool, got none: install prometheus.");
  Deno.exit(1);
}
const minutes = Number(Deno.args[0] ?? 10);
const seconds = minutes * 60;

await withDirectory(async (dataDir) => {
  await using server = await ServerProcess.start(dataDir);
  await using prometheus = await Prometheus.start(server.metricsPort, 2);
  const start = Date.now() / 1000;
  // Discovery takes five seconds, and the first rate needs several scrapes.
  await prometheus.until("a scrape", async () => (await prometheus.query("up == 1")).length > 0);
  await makeBackup({ dataDir, directory: `${dataDir}/backups`, keep: 1, now: new Date() });
  // The class warms up, works, and falls silent.
  const share = () => Math.sin(Math.PI * Math.min(1, (Date.now() / 1000 - start) / seconds));
  const lesson = await startLesson(server.port, {
    students: STUDENTS,
    messagesPerSecond: () => 1 + BUSIEST * share() * (0.7 + 0.3 * Math.random()),
  });
  await new Promise((resolve) => setTimeout(resolve, seconds * 500));
  const { code, stderr } = await runCommand(["ban", "192.0.2.7", "guesses", "--data-dir", dataDir]);
  if (code !== 0) throw new Error(`classcord ban: ${code} ${stderr}`);
  await new Promise((resolve) => setTimeout(resolve, seconds * 500));
  const end = Date.now() / 1000;
  const lines = new Map<string, Line[]>();
  for (const panel of PANELS) {
    lines.set(
      panel.title,
      await linesOf(
        panel,
        (expr) =>
          prometheus.range(expr, { start: start + 15, end, step: (end - start - 15) / POINTS }),
      ),
    );
  }
  await lesson.end();
  const title = `ClassCord: a lesson of ${minutes} minutes, ${STUDENTS} students`;
  await Deno.mkdir(new URL(".", FILE), { recursive: true });
  await Deno.writeTextFile(FILE, drawPicture({ title, start: start + 15, end, lines }));
});

async function linesOf(
  { queries }: Panel,
  ask: (expr: string) => Promise<readonly Series[]>,
): Promise<Line[]> {
  const lines: Line[] = [];
  for (const { expr, legend } of queries) {
    for (const { metric, values = [] } of await ask(expr)) {
      const name = legend.replaceAll(/\{\{(\w+)\}\}/g, (_, label) => metric[label] ?? "");
      const points = values.map(([t, v]) => [t, Number(v)] as const)
        .filter(([, value]) => Number.isFinite(value));
      // Of several reasons and codes, only those that occurred are drawn.
      if (legend.includes("{{") && points.every(([, value]) => value === 0)) continue;
      lines.push({ name, points });
    }
  }
  return lines;
}
