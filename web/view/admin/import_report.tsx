// The effect of a class list line by line, or what is wrong with the file.
import type { ClassReport, ClassStep } from "../../../lib/protocol/replies/classes.ts";
import type { Problem } from "../../../lib/school/problem.ts";
import { problemText } from "../../../lib/school/texts.ts";
import { problemsOf } from "../../admin/importing.ts";
import type { TextKey, Texts } from "../../texts/catalogue.ts";
import { useApp, useTexts } from "../page.ts";
import type { Job } from "./desk.ts";

/** The maximum number of rows that are drawn. */
const ROWS_MAX = 1_000;

/** The problems whose usual text names an option of the command line. */
const OWN_TEXTS: Partial<Record<Problem["code"], TextKey>> = {
  admin: "adm_problem_admin",
  admin_change: "adm_problem_admin_change",
  group_limit: "adm_problem_group_limit",
};

/** Draws the report. */
export function ImportReport({ job }: { readonly job: Job }) {
  const texts = useTexts();
  const progress = useProgress(job);
  const { file, problem, report, state } = job;
  if (state === "reading") return <p role="status">{texts.say("adm_import_reading")}</p>;
  if (problem !== undefined) return <Problems problems={[problem]} count={1} />;
  if (file === undefined) return null;
  const { problems, count } = problemsOf(file, report);
  if (count > 0) return <Problems problems={problems} count={count} />;
  if (report === undefined) return null;
  return (
    <section class="admin-report" aria-label={file.name}>
      <h2>{file.name}</h2>
      {state === "busy" && (
        <progress
          aria-label={texts.say("adm_import_busy")}
          {...progress === undefined ? {} : { value: progress }}
        />
      )}
      <p role="status">
        {texts.say(
          state === "done"
            ? "adm_import_done"
            : state === "busy"
            ? "adm_import_busy"
            : "adm_import_planned",
        )} {summary(report, texts)}
      </p>
      <Notes report={report} ignored={file.list.ignored} />
      <Steps report={report} />
    </section>
  );
}

/** Returns how many passwords are hashed, from 0 to 1. */
function useProgress({ state }: Job): number | undefined {
  const outcome = useApp(({ outcomes }) => outcomes.get("class_progress"));
  if (state !== "busy" || outcome?.state !== "ok") return undefined;
  const { done, of } = outcome.details;
  return typeof done === "number" && typeof of === "number" && of > 0 ? done / of : undefined;
}

function summary({ add, change, disable, keep, move }: ClassReport, texts: Texts): string {
  return texts.say("adm_import_summary", { add, move, change, keep, disable: disable.length });
}

function Notes(
  { report, ignored }: { readonly report: ClassReport; readonly ignored: readonly string[] },
) {
  const texts = useTexts();
  const notes = [
    ["adm_import_new_classes", report.new_classes],
    ["adm_import_new_groups", report.new_groups],
    ["adm_import_untouched", report.untouched],
    ["adm_import_ignored", ignored],
  ] as const;
  return (
    <>
      {notes.filter(([, names]) => names.length > 0).map(([key, names]) => (
        <p key={key}>
          {texts.say(key, { names: names.slice(0, 20).join(", ") })}
          {names.length > 20 && texts.count("adm_import_others", names.length - 20)}
        </p>
      ))}
    </>
  );
}

function Steps({ report }: { readonly report: ClassReport }) {
  const texts = useTexts();
  const rows = [
    ...report.steps.map((step) => ({
      line: String(step.line),
      name: step.name,
      what: changeOf(step, texts),
    })),
    ...report.disable.map((name) => ({ line: "–", name, what: texts.say("adm_change_disable") })),
  ];
  if (rows.length === 0) return null;
  const title = texts.say("adm_import_changes");
  return (
    <div class="admin-table" tabIndex={0} role="group" aria-label={title}>
      <table>
        <thead>
          <tr>
            <th scope="col">{texts.say("adm_import_line")}</th>
            <th scope="col">{texts.say("adm_slips_name")}</th>
            <th scope="col">{texts.say("adm_import_change")}</th>
          </tr>
        </thead>
        <tbody>
          {rows.slice(0, ROWS_MAX).map(({ line, name, what }, at) => (
            <tr key={at}>
              <td>{line}</td>
              <th scope="row">
                <bdi>{name}</bdi>
              </th>
              <td>{what}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Returns what happens to one account, in words. */
export function changeOf(step: ClassStep, texts: Texts): string {
  const { disabled, groups = [], id, kind, leaves = [], password, role, was } = step;
  const before = step.role_was;
  const isLower = before === "admin" || before === "moderator" && role === "member";
  const names = (some: readonly string[]) => some.join(", ");
  return [
    texts.say(`adm_kind_${kind}`),
    kind === "add" && role !== undefined && texts.say(`role_${role}`),
    was !== undefined && texts.say("adm_change_name", { was }),
    role !== undefined && before !== undefined &&
    texts.say(isLower ? "adm_change_role_lower" : "adm_change_role", {
      was: texts.say(`role_${before}`),
      role: texts.say(`role_${role}`),
    }),
    leaves.length > 0 && texts.say("adm_change_leaves", { names: names(leaves) }),
    step.class !== undefined && texts.say("adm_change_class", { name: step.class }),
    groups.length > 0 && texts.say("adm_change_groups", { names: names(groups) }),
    id !== undefined && kind !== "add" && texts.say("adm_change_id", { id }),
    password === true && kind !== "add" && texts.say("adm_change_password"),
    disabled === true && texts.say("adm_change_disabled"),
  ].filter((part) => part !== false).join(" · ");
}

function Problems(
  { problems, count }: { readonly problems: readonly Problem[]; readonly count: number },
) {
  const texts = useTexts();
  const shown = problems.slice(0, 100);
  return (
    <section class="admin-report error" aria-label={texts.say("adm_problems")}>
      <p role="alert">{texts.count("adm_problems_count", count)}</p>
      <ul>
        {shown.map((problem, at) => (
          <li key={at}>
            {problem.line > 0 && <b>{texts.say("adm_problem_line", { line: problem.line })}</b>}
            {sentence(problem, texts)}
          </li>
        ))}
      </ul>
      {count > shown.length && <p>{texts.count("adm_import_others", count - shown.length)}</p>}
    </section>
  );
}

function sentence(problem: Problem, texts: Texts): string {
  const own = OWN_TEXTS[problem.code];
  return own === undefined ? problemText(problem, texts.language) : texts.say(own, problem.places);
}
