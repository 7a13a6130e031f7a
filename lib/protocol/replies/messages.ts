// The reply to a message that has a `ref`.

/** The request took effect, and its message is stored. */
export interface AckReply {
  readonly type: "ack";
  readonly ref: string;
  /** The number of the message, if it is stored. */
  readonly id?: number | undefined;
  readonly timestamp: string;
  /** The name under which the message made its sender a guest. */
  readonly name?: string | undefined;
}

/** By the type of the request. */
export interface MessageReplies {
  readonly message: AckReply;
}
