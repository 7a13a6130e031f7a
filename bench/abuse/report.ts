// Reports the results of the rows: the bars they missed, in words, as JSON, and as the table of
// docs/PERFORMANCE.md.
import { RETURNED_BYTES } from "./quiet.ts";
import type { Attack } from "./attack.ts";
import { ATTACKS } from "./rows.ts";
import type { Measured } from "./stage.ts";

/** The result of one row. */
export interface RowResult {
  readonly row: string;
  readonly addresses: number;
  /** Why it was skipped, if it was. */
  readonly skipped?: string;
  readonly measured?: Measured;
  /** The bars that it missed, each in a few words. */
  readonly missed: readonly string[];
}

const MIB = 1024 * 1024;
const BARS = {
  p999Ms: 50,
  worstMs: 150,
  /** If several addresses attack. */
  worstOfManyMs: 250,
  loginMs: 1_000,
  memoryBytes: 64 * MIB,
};

/** With at least this many pings, the 99.9th percentile is meaningful. */
const P999_PINGS = 1_000;

/** Judges a row. */
export function judge(
  attack: Attack,
  measured: Measured,
  { addresses, quick }: { addresses: number; quick: boolean },
): string[] {
  const { quiet, readers, lives, missed = [] } = measured;
  const worstMs = attack.worstMs ?? (addresses > 1 ? BARS.worstOfManyMs : BARS.worstMs);
  const grown = quiet.memory.peak - quiet.memory.before;
  const refused = Object.entries(quiet.loginsRefused).map(([code, count]) => `${count} ${code}`);
  const bars: [boolean, string][] = [
    [lives, "the process ended"],
    [quiet.unanswered === 0, `${quiet.unanswered} pings were never answered`],
    // With fewer pings it would be the worst stall, which has a bar of its own.
    [quiet.pings < P999_PINGS || quiet.p999 <= BARS.p999Ms, `p99.9 at most ${BARS.p999Ms} ms`],
    [quiet.worst <= worstMs, `worst stall at most ${worstMs} ms`],
    [quiet.cut + readers.cut === 0, "no connection that reads is cut"],
    [refused.length === 0, `logins of others refused: ${refused.join(", ")}`],
    [
      (quiet.loginWorst ?? 0) <= (quiet.loginAlone ?? 0) + BARS.loginMs,
      `logins of others at most ${BARS.loginMs} ms longer`,
    ],
    [attack.crowd === true || grown <= BARS.memoryBytes, "memory grows at most 64 MiB"],
    [
      attack.crowd === true || quick ||
      quiet.memory.after - quiet.memory.before <= RETURNED_BYTES,
      "memory returns",
    ],
  ];
  return [...bars.filter(([met]) => !met).map(([, bar]) => bar), ...missed];
}

/** Returns a row as text for a terminal. */
export function describe({ row, skipped, measured, missed, addresses }: RowResult): string {
  const title = ATTACKS.find((each) => each.row === row)?.title ?? "";
  const head = `${row.padStart(5)}  ${title}${addresses > 1 ? ` (${addresses} addresses)` : ""}`;
  if (measured === undefined) return `${head}\n       left out: ${skipped}`;
  const { quiet, readers, ended, figures } = measured;
  const lines = [
    `stall p99.9 ${ms(quiet.p999)}, worst ${ms(quiet.worst)} of ${quiet.pings} pings`,
    `cut ${quiet.cut + readers.cut} of ${readers.count + 1} readers; ended: ${list(ended)}`,
    `login ${ms(quiet.loginAlone)} alone, ${ms(quiet.loginWorst)} at worst; refused: ${
      list(quiet.loginsRefused)
    }`,
    `memory ${memoryText(measured)}; log ${size(measured.logBytes)}, database ${
      size(measured.databaseBytes)
    } in ${(measured.elapsed / 1000).toFixed(1)} s; ${measured.descriptors} descriptors`,
    `the process ${measured.lives ? "lives" : "has ended"}; ${list(figures)}`,
    missed.length === 0 ? "ok" : `MISSED: ${missed.join("; ")}`,
  ];
  return [head, ...lines.map((line) => `       ${line}`)].join("\n");
}

/** Returns the table of docs/PERFORMANCE.md from the measurements. */
export function toMarkdown(results: readonly RowResult[]): string {
  const rows = ATTACKS.map(({ row, title, before }) => {
    const result = results.find((each) => each.row === row);
    return `| ${row} | ${title} | ${before} | ${result === undefined ? "" : cell(result)} |`;
  });
  return [
    "| # | what one client does | 0.2.0 | now |",
    "| --- | --- | --- | --- |",
    ...rows,
  ].join("\n");
}

/** Figures of a row that matter more than the stall. */
const TOLD: Readonly<Record<string, readonly string[]>> = {
  "10": ["most log GB a day", "most database GB a day"],
  "12": ["wait s", "after early attempts s"],
  "13": ["a second, at first", "a second, at last"],
  "15": ["joins a second"],
  "16": ["tried", "admitted"],
  "18": [
    "idle guest found after s",
    "with unacknowledged data found after s",
    "name of the guest who returns",
    "mail kept",
  ],
  "19": ["done after s", "hashes alone s", "longest login s"],
};

function cell({ row, skipped, measured, missed }: RowResult): string {
  if (measured === undefined) return `left out: ${skipped}`;
  const { quiet, readers, lives, figures } = measured;
  const cut = quiet.cut + readers.cut;
  return [
    `stall p99.9 ${ms(quiet.p999)}, worst ${ms(quiet.worst)}`,
    ...(cut > 0 ? [`${cut} cut`] : []),
    ...(quiet.loginWorst === undefined ? [] : [`login ${ms(quiet.loginWorst)}`]),
    `memory ${memoryText(measured)}`,
    ...(lives ? [] : ["the process ended"]),
    ...(TOLD[row] ?? []).map((what) => `${what} ${figures[what] ?? "–"}`),
    ...(missed.length === 0 ? [] : [`**missed: ${missed.join("; ")}**`]),
  ].join("; ");
}

function memoryText({ quiet: { memory } }: Measured): string {
  const { before, peak, after } = memory;
  return [before, peak, after].map((bytes) => Math.round(bytes / MIB)).join(" → ") + " MiB";
}

function ms(value: number | undefined): string {
  if (value === undefined) return "–";
  return value >= 1_000 ? `${(value / 1_000).toFixed(1)} s` : `${Math.round(value)} ms`;
}

function size(bytes: number): string {
  return Math.abs(bytes) >= MIB
    ? `${(bytes / MIB).toFixed(1)} MiB`
    : `${Math.round(bytes / 1024)} KiB`;
}

function list(figures: Readonly<Record<string, number | string>>): string {
  const entries = Object.entries(figures).map(([what, value]) => `${what} ${value}`);
  return entries.length === 0 ? "none" : entries.join(", ");
}
