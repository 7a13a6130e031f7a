// The replies with stored messages.

/** A stored message as its recipients received it, with the members that the sender's client added. */
export interface MessageRow {
  readonly type: "message";
  readonly subtype: "global" | "private";
  readonly from: string;
  /** The recipient's name, or `global`. */
  readonly to: string;
  /** Missing for private messages. */
  readonly channel?: string | undefined;
  readonly content: string;
  readonly timestamp: string;
  readonly id: number;
  readonly [added: string]: unknown;
}

/** A message that a search found. */
export interface FoundRow extends MessageRow {
  /** A part of the content, with the matches between `«` and `»`. */
  readonly snippet: string;
}

/** The replies by the type of their request. */
export interface HistoryReplies {
  readonly history:
    & { readonly type: "history" }
    & ({ readonly channel: string } | { readonly with: string })
    & {
      /** Oldest first. */
      readonly messages: readonly MessageRow[];
      /** Whether more messages exist in the direction of paging, or on either side of a window. */
      readonly more: boolean;
      /** The id that the window is about, if the request has one. */
      readonly around?: number | undefined;
      /** In a window: whether older messages exist. */
      readonly older?: boolean | undefined;
      /** In a window: whether newer messages exist. */
      readonly newer?: boolean | undefined;
    };
  readonly search: {
    readonly type: "search";
    /** Newest first. */
    readonly messages: readonly FoundRow[];
    /** Whether more, older messages match. */
    readonly more: boolean;
    /** `false` if messages, including the newest, are temporarily missing from the index. */
    readonly complete?: false | undefined;
  };
}
