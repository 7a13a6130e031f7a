// The type of the console's texts in each language.

/** An action on a connection or on the server. */
export type ActionName = "kick" | "mute" | "ban" | "disconnect" | "announce" | "reload";

/** A key and its action, for the last line. */
export interface KeyHint {
  readonly key: string;
  readonly label: string;
}

/** The details of an event, made harmless; empty if the event does not have them. */
export type EventFields = Readonly<
  Record<
    | "peer"
    | "user"
    | "kind"
    | "limit"
    | "reason"
    | "result"
    | "state"
    | "offence"
    | "code"
    | "messages"
    | "failures"
    | "network"
    | "what"
    | "by"
    | "action"
    | "target"
    | "channel"
    | "until",
    string
  >
>;

/** All texts. */
export interface ConsoleTexts {
  readonly tooSmall: (columns: number, rows: number) => string;
  readonly connecting: string;
  readonly up: string;
  readonly connections: string;
  readonly members: (count: number) => string;
  readonly guests: (count: number) => string;
  readonly bans: (count: number) => string;
  readonly messages: string;
  readonly deliveries: string;
  readonly refused: string;
  readonly lag: string;
  readonly memory: string;
  readonly queued: string;
  readonly passwords: string;
  readonly database: string;
  /** A rate, such as `1.5/s`. */
  readonly rate: (perSecond: number) => string;
  /** A size in bytes, such as `12 KiB`. */
  readonly size: (bytes: number) => string;
  /** A span of seconds, such as `2d 3h`. */
  readonly span: (seconds: number) => string;
  readonly columns: Readonly<
    Record<"conn" | "user" | "role" | "state" | "address" | "channel" | "idle", string>
  >;
  /** Roles and states by their names in the protocol. Others are shown unchanged. */
  readonly roles: Readonly<Record<string, string>>;
  readonly states: Readonly<Record<string, string>>;
  readonly shown: (shown: number, total: number) => string;
  readonly filter: (filter: string) => string;
  readonly nobody: string;
  readonly nothingFound: string;
  readonly eventsHead: string;
  readonly noEvents: string;
  /** The sentence for each kind of event. */
  readonly events: Readonly<Record<string, (event: EventFields) => string>>;
  /**
   * The key that stays longest on a narrow terminal comes first. The line itself uses the order of the keyboard.
   */
  readonly keys: readonly KeyHint[];
  readonly help: readonly string[];
  readonly nobodySelected: string;
  /** The questions before an action. */
  readonly ask: Readonly<Record<"for" | "reason" | "content" | "filter", string>>;
  readonly confirm: (action: ActionName, target: string) => string;
  readonly done: (action: ActionName, target: string) => string;
  readonly badDuration: string;
  readonly cancelled: string;
}
