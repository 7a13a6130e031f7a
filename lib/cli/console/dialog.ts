// The questions that the console asks before an action, and their answers.
import {
  type ActionName,
  type Answers,
  firstAnswer,
  isAcceptable,
  type Question,
} from "./actions.ts";
import { QUESTIONS } from "./actions.ts";
import type { Target } from "./page_names.ts";

/** The series of questions before an action. */
export interface Dialog {
  readonly action: ActionName | "filter";
  readonly target: Target | undefined;
  /** The questions that are not answered yet. The first is the current one. */
  readonly questions: readonly Question[];
  readonly answers: Answers;
  /** The text typed so far. */
  readonly input: string;
}

/** The longest answer, in characters. */
const ANSWER_MAX = 400;

/** Opens the dialog of an action. */
export function openDialog(
  action: ActionName | "filter",
  target: Target | undefined,
  input = firstAnswer(action, QUESTIONS[action][0]!),
): Dialog {
  return { action, target, questions: QUESTIONS[action], answers: {}, input };
}

/** Adds a character to the answer. */
export function typed(dialog: Dialog, character: string): Dialog {
  if (dialog.input.length >= ANSWER_MAX) return dialog;
  return { ...dialog, input: dialog.input + character };
}

/** Removes the last character of the answer, with the marks on it. */
export function erased(dialog: Dialog): Dialog {
  return { ...dialog, input: dialog.input.replace(/\P{M}\p{M}*$|^\p{M}+$/u, "") };
}

/** Whether the answer to the current question is valid. */
export function canContinue({ questions, input }: Dialog): boolean {
  return isAcceptable(questions[0]!, input);
}

/** Stores the answer and moves to the next question. Returns `undefined` after the last one. */
export function answered(dialog: Dialog): Dialog | undefined {
  const [question, ...questions] = dialog.questions;
  if (questions.length === 0) return undefined;
  // A password may begin or end with a space.
  const answer = question === "password" ? dialog.input : dialog.input.trim();
  const answers = { ...dialog.answers, [question!]: answer };
  return { ...dialog, questions, answers, input: firstAnswer(dialog.action, questions[0]!) };
}

/** Returns the name of a dialog's subject as it is shown: that of its target, or the new name. */
export function subjectOf({ target, answers }: Dialog): string {
  return target?.name ?? answers.name ?? answers.file ?? "";
}
