// The replies about what was said before.

/** A stored message, as its recipients got it, with the members that its sender's client added. */
export interface MessageRow {
  readonly type: "message";
  readonly subtype: "global" | "private";
  readonly from: string;
  /** The recipient's name, or `global`. */
  readonly to: string;
  /** Private messages have none. */
  readonly channel?: string | undefined;
  readonly content: string;
  readonly timestamp: string;
  readonly id: number;
  readonly [added: string]: unknown;
}

/** A message that a search found. */
export interface FoundRow extends MessageRow {
  /** A part of the content with what matched between `«` and `»`. */
  readonly snippet: string;
}

/** By the type of the request. */
export interface HistoryReplies {
  readonly history:
    & { readonly type: "history" }
    & ({ readonly channel: string } | { readonly with: string })
    & {
      /** The oldest first. */
      readonly messages: readonly MessageRow[];
      /** Whether there are more in the direction of paging. */
      readonly more: boolean;
    };
  readonly search: {
    readonly type: "search";
    /** The newest first. */
    readonly messages: readonly FoundRow[];
    /** Whether there are more, older ones. */
    readonly more: boolean;
    /** Messages are missing from the index for a while, among them the newest. */
    readonly complete?: false | undefined;
  };
}
