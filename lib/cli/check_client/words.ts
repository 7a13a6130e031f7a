// Puts steps, questions and findings into words.
import type { Finding } from "../../check_client/checks.ts";
import type { Credentials, Question, Step } from "../../check_client/interview.ts";
import { type ClientTexts, filled, type Rule } from "../../check_client/texts/texts.ts";

/** Where the client connects to. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

/** The words of one language for one address. */
export class Words {
  readonly texts: ClientTexts;
  readonly address: Address;

  constructor(texts: ClientTexts, address: Address) {
    this.texts = texts;
    this.address = address;
  }

  /** The text of a step, without what to type, and what to fill in, which may be empty. */
  step({ key, fill }: Step): [text: string, account: string] {
    return [this.placed(this.texts.steps[key]), fill === undefined ? "" : this.#account(fill)];
  }

  /** Fills the address of the program into a text. */
  placed(text: string): string {
    const { host, port } = this.address;
    return filled(text, { host, port: String(port) });
  }

  /** The text of a question, without what the client should show. */
  question({ key, name }: Question): string {
    const places = name === undefined ? {} : { given: name.given, typed: name.typed };
    return filled(this.texts.questions[key], places);
  }

  /** What is wrong, how to fix it, and the rule, of a check that failed or was not done. */
  finding({ check, fault, places = {} }: Finding): {
    title: string;
    problem: string | undefined;
    fix: string | undefined;
    rule: Rule;
  } {
    const { title, rule, advice } = this.texts.checks[check];
    if (fault === undefined) return { title, problem: undefined, fix: advice, rule };
    const text = this.texts.faults[fault];
    return {
      title,
      problem: filled(text.problem, places),
      fix: filled(text.fix, places),
      rule: text.rule ?? rule,
    };
  }

  #account({ name, password, isNew }: Credentials): string {
    const { login, register } = this.texts.frame;
    return filled(isNew ? register : login, { name, password });
  }
}
