// Finds every query of the dashboard, the rules and the alerts, and the metrics that each names.
import { PANELS } from "../../scripts/monitoring/panels.ts";

const DIRECTORY = new URL("../../monitoring/prometheus/", import.meta.url);

/** A query and its place. */
export interface FoundQuery {
  readonly where: string;
  readonly expr: string;
  /** Whether a healthy server may have no data for it. */
  readonly mayBeEmpty: boolean;
}

/** Returns the queries of the dashboard. */
export function dashboardQueries(): FoundQuery[] {
  return PANELS.flatMap(({ title, queries }) =>
    queries.map(({ expr, mayBeEmpty }) => ({
      where: `panel ${title}`,
      expr,
      mayBeEmpty: mayBeEmpty !== undefined,
    }))
  );
}

/** Returns the queries of a rules file, by the name of the rule or alert. */
export function ruleQueries(file: "rules.yml" | "alerts.yml"): FoundQuery[] {
  const text = Deno.readTextFileSync(new URL(file, DIRECTORY));
  // An expression is on its line, or folded on the more indented lines after `>-`.
  const pattern =
    /^ +- (?:record|alert): (\S+)\n(?: +#.*\n)*( +)expr: (?:>-\n((?:\2 +.*\n)+)|(.*)\n)/gm;
  return [...text.matchAll(pattern)].map(([, name, , folded, plain]) => ({
    where: `${file} ${name}`,
    expr: (folded ?? plain)!.trim().replace(/\s+/g, " "),
    // An alert without data means a healthy server.
    mayBeEmpty: file === "alerts.yml",
  }));
}

const WORDS = new Set(["by", "without", "and", "or", "unless", "on", "ignoring", "bool", "offset"]);

/** Returns the names of metrics in a query: all words except functions, labels, texts, durations and numbers. */
export function metricsOf(expr: string): string[] {
  const bare = expr
    .replace(/"[^"]*"/g, '""')
    .replace(/\{[^}]*\}/g, " ")
    .replace(/\[[^\]]*\]/g, " ")
    .replace(/\b(by|without|on|ignoring)\s*\([^)]*\)/g, " ");
  const names = [...bare.matchAll(/(?<![\w:.])([a-zA-Z_:][\w:]*)(\s*\()?/g)];
  return [
    ...new Set(
      names.filter(([, name, call]) => call === undefined && !WORDS.has(name!))
        .map(([, name]) => name!),
    ),
  ];
}

/** Returns a query of the dashboard as Prometheus accepts it. */
export function withoutVariables(expr: string, rateInterval: string): string {
  return expr.replaceAll("$__rate_interval", rateInterval).replaceAll("$instance", ".*");
}
