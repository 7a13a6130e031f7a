// Reads the answers of the student from standard input, line by line.

/** Where answers come from. */
export interface AnswerSource {
  /** The bytes, such as those of standard input. */
  readonly readable: ReadableStream<Uint8Array>;
  /** Whether a person types them. Lines that nothing has asked for skip a step then, instead of waiting. */
  readonly isTerminal: boolean;
}

const LINE_MAX = 200;
const WAITING_MAX = 1_000;

/** The lines of standard input. */
export class Answers {
  readonly #source: AnswerSource;
  readonly #decoder = new TextDecoder();
  #text = "";
  #waiting: string[] = [];
  #asked: ((line: string | undefined) => void) | undefined;
  #skip: (() => void) | undefined;
  #ended = false;

  /** Starts to read. */
  constructor(source: AnswerSource) {
    this.#source = source;
    this.#read();
  }

  /** Returns the next line; `undefined` at the end of the input. */
  next(): Promise<string | undefined> {
    const line = this.#waiting.shift();
    if (line !== undefined || this.#ended) return Promise.resolve(line);
    const { promise, resolve } = Promise.withResolvers<string | undefined>();
    this.#asked = resolve;
    return promise;
  }

  /** Calls `run` at the next line that nothing has asked for. Returns a function that cancels it. */
  onLine(run: () => void): () => void {
    this.#skip = run;
    return () => {
      if (this.#skip === run) this.#skip = undefined;
    };
  }

  async #read(): Promise<void> {
    try {
      for await (const bytes of this.#source.readable) {
        this.#text += this.#decoder.decode(bytes, { stream: true });
        const lines = this.#text.split("\n");
        this.#text = lines.pop()!.slice(0, LINE_MAX);
        for (const line of lines) this.#take(line.slice(0, LINE_MAX).trim());
      }
    } catch {
      // Standard input is closed.
    }
    if (this.#text.trim() !== "") this.#take(this.#text.trim());
    this.#ended = true;
    this.#asked?.(undefined);
  }

  #take(line: string): void {
    const asked = this.#asked;
    this.#asked = undefined;
    if (asked !== undefined) asked(line);
    else if (this.#source.isTerminal) this.#skip?.();
    else if (this.#waiting.length < WAITING_MAX) this.#waiting.push(line);
  }
}

/** Reads an answer: yes or no in either language; `undefined` for anything else. */
export function readYesNo(line: string): boolean | undefined {
  const word = line.trim().toLowerCase();
  if (["o", "oui", "y", "yes"].includes(word)) return true;
  return ["n", "non", "no"].includes(word) ? false : undefined;
}
