// The round picture of a user: initials on a colour that depends on the name.

const HUES = 24;

/** Returns the number of the colour in the style sheet for a name. */
export function hueOf(key: string): number {
  let sum = 2166136261;
  for (let at = 0; at < key.length; at++) sum = Math.imul(sum ^ key.charCodeAt(at), 16777619);
  return ((sum ^ sum >>> 15) >>> 0) % HUES;
}

/** Returns one or two letters of a name. */
export function initialsOf(name: string): string {
  const words = name.split(/[\s_.~-]+/u).filter((word) => word !== "");
  const letters = [words[0], words.length > 1 ? words.at(-1) : undefined].map((word) => {
    const [first] = new Intl.Segmenter("und", { granularity: "grapheme" }).segment(word ?? "");
    return first?.segment ?? "";
  });
  return letters.join("").toUpperCase();
}

/** Draws the picture of a user. Screen readers skip the initials, because the name is beside them. */
export function Avatar({ name, nameKey }: { readonly name: string; readonly nameKey: string }) {
  const initials = initialsOf(name);
  return (
    <span
      class={`avatar hue-${hueOf(nameKey)}`}
      data-initials={initials}
      aria-hidden="true"
    />
  );
}
