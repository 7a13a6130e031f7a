// Shows the steps and questions to a person at a terminal.
import type { Finding } from "../../check_client/checks.ts";
import type { Interview, Question, Step } from "../../check_client/interview.ts";
import type { Outcome } from "../../check_client/run.ts";
import { harmless } from "../terminal/text.ts";
import { type Answers, readYesNo } from "./answers.ts";
import { reportText } from "./report.ts";
import type { Words } from "./words.ts";

/** An interview in plain text. */
export class TerminalInterview implements Interview {
  readonly #words: Words;
  readonly #answers: Answers;
  readonly #write: (text: string) => void;
  #check = "";

  /** @param write Writes text to standard output. */
  constructor(parts: { words: Words; answers: Answers; write: (text: string) => void }) {
    this.#words = parts.words;
    this.#answers = parts.answers;
    this.#write = parts.write;
  }

  /** Says what this program does and where the client connects to. */
  begin(): void {
    const { intro, listening } = this.#words.texts.frame;
    this.#write(`${intro}\n${this.#words.placed(listening)}\n`);
  }

  /** Prints the report. */
  report(outcome: Outcome): void {
    this.#write(reportText(outcome, this.#words));
  }

  tell(step: Step): void {
    if (step.key !== "end") this.#head(step.check);
    this.#write(`  → ${this.#words.step(step)}\n`);
    if (step.type) this.#write(indented(step.type));
  }

  async ask(question: Question): Promise<boolean | undefined> {
    this.#head(question.check);
    const { yesNo } = this.#words.texts.frame;
    for (const text of question.shown ?? []) this.#write(indented(text));
    if (question.name !== undefined) this.#write(indented(question.name.content));
    for (;;) {
      this.#write(`  ? ${this.#words.question(question)} ${yesNo} `);
      const line = await this.#answers.next();
      if (line === undefined || line === "") return undefined;
      const answer = readYesNo(line);
      if (answer !== undefined) return answer;
    }
  }

  onSkip(run: () => void): () => void {
    return this.#answers.onLine(run);
  }

  found(finding: Finding): void {
    const { check, status } = finding;
    const { title, problem } = this.#words.finding(finding);
    // A check that looks at every line may fail in the middle of another.
    const about = check === this.#check ? "" : ` (${title})`;
    this.#write(`  = ${this.#words.texts.frame.statuses[status]}${about}\n`);
    if (problem !== undefined) this.#write(`    ${harmless(problem)}\n`);
  }

  #head(check: Step["check"]): void {
    if (check === this.#check) return;
    this.#check = check;
    this.#write(`\n${this.#words.texts.checks[check].title}\n`);
  }
}

function indented(text: string): string {
  return text.split("\n").map((line) => `        ${harmless(line)}\n`).join("");
}
