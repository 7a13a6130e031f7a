// The reply to a message that has a `ref`.

/** The request took effect, and its message is stored. */
export interface AckReply {
  readonly type: "ack";
  readonly ref: string;
  /** The id of the message, if it is stored. */
  readonly id?: number | undefined;
  readonly timestamp: string;
  /** The name, if the message made its sender a guest. */
  readonly name?: string | undefined;
  /** The token of the guest, if its connection has the feature `session`. */
  readonly token?: string | undefined;
}

/** The replies by the type of their request. */
export interface MessageReplies {
  readonly message: AckReply;
}
