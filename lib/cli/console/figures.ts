// The first lines of the console: the server's name and figures.
import type { ServerStats } from "../../protocol/replies/operator.ts";
import { columns, harmless } from "../terminal/text.ts";
import { fitLine, type ScreenLine, type Span, type Style, styled, widthOf } from "./style.ts";
import type { ConsoleTexts } from "./texts/texts.ts";

/** Lag in milliseconds that users notice (`warning`) and complain about (`bad`). */
const LAG_MS = { warning: 100, bad: 1_000 } as const;
/** More waiting bytes than this mean that there are slow consumers. */
const QUEUED_WARNING = 1_048_576;
const GAP = styled("   ");

/** Returns three lines: the title and two lines of figures. */
export function figures(
  stats: ServerStats | undefined,
  width: number,
  texts: ConsoleTexts,
): ScreenLine[] {
  if (stats === undefined) {
    return [fitLine([styled(" ClassCord", "title")], width, "title"), [
      styled(` ${texts.connecting}`, "faint"),
    ], []];
  }
  const { node, leader } = stats;
  const where = node === undefined ? "" : `  ${texts.ofCluster(node, leader)}`;
  const title = [styled(` ClassCord ${harmless(stats.version + where)}`, "title")];
  const up = styled(`${texts.up} ${texts.span(stats.uptime)} `, "title");
  return [
    [...fitLine(title, width - columns(up.text), "title"), up],
    join(people(stats, texts), width),
    join(machine(stats, texts), width),
  ];
}

function people(stats: ServerStats, texts: ConsoleTexts): ScreenLine[] {
  const { users, rates, bans } = stats;
  return [
    figure(texts.connections, String(stats.connections)),
    counted(texts.members(users.member)),
    counted(texts.guests(users.guest)),
    figure(texts.messages, texts.rate(rates.messages["10s"])),
    figure(texts.deliveries, texts.rate(rates.deliveries["10s"])),
    counted(texts.bans(bans)),
  ];
}

function machine(stats: ServerStats, texts: ConsoleTexts): ScreenLine[] {
  const { lag_ms: lag, outbox_bytes: queued, passwords_waiting: passwords } = stats;
  const refused = stats.rates.refused["10s"];
  const late = lag >= LAG_MS.bad ? "bad" : lag >= LAG_MS.warning ? "warning" : "figure";
  return [
    figure(texts.lag, `${lag} ms`, late),
    figure(texts.refused, texts.rate(refused), refused > 0 ? "warning" : "figure"),
    figure(texts.memory, texts.size(stats.memory.rss)),
    figure(texts.queued, texts.size(queued), queued > QUEUED_WARNING ? "warning" : "figure"),
    figure(texts.database, texts.size(stats.database_bytes)),
    figure(texts.passwords, String(passwords), passwords > 0 ? "warning" : "figure"),
  ];
}

function figure(label: string, value: string, style: Style = "figure"): ScreenLine {
  return [styled(`${label} `, "label"), styled(value, style)];
}

/** Styles a number and the words after it, such as `3 guests`. */
function counted(text: string): ScreenLine {
  const [number = "", ...words] = text.split(" ");
  return [styled(number, "figure"), styled(` ${words.join(" ")}`, "label")];
}

// A figure that does not fit is left out whole, because a truncated one misleads.
function join(parts: readonly ScreenLine[], width: number): ScreenLine {
  const line: Span[] = [];
  for (const part of parts) {
    const gap = line.length === 0 ? styled(" ") : GAP;
    if (widthOf(line) + columns(gap.text) + widthOf(part) > width) break;
    line.push(gap, ...part);
  }
  return line;
}
