// Reads the steps of a tutorial, which are the code blocks of a page and what the comment above each says about it:
//
//     <!-- file: premier.py -->                           the reader saves the block in a file of this name
//     <!-- excerpt: examples/python/3_client.py -->       the block is a part of this file of the repository
//     <!-- input: lea | 1234 -->                          what the reader types, line by line, after the command
//     <!-- needs: gson.jar -->                            the command needs this, which a test may not have
//     <!-- output -->                                     what the command before it prints
//
// Blocks of the language `sh` are commands, in the order in which the reader runs them. Blocks of the language `text`
// without a comment are pictures, and those of the language `transcript` are run by `transcript.ts`.

/** What the comment above a block says. */
export type Mark = "file" | "excerpt" | "input" | "needs" | "output";

/** A code block of a page. */
export interface Step {
  readonly language: string;
  readonly text: string;
  /** The comments above the block: the word before the colon, and what follows it. */
  readonly marks: ReadonlyMap<Mark, string>;
}

const STEP = /((?:<!-- (?:file|excerpt|input|needs|output)\b.*-->\n+)*)```(.*)\n([^]*?)^```$/gm;
const MARK = /<!-- (\w+)(?:: (.*?))? -->/g;

/** Returns the code blocks of a page, in order. */
export function stepsOf(page: string): Step[] {
  return [...page.matchAll(STEP)].map(([, comments = "", language = "", text = ""]) => ({
    language,
    text,
    marks: new Map(
      [...comments.matchAll(MARK)].map(([, mark, value = ""]) => [mark as Mark, value]),
    ),
  }));
}

/**
 * Whether an excerpt is a part of a file. The excerpt may have less indentation. A line with only `…` replaces any
 * lines.
 */
export function isExcerptOf(excerpt: string, file: string): boolean {
  const lines = file.split("\n");
  const parts = excerpt.trimEnd().split(/^ *… *\n/m).map((part) => part.trimEnd().split("\n"));
  let from = 0;
  for (const part of parts) {
    const at = lines.findIndex((_, index) => index >= from && isAt(part, lines, index));
    if (at < 0) return false;
    from = at + part.length;
  }
  return true;
}

function isAt(part: readonly string[], lines: readonly string[], index: number): boolean {
  const indent = lines[index]!.length - lines[index]!.trimStart().length -
    (part[0]!.length - part[0]!.trimStart().length);
  if (indent < 0) return false;
  return part.every((line, offset) =>
    lines[index + offset] === (line === "" ? "" : " ".repeat(indent) + line)
  );
}

/** Whether a text is what an output shows. `…` in the output replaces any text. */
export function matchesOutput(output: string, text: string): boolean {
  const pattern = output.trim().split("…").map((part) =>
    part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")
  );
  return new RegExp(`^${pattern.join("[^]*")}$`).test(text.replaceAll("\r\n", "\n").trim());
}
