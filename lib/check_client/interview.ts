// What the program says to the student and asks, as plain values. A terminal or a test shows them.
import type { CheckId, Finding } from "./checks.ts";

/** What the student fills in to log in. */
export interface Credentials {
  readonly name: string;
  readonly password: string;
  /** Whether to create the account. */
  readonly isNew: boolean;
}

/** The kinds of steps. Each has a text. */
export const STEPS = [
  "start",
  "restart",
  "login",
  "type",
  "begin_typing",
  "finish_typing",
  "join_channel",
  "two_lines",
  "wrong_password",
  "right_password",
  "cut",
  "stop",
  "end",
] as const;

/** One of {@linkcode STEPS}. */
export type StepKey = typeof STEPS[number];

/** Something for the student to do in the client. */
export interface Step {
  readonly check: CheckId;
  readonly key: StepKey;
  /** Whether to start the client, ending one that runs. */
  readonly start?: boolean;
  readonly fill?: Credentials;
  /** What to type. */
  readonly type?: string;
  /** Whether to send what is typed. The default is to send it. */
  readonly enter?: boolean;
}

/** The kinds of questions. Each has a text. */
export const QUESTIONS = [
  "filled",
  "did_type",
  "began",
  "seen",
  "several_lines",
  "told_refusal",
  "asked_again",
  "name_shown",
  "channels",
  "told_end",
] as const;

/** One of {@linkcode QUESTIONS}. */
export type QuestionKey = typeof QUESTIONS[number];

/** A question to answer with yes or no. */
export interface Question {
  readonly check: CheckId;
  readonly key: QuestionKey;
  /** Texts that the client should show, each once. */
  readonly shown?: readonly string[];
  /** The name that should be shown, and the one that should not. */
  readonly name?: { readonly given: string; readonly typed: string; readonly content: string };
}

/** Which part of the conversation begins. */
export interface SceneNumber {
  readonly number: number;
  readonly of: number;
  /** The check that it is mainly about. */
  readonly check: CheckId;
}

/** The student, as the checks see them. */
export interface Interview {
  /** Announces a part of the conversation. */
  scene(scene: SceneNumber): void;
  /** Shows a step. */
  tell(step: Step): void;
  /** Asks. @returns `undefined` if nobody answers any more. */
  ask(question: Question): Promise<boolean | undefined>;
  /** Calls `run` when the student skips the step. @returns A function that cancels it. */
  onSkip(run: () => void): () => void;
  /** Shows what a check has found. */
  found(finding: Finding): void;
}
