// Draws the dashboard with the data of a real run as an SVG for the documents. It looks like Grafana but is
// simpler.
import { place } from "./dashboard.ts";
import { type Panel, PANELS } from "./panels.ts";
import { scale, shown } from "./units.ts";

/** A line of a panel: its name, and its values over time. */
export interface Line {
  readonly name: string;
  /** Seconds and values, in order. */
  readonly points: readonly (readonly [number, number])[];
}

/** The content of a picture. */
export interface Picture {
  readonly title: string;
  /** First and last second. */
  readonly start: number;
  readonly end: number;
  /** The lines of each panel, by its title. */
  readonly lines: ReadonlyMap<string, readonly Line[]>;
}

interface Box {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

const COLUMN = 50;
const ROW = 27;
const GAP = 8;
const HEAD = 34;
const LEGEND_LINE = 14;
const COLOURS = [
  "#3274d9",
  "#e0752d",
  "#3f9c35",
  "#a352cc",
  "#c4162a",
  "#1f9e9e",
  "#b58900",
  "#777",
];

/** Returns the content of the picture's file. */
export function drawPicture(picture: Picture): string {
  // A server alone has nothing to show of a cluster.
  const hasData = ({ title, queries }: Panel) =>
    (picture.lines.get(title) ?? []).length > 0 || queries.some(({ mayBeEmpty }) => !mayBeEmpty);
  const placed = place(PANELS.filter(hasData));
  const width = 24 * COLUMN + GAP;
  const height = HEAD + Math.max(...placed.map(({ gridPos: { y, h } }) => y + h)) * ROW + GAP;
  const panels = placed.map(({ panel, gridPos: { x, y, w, h } }) => {
    const box = {
      x: x * COLUMN + GAP,
      y: HEAD + y * ROW,
      w: w * COLUMN - GAP,
      h: h * ROW - GAP,
    };
    return drawPanel(panel, box, picture);
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" ` +
    `font-family="sans-serif" font-size="11" fill="#333" role="img">
<title>${escape(picture.title)}</title>
<rect width="${width}" height="${height}" fill="#f4f5f5"/>
<text x="${GAP}" y="22" font-size="15" font-weight="bold">${escape(picture.title)}</text>
${panels.join("\n")}
</svg>
`;
}

function drawPanel(panel: Panel, box: Box, picture: Picture): string {
  const lines = (picture.lines.get(panel.title) ?? []).filter(({ points }) => points.length > 0);
  const { x, y, w, h } = box;
  const frame =
    `<rect x="${x}" y="${y}" width="${w}" height="${h}" fill="#fff" stroke="#d8d9da"/>` +
    `<text x="${x + 8}" y="${y + 16}" font-weight="bold">${escape(panel.title)}</text>`;
  const inside = lines.length === 0
    ? text(x + w / 2, y + h / 2 + 8, "no data", 'text-anchor="middle" fill="#999"')
    : panel.kind === "stat"
    ? drawStat(panel, box, lines[0]!)
    : drawGraph(panel, box, { lines, picture });
  return `<g>${frame}${inside}</g>`;
}

function drawStat(panel: Panel, { x, y, w, h }: Box, { points }: Line): string {
  const value = points.at(-1)![1];
  const instead = panel.texts?.[value];
  const colour = instead === undefined ? colourOf(value, panel) : NAMED_COLOURS[instead.color];
  const style = `text-anchor="middle" font-size="26" fill="${colour}"`;
  return text(x + w / 2, y + h / 2 + 20, instead?.text ?? shown(value, panel.unit), style);
}

/** Grafana's names of colours. */
const NAMED_COLOURS: Readonly<Record<string, string>> = {
  red: "#c4162a",
  yellow: "#b58900",
  green: "#3f9c35",
  text: "#333",
};

function colourOf(value: number, { thresholds }: Panel): string {
  const [yellow, red] = thresholds ?? [Infinity, Infinity];
  const past = (limit: number) => yellow <= red ? value >= limit : value <= limit;
  return NAMED_COLOURS[past(red) ? "red" : past(yellow) ? "yellow" : "green"]!;
}

function drawGraph(
  { unit }: Panel,
  { x, y, w, h }: Box,
  { lines, picture: { start, end } }: { lines: readonly Line[]; picture: Picture },
): string {
  const legend = drawLegend(lines, { x: x + 8, y: y + h, w: w - 16, h: 0 });
  const plot = { x: x + 56, y: y + 28, w: w - 68, h: h - 56 - legend.height };
  const { top, steps } = scale(
    Math.max(...lines.flatMap(({ points }) => points.map(([, v]) => v))),
    unit,
  );
  const across = (t: number) => (plot.x + (t - start) / (end - start) * plot.w).toFixed(1);
  const up = (v: number) => (plot.y + plot.h - v / top * plot.h).toFixed(1);
  const grid = steps.map((value) =>
    `<path d="M${plot.x} ${up(value)}h${plot.w}" stroke="#e6e6e6"/>` +
    text(plot.x - 4, Number(up(value)) + 4, shown(value, unit), 'text-anchor="end" fill="#666"')
  );
  const minutes = [0, 1, 2, 3].map((part) => {
    const at = start + (end - start) * part / 3;
    const label = `${Math.round((at - start) / 60)} min`;
    const anchor = part === 0 ? "start" : part === 3 ? "end" : "middle";
    return text(
      Number(across(at)),
      plot.y + plot.h + 14,
      label,
      `text-anchor="${anchor}" fill="#666"`,
    );
  });
  const curves = lines.map(({ points }, index) =>
    `<polyline fill="none" stroke-width="1.4" stroke="${colour(index)}" ` +
    `points="${points.map(([t, v]) => `${across(t)},${up(v)}`).join(" ")}"/>`
  );
  return [...grid, ...minutes, ...curves, legend.svg].join("");
}

function drawLegend(lines: readonly Line[], { x, y, w }: Box): { svg: string; height: number } {
  let [column, row] = [0, 0];
  const items = lines.map(({ name }, index) => {
    const width = 24 + name.length * 6.6;
    if (column + width > w && column > 0) [column, row] = [0, row + 1];
    const item = { left: x + column, row, name, index };
    column += width;
    return item;
  });
  const svg = items.map(({ left, row: own, name, index }) => {
    const base = y - 8 - (row - own) * LEGEND_LINE;
    return `<path d="M${left} ${base - 4}h10" stroke="${colour(index)}" stroke-width="3"/>` +
      text(left + 13, base, name);
  });
  return { svg: svg.join(""), height: (row + 1) * LEGEND_LINE };
}

function colour(index: number): string {
  return COLOURS[index % COLOURS.length]!;
}

function text(x: number, y: number, what: string, style = ""): string {
  return `<text x="${x}" y="${y}"${style && ` ${style}`}>${escape(what)}</text>`;
}

function escape(what: string): string {
  return what.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}
