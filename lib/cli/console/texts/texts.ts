// The type of the console's texts in each language.
import type { InviteRow, RegistrationRow } from "../../../protocol/replies/invite_admin.ts";
import type { ActionName, Question } from "../actions.ts";
import type { Imported } from "../importing.ts";
import type { PageName } from "../page_names.ts";

/** The columns of all pages. */
export type ColumnName =
  | "conn"
  | "user"
  | "role"
  | "state"
  | "address"
  | "channel"
  | "idle"
  | "node"
  | "login"
  | "created"
  | "group"
  | "kind"
  | "members"
  | "invite"
  | "code"
  | "uses"
  | "expires";

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

/** The texts of the pages, their actions and the questions before them. */
export interface PageTexts {
  readonly pages: Readonly<Record<PageName, string>>;
  readonly columns: Readonly<Record<ColumnName, string>>;
  /** Shown instead of a table without rows. */
  readonly empty: Readonly<Record<PageName, string>>;
  readonly nothingSelected: Readonly<Record<PageName, string>>;
  readonly nothingFound: string;
  readonly disabled: string;
  /** What a group that is a class is called. */
  readonly classKind: string;
  readonly inviteStates: Readonly<Record<InviteRow["state"], string>>;
  readonly registrationOpen: (row: RegistrationRow) => string;
  /** The keys of each page, in the order of the last line. */
  readonly keys: Readonly<Record<PageName, readonly KeyHint[]>>;
  readonly help: Readonly<Record<PageName, readonly string[]>>;
  readonly helpEverywhere: readonly string[];
  /** The questions before an action. */
  readonly ask: Readonly<Record<Exclude<Question, "sure">, string>>;
  /** What is expected instead of an answer that is not valid; missing where only an empty one is not. */
  readonly wrong: Readonly<Partial<Record<Question, string>>>;
  readonly confirm: (action: ActionName, subject: string) => string;
  /** @param detail A new password, or a new invitation; empty for other actions. */
  readonly done: (action: ActionName, subject: string, detail: string) => string;
  /** The result of an import. */
  readonly imported: (counts: Imported, sheet: string) => string;
  /** The progress of an import, in passwords. */
  readonly importing: (done: number, of: number) => string;
  readonly cancelled: string;
}

/** All texts. */
export interface ConsoleTexts extends PageTexts {
  readonly tooSmall: (columns: number, rows: number) => string;
  readonly connecting: string;
  readonly up: string;
  /** A server of a cluster, and the one that leads it; `undefined` if none does. */
  readonly ofCluster: (node: string, leader: string | undefined) => string;
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
  /** Roles and states by their names in the protocol. Others are shown unchanged. */
  readonly roles: Readonly<Record<string, string>>;
  readonly states: Readonly<Record<string, string>>;
  readonly shown: (shown: number, total: number) => string;
  readonly filter: (filter: string) => string;
  readonly eventsHead: string;
  readonly noEvents: string;
  /** The sentence for each kind of event. */
  readonly events: Readonly<Record<string, (event: EventFields) => string>>;
}
