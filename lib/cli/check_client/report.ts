// The report for people: what was received, what is wrong, the rule, and how to fix it.
import { CHECKS, type Finding, type Status } from "../../check_client/checks.ts";
import type { Outcome } from "../../check_client/run.ts";
import { filled } from "../../check_client/texts/texts.ts";
import { cut, harmless } from "../terminal/text.ts";
import type { Words } from "./words.ts";

const SENT_WIDTH = 160;
const ORDER: readonly Status[] = ["failed", "not_done", "not_tried", "passed"];

/** Writes the report as text. */
export function reportText({ findings, over }: Outcome, words: Words): string {
  const { frame } = words.texts;
  const count = (status: Status) => findings.filter((each) => each.status === status).length;
  const counts = Object.fromEntries(ORDER.map((status) => [status, String(count(status))]));
  const sorted = findings.toSorted((a, b) =>
    ORDER.indexOf(a.status) - ORDER.indexOf(b.status) ||
    CHECKS.indexOf(a.check) - CHECKS.indexOf(b.check)
  );
  const list = sorted.map((finding) => findingText(finding, words)).join("").trimEnd();
  const end = over === undefined ? "" : `${words.placed(frame.over[over])}\n`;
  return `\n${frame.report}\n\n${list}\n\n${filled(frame.summary, counts)}\n${end}`;
}

function findingText(finding: Finding, words: Words): string {
  const { frame } = words.texts;
  const { check, status, sent } = finding;
  const { title, problem, fix, rule } = words.finding(finding);
  const head = `${frame.statuses[status].padEnd(12)} ${title} [${check}]\n`;
  if (status === "passed" || status === "not_tried") return head;
  const where = filled(frame.place, { ...rule, quote: rule.quote.replaceAll("**", "") });
  const rows: [string, string | undefined][] = [
    [frame.sent, sent === undefined ? undefined : cut(harmless(sent), SENT_WIDTH)],
    [frame.problem, problem === undefined ? undefined : harmless(problem)],
    [frame.fix, fix],
    [frame.rule, where],
  ];
  const lines = rows.flatMap(([label, text]) =>
    text === undefined ? [] : [`    ${label.padEnd(13)}${text}\n`]
  );
  return `${head}${lines.join("")}\n`;
}
