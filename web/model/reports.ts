// Keeps the reports of messages that staff has received since the page was opened.
import { changeLesson } from "./hands.ts";
import { channelKey } from "./keys.ts";
import type { Report } from "./lesson_state.ts";
import { command, count, type Step } from "./step.ts";
import { type Line, textOf, wholeOf } from "./wire.ts";

/** The maximum number of reports. The oldest is discarded. All of them are in the audit log. */
const REPORTS_MAX = 100;

/** Applies a report. */
export function applyReport(step: Step, line: Line): void {
  const id = wholeOf(line.id);
  if (id === 0) return;
  const channel = textOf(line.channel);
  const report: Report = {
    key: count(step),
    id,
    room: channel === "" ? undefined : channelKey(channel),
    roomName: channel,
    from: textOf(line.from),
    by: textOf(line.by),
    reason: textOf(line.reason),
    at: step.now + (step.app.server?.clockOffset ?? 0),
  };
  const { reports } = step.app.lesson;
  changeLesson(step, { reports: [...reports.slice(1 - REPORTS_MAX), report] });
  command(step, { type: "announce", what: { kind: "report", name: report.by } });
}

/** Removes a report from the list. */
export function dismissReport(step: Step, key: number): void {
  const reports = step.app.lesson.reports.filter((report) => report.key !== key);
  changeLesson(step, { reports });
}
