// The questions that the console asks before an action: a duration, a reason, a confirmation.
import { parseDuration } from "../../protocol/duration.ts";
import type { ClientRow } from "../../protocol/replies/operator.ts";
import type { RequestLine } from "../../protocol/request.ts";
import type { ActionName } from "./texts.ts";

/** A question. `sure` is answered by one key, the others by a line. */
export type Question = "for" | "reason" | "content" | "filter" | "sure";

/** The series of questions before an action. */
export interface Dialog {
  readonly action: ActionName | "filter";
  readonly target: ClientRow | undefined;
  /** The questions that are not answered yet. The first is the current one. */
  readonly questions: readonly Question[];
  readonly answers: Readonly<Partial<Record<Question, string>>>;
  /** The text typed so far. */
  readonly input: string;
}

/** The longest answer, in characters. */
const ANSWER_MAX = 400;

const QUESTIONS: Readonly<Record<ActionName | "filter", readonly Question[]>> = {
  kick: ["reason", "sure"],
  mute: ["for", "reason", "sure"],
  ban: ["for", "reason", "sure"],
  disconnect: ["reason", "sure"],
  announce: ["content", "sure"],
  reload: ["sure"],
  filter: ["filter"],
};

const FIRST_ANSWERS: Readonly<Partial<Record<ActionName | "filter", string>>> = { mute: "10m" };

/** Opens the dialog of an action. */
export function openDialog(
  action: ActionName | "filter",
  target: ClientRow | undefined,
  input = FIRST_ANSWERS[action] ?? "",
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
export function isAcceptable({ questions, input }: Dialog): boolean {
  if (questions[0] === "content") return input.trim() !== "";
  return questions[0] !== "for" || input.trim() === "" || secondsOf(input) !== undefined;
}

/** Stores the answer and moves to the next question. Returns `undefined` after the last one. */
export function answered(dialog: Dialog): Dialog | undefined {
  const [question, ...questions] = dialog.questions;
  const answers = { ...dialog.answers, [question!]: dialog.input.trim() };
  const next = { ...dialog, questions, answers, input: "" };
  return questions.length === 0 ? undefined : next;
}

/** The requests that the console makes from dialogs. */
export type ActionRequest = RequestLine<ActionName>;

/** Returns the request of a dialog whose questions are answered. */
export function requestOf(action: ActionName, { target, answers }: Dialog): ActionRequest {
  const reason = answers.reason ? { reason: answers.reason } : {};
  // A dialog about a user or a connection always has a target.
  const { user = "", conn = 0 } = target ?? {};
  const seconds = secondsOf(answers.for ?? "") ?? 0;
  switch (action) {
    case "announce":
      return { type: "announce", content: answers.content ?? "" };
    case "disconnect":
      return { type: "disconnect", conn, ...reason };
    case "mute":
      return { type: "mute", user, seconds, ...reason };
    case "ban":
      return { type: "ban", user, seconds, ...reason };
    case "kick":
      return { type: "kick", user, ...reason };
    case "reload":
      return { type: "reload" };
  }
}

function secondsOf(text: string): number | undefined {
  return parseDuration(text.trim());
}
