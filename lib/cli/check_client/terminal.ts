// Shows the steps and questions to a person at a terminal.
import type { Finding } from "../../check_client/checks.ts";
import type { Interview, Question, SceneNumber, Step } from "../../check_client/interview.ts";
import { filled } from "../../check_client/texts/texts.ts";
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

  scene({ number, of, check }: SceneNumber): void {
    this.#write(`\n[${number}/${of}] ${this.#words.texts.checks[check].title}\n`);
  }

  tell(step: Step): void {
    const [text, account] = this.#words.step(step);
    this.#write(`  → ${text}\n`);
    if (account !== "") this.#write(indented(account));
    if (step.type) this.#write(indented(step.type));
  }

  async ask(question: Question): Promise<boolean | undefined> {
    const { yesNo } = this.#words.texts.frame;
    const texts = question.name === undefined ? question.shown ?? [] : [question.name.content];
    this.#write(`  ? ${this.#words.question(question)}\n`);
    for (const text of texts) this.#write(indented(text));
    for (;;) {
      this.#write(`    ${yesNo} `);
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
    const { title, problem } = this.#words.finding(finding);
    const { found, statuses } = this.#words.texts.frame;
    this.#write(`  = ${filled(found, { status: statuses[finding.status], title })}\n`);
    if (problem !== undefined) this.#write(`      ${harmless(problem)}\n`);
  }
}

function indented(text: string): string {
  return text.split("\n").map((line) => `        ${harmless(line)}\n`).join("");
}
