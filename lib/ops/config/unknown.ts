// Says which name is unknown, which ones are valid, and which one was probably meant.
import { nearest } from "../../protocol/nearest.ts";

const SHORTEST_PART = 3;

/** The valid name that an unknown one probably means: nearly the same, or a part of it. */
export function meantBy(name: string, known: readonly string[]): string | undefined {
  const word = name.toLowerCase().replaceAll("-", "_");
  if (known.includes(word)) return word;
  const near = nearest(word, known);
  if (near !== undefined || word.length < SHORTEST_PART) return near;
  return known.find((each) => each.startsWith(word) || word.startsWith(`${each}_`));
}

/** A question at the end of a sentence; nothing where nothing is near. */
export function didYouMean(meant: string | undefined): string {
  return meant === undefined ? "" : ` Did you mean ${meant}?`;
}

/**
 * The problem of an unknown name.
 *
 * @param kind What it is, such as `keys`.
 * @param meant What it probably means, if that is not one of the known names.
 */
export function unknownName(
  name: string,
  { kind, known, meant }: {
    readonly kind: string;
    readonly known: readonly string[];
    readonly meant?: string | undefined;
  },
): string {
  const shown = JSON.stringify(name.slice(0, 64));
  return `expected one of the ${kind} ${known.join(", ")}, got ${shown}.` +
    didYouMean(meant ?? meantBy(name, known));
}
