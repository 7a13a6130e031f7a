// Describes an unknown name, the valid names, and the name that was probably meant.
import { nearest } from "../../protocol/nearest.ts";

const SHORTEST_PART = 3;

/** Finds the valid name that an unknown name probably means: a similar one, or one that is a part of it. */
export function meantBy(name: string, known: readonly string[]): string | undefined {
  const word = name.toLowerCase().replaceAll("-", "_");
  if (known.includes(word)) return word;
  const near = nearest(word, known);
  if (near !== undefined || word.length < SHORTEST_PART) return near;
  return known.find((each) => each.startsWith(word) || word.startsWith(`${each}_`));
}

/** Returns a question for the end of a sentence; empty if no name is similar. */
export function didYouMean(meant: string | undefined): string {
  return meant === undefined ? "" : ` Did you mean ${meant}?`;
}

/**
 * Returns the error text for an unknown name.
 *
 * @param kind The kind of name, such as `keys`.
 * @param meant The name that was probably meant, if it is not one of the known names.
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
