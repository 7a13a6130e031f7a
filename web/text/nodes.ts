// The tree that a message becomes: plain values, which the page draws as elements and never as HTML.

/** A part of a line. */
export type Inline =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "code"; readonly text: string }
  | { readonly kind: "strong" | "emphasis" | "strike"; readonly children: readonly Inline[] }
  | { readonly kind: "link"; readonly text: string; readonly href: string }
  | { readonly kind: "mention"; readonly text: string; readonly name: string }
  | { readonly kind: "channel"; readonly text: string; readonly channel: string };

/** A part of a message that begins on a line of its own. The text of a paragraph may have line breaks. */
export type Block =
  | { readonly kind: "paragraph" | "quote"; readonly children: readonly Inline[] }
  | { readonly kind: "fence"; readonly language: string; readonly text: string };

/** What the page knows of the names that a message may mention. */
export interface Known {
  /** The name of a user as it is shown, or `undefined` if nobody has it. */
  readonly person: (name: string) => string | undefined;
  /** The name of a channel as it is shown, or `undefined` if there is none. `name` begins with `#`. */
  readonly channel: (name: string) => string | undefined;
}

/** Nobody and no channel. */
export const NOTHING_KNOWN: Known = { person: () => undefined, channel: () => undefined };
