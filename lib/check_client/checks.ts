// The checks of a client: their names, what a check can find, and the time limits.

/** The names of the checks, in the order of the report. They are part of the command line and are never renamed. */
export const CHECKS = [
  "no-greeting",
  "flush",
  "login-awaited",
  "one-line",
  "requests",
  "receiving",
  "own-once",
  "utf-8",
  "escaping",
  "decoding",
  "packets",
  "members",
  "unknown-type",
  "slow-network",
  "retry-after",
  "same-connection",
  "given-name",
  "back-off",
  "login-again",
  "rejoin",
  "catch-up",
  "server-stop",
  "ref",
] as const;

/** One of {@linkcode CHECKS}. */
export type CheckId = typeof CHECKS[number];

/** What a client may do wrong. Each fault belongs to one check. */
export const FAULTS = {
  waits_for_greeting: "no-greeting",
  nothing_sent: "flush",
  line_kept: "flush",
  before_login_reply: "login-awaited",
  register_is_no_login: "login-awaited",
  after_failed_login: "login-awaited",
  no_newline: "one-line",
  several_objects: "one-line",
  not_object: "one-line",
  not_json: "one-line",
  write_utf: "one-line",
  byte_order_mark: "one-line",
  not_lines: "one-line",
  http: "one-line",
  too_long: "one-line",
  bad_request: "requests",
  only_after_typing: "receiving",
  own_not_once: "own-once",
  not_utf8: "utf-8",
  lost_characters: "utf-8",
  encoded_twice: "utf-8",
  unescaped: "escaping",
  raw_newline: "escaping",
  changed_text: "escaping",
  not_decoded: "decoding",
  packets_are_no_lines: "packets",
  order_or_unknown: "members",
  stopped_by_unknown_type: "unknown-type",
  gave_up_slow: "slow-network",
  too_early: "retry-after",
  refusal_hidden: "retry-after",
  new_connection: "same-connection",
  not_asked_again: "same-connection",
  typed_from: "given-name",
  typed_name: "given-name",
  private_hidden: "given-name",
  no_pause: "back-off",
  same_pause: "back-off",
  no_login_again: "login-again",
  other_login: "login-again",
  wrong_channel: "rejoin",
  shown_twice_or_missing: "catch-up",
  sent_again: "catch-up",
  end_hidden: "server-stop",
  hammers: "server-stop",
} as const satisfies Record<string, CheckId>;

/** One of {@linkcode FAULTS}. */
export type Fault = keyof typeof FAULTS;

/** The outcome of a check. Only `failed` is a fault of the client: what was not done is optional. */
export type Status = "passed" | "failed" | "not_done" | "not_tried";

/** The outcome of one check. */
export interface Finding {
  readonly check: CheckId;
  readonly status: Status;
  /** What is wrong, if the check failed. */
  readonly fault?: Fault;
  /** Values for the text of the fault. */
  readonly places?: Readonly<Record<string, string>>;
  /** What the client sent, as text. It may hold anything. */
  readonly sent?: string;
}

/** Time limits in milliseconds, and other limits of one run. */
export interface Limits {
  /** For what a person does: start the client, type a line, answer. */
  readonly personMs: number;
  /** For what the client does by itself. */
  readonly reactMs: number;
  /** For a client that reconnects by itself. */
  readonly reconnectMs: number;
  /** For everything. */
  readonly totalMs: number;
  /** Without a newline for this long, an object counts as a line that lacks it. */
  readonly idleMs: number;
  /** Between two lines to the client, so that each arrives alone. */
  readonly gapMs: number;
  /** Between the pieces of a line on the slow network. */
  readonly slowMs: number;
  /** How long the reply to a login is held back. */
  readonly holdMs: number;
  /** The pause that a client must make before it connects again. */
  readonly pauseMs: number;
  /** `retry_after` of the refused message, in seconds. */
  readonly retryAfter: number;
  /** Connections at the same time. */
  readonly connections: number;
  /** Connections in all. */
  readonly arrivals: number;
  /** Lines that may be received in all. */
  readonly lines: number;
  /** Bytes that may be received in all. */
  readonly bytes: number;
}

/** The limits for a person at a terminal. */
export const LIMITS: Limits = {
  personMs: 120_000,
  reactMs: 5_000,
  reconnectMs: 12_000,
  totalMs: 600_000,
  idleMs: 1_000,
  gapMs: 30,
  slowMs: 120,
  holdMs: 1_500,
  pauseMs: 400,
  retryAfter: 2,
  connections: 64,
  arrivals: 5_000,
  lines: 20_000,
  bytes: 32 * 1024 * 1024,
};
