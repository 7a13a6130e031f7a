// Shortens texts.

/** Returns a text with at most `most` UTF-16 units. A text that is cut ends in `…`. */
export function clip(text: string, most: number): string {
  if (text.length <= most) return text;
  return `${text.slice(0, most - 1).replace(/[\ud800-\udbff]$/, "").trimEnd()}…`;
}
