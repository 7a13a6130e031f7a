// Defines the state of a lesson: raised hands, the policy for private messages, the class, reports, and lists to save.
import type { Failure, Item, NameKey, Role, RoomKey } from "./state.ts";

/** Who may write private messages: everybody, only with staff on one side, or only staff. */
export type PrivatePolicy = "all" | "staff" | "none";

/** A raised hand. The list is in the order in which they were raised. */
export interface Hand {
  readonly key: NameKey;
  readonly name: string;
  /** 1 is the first. */
  readonly place: number;
  /** In milliseconds since 1970, on the server's clock. */
  readonly since: number;
}

/** The last message of a person in a channel that the user may read. */
export interface LastSaid {
  readonly id: number;
  readonly room: RoomKey;
  readonly at: number;
  /** The beginning of the text, on one line. */
  readonly text: string;
}

/** A person of the class that staff looks at, or a user who is online. */
export interface Pupil {
  readonly key: NameKey;
  readonly name: string;
  readonly role: Role;
  readonly here: boolean;
  readonly state: string;
  /** When the present visit began. */
  readonly since: number | undefined;
  readonly last: LastSaid | undefined;
  /** The end of a mute; Infinity until a moderator ends it. */
  readonly mutedUntil: number | undefined;
  /** Whether the account is disabled. */
  readonly disabled: boolean;
}

/** A class of the server. */
export interface ClassName {
  readonly name: string;
  readonly members: number;
}

/** A report of a message, as staff receives it. */
export interface Report {
  readonly key: number;
  readonly id: number;
  /** Undefined if the message is private. */
  readonly room: RoomKey | undefined;
  readonly roomName: string;
  readonly from: string;
  readonly by: string;
  readonly reason: string;
  readonly at: number;
}

/** The messages of a room that are read to be saved in a file. */
export interface Exporting {
  readonly room: RoomKey;
  readonly name: string;
  /** Messages before this time are left out; 0 for all. */
  readonly from: number;
  readonly state: "busy" | "done" | "failed";
  /** The newest first. */
  readonly items: readonly Item[];
  /** Whether older messages are missing because the list has reached its maximum. */
  readonly isCut: boolean;
  readonly failure: Failure | undefined;
}

/** A person in a list of attendance. A visit that has not ended has no `to`. */
export interface Attendee {
  readonly name: string;
  readonly guest: boolean;
  readonly visits: readonly { readonly from: number; readonly to: number | undefined }[];
}

/** A list of attendance. */
export interface Attendance {
  readonly className: string | undefined;
  readonly from: number;
  readonly to: number;
  readonly state: "busy" | "done" | "failed";
  readonly people: readonly Attendee[];
  readonly failure: Failure | undefined;
}

/** The state of a lesson. */
export interface Lesson {
  readonly policy: PrivatePolicy;
  /** For staff all raised hands, for others only their own. */
  readonly hands: readonly Hand[];
  /** Whether the class panel is open, so that its list is kept up to date. */
  readonly isWatched: boolean;
  readonly classes: readonly ClassName[];
  /** The class whose list is shown; undefined for everyone who is online. */
  readonly chosen: string | undefined;
  /** The people of `chosen`; undefined before the first reply. */
  readonly pupils: readonly Pupil[] | undefined;
  /** The oldest first. */
  readonly reports: readonly Report[];
  readonly exporting: Exporting | undefined;
  readonly attendance: Attendance | undefined;
}

/** The state before the server has reported anything. */
export const NO_LESSON: Lesson = {
  policy: "all",
  hands: [],
  isWatched: false,
  classes: [],
  chosen: undefined,
  pupils: undefined,
  reports: [],
  exporting: undefined,
  attendance: undefined,
};
