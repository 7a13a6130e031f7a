// Parses the text of a message into paragraphs, quotes and code fences. Every text has a valid tree.
import { parseInline } from "./inline.ts";
import { type Block, type Known, NOTHING_KNOWN } from "./nodes.ts";

const FENCE = /^ {0,3}(`{3,}|~{3,})[ \t]*([^`\s]*)[^`]*$/;
const QUOTE = /^>(?: |$)/;

/**
 * Returns the tree of a message. The work is proportional to the length of the text.
 *
 * A fence that is never closed extends to the end of the text, because people forget the last line.
 */
export function parse(text: string, known: Known = NOTHING_KNOWN): Block[] {
  const blocks: Block[] = [];
  const lines = text.replace(/\r\n?/g, "\n").split("\n");
  let at = 0;
  while (at < lines.length) {
    const fence = FENCE.exec(lines[at]!);
    const start = at;
    if (fence !== null) {
      const end = closingLine(lines, at + 1, fence[1]!);
      blocks.push({
        kind: "fence",
        language: fence[2]!.toLowerCase().slice(0, 20),
        text: lines.slice(at + 1, end).join("\n"),
      });
      at = end + 1;
      continue;
    }
    const quoted = QUOTE.test(lines[at]!);
    while (at < lines.length && !FENCE.test(lines[at]!) && QUOTE.test(lines[at]!) === quoted) at++;
    const part = lines.slice(start, at);
    const words = (quoted ? part.map((line) => line.slice(2)) : part).join("\n");
    // The page draws a space between two blocks anyway, so blank lines there are dropped.
    const trimmed = words.replace(/^\n+|\n+$/g, "");
    if (trimmed !== "" || quoted) {
      blocks.push({ kind: quoted ? "quote" : "paragraph", children: parseInline(trimmed, known) });
    }
  }
  return blocks;
}

/** Returns the index of the line that closes a fence: the same character, at least as often, and nothing else. */
function closingLine(lines: readonly string[], from: number, opening: string): number {
  for (let at = from; at < lines.length; at++) {
    const line = lines[at]!.trim();
    if (line.length >= opening.length && line === opening[0]!.repeat(line.length)) return at;
  }
  return lines.length;
}
