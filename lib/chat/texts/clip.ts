// Shortens a text to the space that there is for it.

/** A text of at most so many characters (UTF-16 units); one that is cut ends in `…`. */
export function clip(text: string, most: number): string {
  if (text.length <= most) return text;
  return `${text.slice(0, most - 1).replace(/[\ud800-\udbff]$/, "").trimEnd()}…`;
}
