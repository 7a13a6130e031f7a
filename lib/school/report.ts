// Describes a plan as the reply to an import has it.
import type { ClassReport, ClassStep } from "../protocol/replies/classes.ts";
import type { Plan, Step } from "./plan.ts";
import { problemText, type SchoolLanguage } from "./texts.ts";

/** The maximum number of problems in a report. */
const PROBLEMS_MAX = 100;

/** Returns the report of a plan. @param language The language of the problems. */
export function reportOf(plan: Plan, language: SchoolLanguage): ClassReport {
  const { steps, created, problems } = plan;
  const count = (kind: Step["kind"]) => steps.filter((step) => step.kind === kind).length;
  const namesOf = (isClass: boolean) =>
    created.filter((group) => group.isClass === isClass).map(({ name }) => name);
  return {
    classes: plan.classes.map(({ name }) => name),
    new_classes: namesOf(true),
    new_groups: namesOf(false),
    add: count("add"),
    move: count("move"),
    change: count("change"),
    keep: count("keep"),
    steps: steps.filter(({ kind, account }) => kind !== "keep" || account?.disabled === true)
      .map(stepRow),
    disable: plan.disable.map(({ name }) => name),
    share: plan.share,
    untouched: plan.untouched.map(({ name }) => name),
    problems: problems.slice(0, PROBLEMS_MAX).map((problem) => ({
      ...problem,
      text: problemText(problem, language),
    })),
    problem_count: problems.length,
  };
}

function stepRow(step: Step): ClassStep {
  const { person, account, kind, renames, role, identifies, password, joins } = step;
  const leaves = step.leaves.map(({ name }) => name);
  const groups = step.groups.map(({ name }) => name);
  return {
    line: person.line,
    name: account === undefined || renames ? person.name : account.name,
    kind,
    ...(renames ? { was: account!.name } : {}),
    ...(role === undefined ? {} : { role }),
    ...(role === undefined || account === undefined ? {} : { role_was: account.role }),
    ...(identifies ? { id: person.id! } : {}),
    ...(password ? { password: true } : {}),
    ...(joins === undefined ? {} : { class: joins.name }),
    ...(leaves.length === 0 ? {} : { leaves }),
    ...(groups.length === 0 ? {} : { groups }),
    ...(account?.disabled === true ? { disabled: true } : {}),
  };
}
