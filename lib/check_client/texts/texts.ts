// The texts of the checks: titles, steps, questions, what is wrong, how to fix it, and the rule in the protocol.
import type { CheckId, Fault, Status } from "../checks.ts";
import type { OverReason } from "../happenings.ts";
import type { QuestionKey, StepKey } from "../interview.ts";

/** A sentence of the protocol. */
export interface Rule {
  /** The path of the page in the source. */
  readonly page: string;
  /** The heading above the sentence. */
  readonly heading: string;
  /** The sentence, or a part of it, as the page has it. */
  readonly quote: string;
}

/** What is wrong, and how to fix it, in one sentence each. */
export interface FaultText {
  readonly problem: string;
  readonly fix: string;
  /** The rule, if it is not that of the check. */
  readonly rule?: Rule;
}

/** What a check is about. */
export interface CheckText {
  readonly title: string;
  readonly rule: Rule;
  /** What a client gains by it, for a check that a client need not do. */
  readonly advice?: string;
}

/** Short texts around the others. */
export interface FrameTexts {
  readonly intro: string;
  readonly listening: string;
  /** What to fill in to log in, and to create an account. */
  readonly login: string;
  readonly register: string;
  readonly yesNo: string;
  /** What a check has found, as it happens. */
  readonly found: string;
  /** A sentence of the protocol, and where it is. */
  readonly place: string;
  readonly report: string;
  readonly summary: string;
  readonly sent: string;
  readonly problem: string;
  readonly rule: string;
  readonly fix: string;
  readonly statuses: Readonly<Record<Status, string>>;
  readonly over: Readonly<Record<OverReason, string>>;
}

/** The texts of one language. Places are written `{place}`. */
export interface ClientTexts {
  readonly frame: FrameTexts;
  readonly checks: Readonly<Record<CheckId, CheckText>>;
  readonly steps: Readonly<Record<StepKey, string>>;
  readonly questions: Readonly<Record<QuestionKey, string>>;
  readonly faults: Readonly<Record<Fault, FaultText>>;
}

/** Fills the places of a text in. */
export function filled(text: string, places: Readonly<Record<string, string>>): string {
  return text.replace(
    /\{(\w+)\}/g,
    (place, name: string) => Object.hasOwn(places, name) ? places[name]! : place,
  );
}
