// The last line of the console: the keys, the result of an action, or a question.
import { columns, cut, harmless } from "../terminal/text.ts";
import { type Dialog, subjectOf } from "./dialog.ts";
import type { ConsoleState } from "./state.ts";
import { fitLine, type ScreenLine, type Span, styled } from "./style.ts";
import type { ConsoleTexts, KeyHint } from "./texts/texts.ts";

const GAP = 2;
/** The number of keys that all pages have. */
const EVERYWHERE = 4;
/** Columns reserved for the answer that is being typed. */
const INPUT_MIN = 20;

/** Returns the last line. */
export function footer(state: ConsoleState, width: number, texts: ConsoleTexts): ScreenLine {
  const { dialog, notice } = state;
  if (notice !== undefined) {
    return [styled(` ${harmless(notice.text)}`, notice.wrong ? "bad" : "good")];
  }
  if (dialog !== undefined) {
    return fitLine([styled(question(dialog, width, texts), "question")], width, "question");
  }
  return keys(width, texts.keys[state.page]);
}

// A key that does not fit is left out whole. The last ones, which all pages have, stay longest.
function keys(width: number, hints: readonly KeyHint[]): ScreenLine {
  const shown = new Set<KeyHint>();
  let left = width - 1 + GAP;
  for (const hint of [...hints.slice(-EVERYWHERE), ...hints.slice(0, -EVERYWHERE)]) {
    left -= columns(`${hint.key} ${hint.label}`) + GAP;
    if (left < 0) break;
    shown.add(hint);
  }
  return hints.filter((hint) => shown.has(hint)).flatMap(({ key, label }, index): Span[] => [
    styled(" ".repeat(index === 0 ? 1 : GAP)),
    styled(key, "key"),
    styled(` ${label}`, "label"),
  ]);
}

function question(dialog: Dialog, width: number, texts: ConsoleTexts): string {
  const asked = dialog.questions[0]!;
  const target = harmless(subjectOf(dialog));
  const { action } = dialog;
  if (asked === "sure") {
    if (action === "filter") return "";
    const confirm = (name: string) => ` ${texts.confirm(action, name)}`;
    // The name is cut, not the possible answers.
    return confirm(cut(target, Math.max(1, width - columns(confirm("")))));
  }
  const ask = `${texts.ask[asked]}: `;
  const name = target === ""
    ? ""
    : `${cut(target, Math.max(8, width - columns(ask) - INPUT_MIN))}: `;
  const label = ` ${name}${ask}`;
  // Somebody may look at the screen while a password is typed.
  const input = asked === "password" ? dialog.input.replace(/./gsu, "•") : harmless(dialog.input);
  return label + lastColumns(`${input}_`, Math.max(10, width - columns(label)));
}

// Shows the end of a long answer, which is being typed.
function lastColumns(text: string, width: number): string {
  let shown = text;
  while (shown !== "" && columns(shown) > width) shown = shown.replace(/^.\p{M}*/su, "");
  return shown;
}
