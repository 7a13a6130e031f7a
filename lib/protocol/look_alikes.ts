// Determines which names look alike, with the skeletons of Unicode Technical Standard 39 and a few more characters.
import confusables from "unhomoglyph/data.json" with { type: "json" };

const SHOWN_AS: Readonly<Record<string, string>> = confusables;

/**
 * Returns the skeleton of a name: the same for names that a reader may confuse, such as `Max` in Latin and in
 * Cyrillic letters. Use it only for comparison.
 *
 * The skeleton replaces each character by the one that it is confused with (UTS 39, section 4). It is computed before
 * the name is changed to lower case, because a Greek `Μ` looks like `M`, but its small letter looks like `u`. `i`,
 * `l` and `1` become the same letter.
 *
 * @param name A name within the length limits of {@linkcode checkName}. The work grows with its length.
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

/** Removes from a name what people add to it: signs, spaces, and the `~2` of a second guest. */
export function coreOf(name: string): string {
  return name.replace(GUEST_NUMBERS, "").replace(/[^\p{L}\p{M}\p{N}]/gu, "");
}

// One or more `~2`, with signs and spaces around them.
const GUEST_NUMBERS = /(?:~[^~\p{L}\p{M}\p{N}]*\p{Nd}+[^~\p{L}\p{M}\p{N}]*)+$/u;

// Scripts with letters that look like those of another script. The name of any other script differs from these as
// soon as it has one letter of that script.
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

/** Whether two names are written in different scripts, such as `Max` with and without a Cyrillic `а`. */
export function differInScript(a: string, b: string): boolean {
  return scriptsOf(a) !== scriptsOf(b);
}

function scriptsOf(name: string): string {
  const known = SCRIPTS.filter(([, letter]) => letter.test(name)).map(([script]) => script);
  return [...known, ...(OTHER_LETTER.test(name) ? ["other"] : [])].join();
}
