// The reply to `hello`: the version, the rules and the limits of the server.
import type { PrivatePolicy } from "../requests/lesson.ts";

/** The reply by the type of the request. */
export interface HelloReplies {
  readonly hello: {
    readonly type: "hello";
    readonly version: string;
    /** The features that the server supports. */
    readonly features: readonly string[];
    /** Whether guests may join without an invitation. */
    readonly guests: boolean;
    /** Whether clients at this address may register accounts without an invitation. */
    readonly registration: boolean;
    /** Whether an invitation permits more: joining as a guest, or registering an account. Missing: no. */
    readonly invites?: true | undefined;
    /** Whether passwords are accepted over this connection, or only over TLS. */
    readonly passwords: "ok" | "tls";
    /** The port that accepts TLS, if there is one. */
    readonly tls_port?: number | undefined;
    /** 0 means no limit. */
    readonly limits: {
      readonly line_bytes: number;
      readonly content_bytes: number;
      readonly password_min: number;
      /** The maximum number of messages in one `history`. */
      readonly history: number;
      /** The maximum number of messages in one `search`. */
      readonly search: number;
    };
    /** Who may write private messages. */
    readonly private_messages: PrivatePolicy;
    /** Days until the token that `login` gives expires; 0 means that `login` gives no tokens. */
    readonly session_days: number;
    /** The name of the class or the school; empty without one. */
    readonly class_name: string;
    readonly time: string;
  };
}
