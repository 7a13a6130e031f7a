// Defines the tree of a message: plain values, which the page draws as elements and never as HTML.

/** A part of a line. */
export type Inline =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "code"; readonly text: string }
  | { readonly kind: "strong" | "emphasis" | "strike"; readonly children: readonly Inline[] }
  | { readonly kind: "link"; readonly text: string; readonly href: string }
  | { readonly kind: "mention"; readonly text: string; readonly name: string }
  | { readonly kind: "channel"; readonly text: string; readonly channel: string };

/** A part of a message that begins on its own line. The text of a paragraph may contain line breaks. */
export type Block =
  | { readonly kind: "paragraph" | "quote"; readonly children: readonly Inline[] }
  | { readonly kind: "fence"; readonly language: string; readonly text: string };

/** The names that the page knows and a message may mention. */
export interface Known {
  /** Returns the name of a user as shown, or `undefined` if there is no such user. */
  readonly person: (name: string) => string | undefined;
  /** Returns the name of a channel as shown, or `undefined` if there is none. `name` begins with `#`. */
  readonly channel: (name: string) => string | undefined;
}

/** Knows no users and no channels. */
export const NOTHING_KNOWN: Known = { person: () => undefined, channel: () => undefined };
