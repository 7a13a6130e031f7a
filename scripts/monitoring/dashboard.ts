// Generates the Grafana dashboard from the panels.
import { type Panel, PANELS } from "./panels.ts";

/** The data source, which the user selects at the top of the dashboard. */
const DATASOURCE = { type: "prometheus", uid: "${datasource}" };

const COLUMNS = 24;
const SIZES = { stat: { w: 3, h: 4 }, graph: { w: 8, h: 8 } } as const;

/** Returns the content of the dashboard's file. */
export function dashboardJson(): string {
  const dashboard = {
    uid: "classcord",
    title: "ClassCord",
    description: "Made by `deno task docs` of scripts/monitoring/panels.ts.",
    tags: ["classcord"],
    schemaVersion: 39,
    editable: true,
    graphTooltip: 1,
    time: { from: "now-3h", to: "now" },
    refresh: "30s",
    timezone: "browser",
    templating: { list: [datasourceChoice(), serverChoice()] },
    annotations: { list: [] },
    panels: place().map(({ panel, gridPos }, index) => ({
      id: index + 1,
      title: panel.title,
      description: panel.description,
      type: panel.kind === "graph" ? "timeseries" : "stat",
      datasource: DATASOURCE,
      gridPos,
      targets: panel.queries.map(({ expr, legend }, query) => ({
        refId: String.fromCharCode(65 + query),
        datasource: DATASOURCE,
        expr,
        legendFormat: legend,
      })),
      fieldConfig: { defaults: fieldDefaults(panel), overrides: [] },
      options: panel.kind === "graph" ? GRAPH_OPTIONS : STAT_OPTIONS,
    })),
  };
  return `${JSON.stringify(dashboard, null, 2)}\n`;
}

const GRAPH_OPTIONS = {
  legend: { displayMode: "list", placement: "bottom", showLegend: true },
  tooltip: { mode: "multi", sort: "desc" },
};
const STAT_OPTIONS = {
  colorMode: "value",
  graphMode: "area",
  reduceOptions: { calcs: ["lastNotNull"], fields: "", values: false },
};

/** Returns the position of each panel: stats in one row, graphs three to a row. */
export function place(panels: readonly Panel[] = PANELS): {
  panel: Panel;
  gridPos: { x: number; y: number; w: number; h: number };
}[] {
  let [x, y, lineHeight] = [0, 0, 0];
  return panels.map((panel) => {
    const { w, h } = SIZES[panel.kind];
    if (x + w > COLUMNS || (x > 0 && h !== lineHeight)) [x, y] = [0, y + lineHeight];
    const gridPos = { x, y, w, h };
    [x, lineHeight] = [x + w, h];
    return { panel, gridPos };
  });
}

/** Lets the user select any Prometheus in Grafana. The default is Grafana's default data source. */
function datasourceChoice() {
  return {
    name: "datasource",
    label: "data source",
    type: "datasource",
    query: "prometheus",
    regex: "",
    current: {},
    refresh: 1,
    hide: 0,
    includeAll: false,
    multi: false,
    options: [],
  };
}

function serverChoice() {
  const query = 'label_values(up{job="classcord"}, instance)';
  return {
    name: "instance",
    label: "server",
    type: "query",
    datasource: DATASOURCE,
    definition: query,
    query: { query, refId: "instance" },
    includeAll: true,
    multi: true,
    allValue: ".*",
    current: { text: "All", value: "$__all" },
    refresh: 2,
    sort: 1,
  };
}

function fieldDefaults({ kind, unit, thresholds, texts }: Panel) {
  const base = { unit, min: unit === "dtdurations" ? undefined : 0 };
  if (kind === "graph") {
    return {
      ...base,
      custom: { drawStyle: "line", lineWidth: 1, fillOpacity: 8, showPoints: "never" },
    };
  }
  return {
    ...base,
    thresholds: { mode: "absolute", steps: steps(thresholds) },
    mappings: texts === undefined ? [] : [mapping(texts)],
  };
}

/** Returns texts that replace values, in Grafana's format. */
function mapping(texts: NonNullable<Panel["texts"]>) {
  const options = Object.entries(texts).map(([value, { text, color }], index) => {
    return [value, { text, color, index }];
  });
  return { type: "value", options: Object.fromEntries(options) };
}

function steps(thresholds: Panel["thresholds"]): { color: string; value: number | null }[] {
  if (thresholds === undefined) return [{ color: "green", value: null }];
  const [yellow, red] = thresholds;
  return yellow < red
    ? [
      { color: "green", value: null },
      { color: "yellow", value: yellow },
      { color: "red", value: red },
    ]
    : [
      { color: "red", value: null },
      { color: "yellow", value: red },
      { color: "green", value: yellow },
    ];
}
