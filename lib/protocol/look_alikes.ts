// Which names look alike: the skeleton of Unicode's technical standard 39, with what reads the same in a chat.
import confusables from "unhomoglyph/data.json" with { type: "json" };

const SHOWN_AS: Readonly<Record<string, string>> = confusables;

/**
 * What a name looks like: equal for names that a reader may take for each other, such as `Max` in Latin and
 * in Cyrillic letters. It is for comparing only.
 *
 * The skeleton maps each character to the one it is confused with (UTS 39, section 4). Upper case comes first,
 * since a Greek `Μ` looks like an `M` and its small letter like a `u`; `i`, `l` and `1` are one.
 *
 * @param name A name that {@linkcode checkName} would measure: the work grows with its length.
 * @see https://www.unicode.org/reports/tr39/#Confusable_Detection
 */
export function looksOf(name: string): string {
  const shown = skeleton(skeleton(name).toLowerCase());
  return shown.replace(/[i\u0131]/g, "l");
}

function skeleton(text: string): string {
  let shown = "";
  for (const character of text.normalize("NFD")) shown += SHOWN_AS[character] ?? character;
  return shown.normalize("NFD");
}

/** What is left of a name without what people put around one: signs, spaces, and the `~2` of a second guest. */
export function coreOf(name: string): string {
  return name.replace(GUEST_NUMBERS, "").replace(/[^\p{L}\p{M}\p{N}]/gu, "");
}

// Also several of them, and with signs and spaces around them.
const GUEST_NUMBERS = /(?:~[^~\p{L}\p{M}\p{N}]*\p{Nd}+[^~\p{L}\p{M}\p{N}]*)+$/u;

// Scripts that have letters that look like those of another one. The names of all others differ in script
// from these as soon as they have one letter of their own.
const SCRIPTS = [
  "Latin",
  "Greek",
  "Cyrillic",
  "Armenian",
  "Georgian",
  "Cherokee",
  "Coptic",
  "Lisu",
  "Hebrew",
  "Arabic",
].map((name): [string, RegExp] => [name, new RegExp(`\\p{Script=${name}}`, "u")]);
const OTHER_LETTER = new RegExp(
  `[\\p{L}--[${
    SCRIPTS.map(([name]) => `\\p{Script=${name}}`).join("")
  }\\p{Script=Common}\\p{Script=Inherited}]]`,
  "v",
);

/** Whether two names are written in different scripts, such as `Max` with a Cyrillic `а` and without. */
export function differInScript(a: string, b: string): boolean {
  return scriptsOf(a) !== scriptsOf(b);
}

function scriptsOf(name: string): string {
  const known = SCRIPTS.filter(([, letter]) => letter.test(name)).map(([script]) => script);
  return [...known, ...(OTHER_LETTER.test(name) ? ["other"] : [])].join();
}
