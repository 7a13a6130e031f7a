// The reply to `hello`: what the server is and what it allows.

/** By the type of the request. */
export interface HelloReplies {
  readonly hello: {
    readonly type: "hello";
    readonly version: string;
    /** The features that the server has. */
    readonly features: readonly string[];
    /** Whether guests may join. */
    readonly guests: boolean;
    /** Whether clients may register accounts. */
    readonly registration: boolean;
    /** Whether passwords are accepted over this connection, or only over TLS. */
    readonly passwords: "ok" | "tls";
    /** The port that accepts TLS, if there is one. */
    readonly tls_port?: number | undefined;
    /** 0 means no limit. */
    readonly limits: {
      readonly line_bytes: number;
      readonly content_bytes: number;
      readonly password_min: number;
      /** Most messages of one `history`. */
      readonly history: number;
      /** Most messages of one `search`. */
      readonly search: number;
    };
    /** Days for which `login` gives a token; 0: it gives none. */
    readonly session_days: number;
    /** The name of the class or the school, or nothing. */
    readonly class_name: string;
    readonly time: string;
  };
}
