// Prints the steps, questions and findings as JSON, one event per line, so that a program can drive a client.
import type { Finding } from "../../check_client/checks.ts";
import type { Interview, Question, SceneNumber, Step } from "../../check_client/interview.ts";
import type { Outcome } from "../../check_client/run.ts";
import { harmlessJson } from "../terminal/text.ts";
import { type Answers, readYesNo } from "./answers.ts";
import type { Words } from "./words.ts";

/** An interview as events. */
export class EventInterview implements Interview {
  readonly #words: Words;
  readonly #answers: Answers;
  readonly #write: (text: string) => void;

  /** @param write Writes text to standard output. */
  constructor(parts: { words: Words; answers: Answers; write: (text: string) => void }) {
    this.#words = parts.words;
    this.#answers = parts.answers;
    this.#write = parts.write;
  }

  /** Prints where the client connects to. */
  begin(): void {
    this.#event({ event: "listening", ...this.#words.address });
  }

  scene(scene: SceneNumber): void {
    this.#event({ event: "scene", ...scene });
  }

  tell(step: Step): void {
    const { key, ...rest } = step;
    const text = this.#words.step(step).join(" ").trim();
    this.#event({ event: "step", step: key, text, ...rest });
  }

  async ask(question: Question): Promise<boolean | undefined> {
    const { key, ...rest } = question;
    this.#event({
      event: "question",
      question: key,
      text: this.#words.question(question),
      ...rest,
    });
    const line = await this.#answers.next();
    return line === undefined ? undefined : readYesNo(line);
  }

  onSkip(): () => void {
    return () => {};
  }

  found(finding: Finding): void {
    this.#event({ event: "finding", ...finding });
  }

  /** Prints the report as the last event. */
  report({ findings, over }: Outcome): void {
    const all = findings.map((finding) => ({ ...finding, ...this.#words.finding(finding) }));
    this.#event({ event: "report", over: over ?? null, findings: all });
  }

  #event(event: object): void {
    this.#write(`${harmlessJson(event)}\n`);
  }
}
