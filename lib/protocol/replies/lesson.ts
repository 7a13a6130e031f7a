// The replies and events of a lesson: the class, raised hands, the policy for private messages, reports, attendance.
import type { PrivatePolicy } from "../requests/lesson.ts";
import type { Role } from "../requests/user_admin.ts";
import type { Done } from "./done.ts";

/** A class. */
export interface ClassRow {
  readonly name: string;
  /** The number of its accounts, online or not. */
  readonly members: number;
}

/** The last message of a person in a channel that the asker may read. */
export interface LastMessage {
  readonly id: number;
  readonly channel: string;
  /** When it was sent. */
  readonly at: string;
  /** The beginning of the text, on one line. */
  readonly text: string;
}

/** A person of a class, or a user who is online. */
export interface ClassPersonRow {
  readonly name: string;
  readonly role: Role | "guest";
  /** Whether the person is online. */
  readonly here: boolean;
  /** The state of a person who is online. */
  readonly state?: string | undefined;
  /** When the present visit began. */
  readonly since?: string | undefined;
  /** Missing if the server knows of no message. */
  readonly last?: LastMessage | undefined;
  /** When the mute ends; `null` until further notice. Missing without a mute. */
  readonly muted_until?: string | null | undefined;
  /** The place of a raised hand; 1 is the first. */
  readonly hand?: number | undefined;
  /** Whether the account is disabled. */
  readonly disabled?: true | undefined;
}

/** A raised hand. */
export interface HandRow {
  readonly user: string;
  /** 1 is the first. */
  readonly place: number;
  /** When it was raised. */
  readonly since: string;
}

/** Whether a hand is up, and its place if it is. */
export interface HandState {
  readonly user: string;
  readonly up: boolean;
  readonly place?: number | undefined;
}

/** A visit: the user was online from `from` to `to`. */
export interface Visit {
  readonly from: string;
  /** `null` while the user is online. */
  readonly to: string | null;
}

/** A person with the visits in a period. */
export interface AttendanceRow {
  readonly name: string;
  readonly guest?: true | undefined;
  /** The earliest first. */
  readonly visits: readonly Visit[];
  /** Whether later visits are missing because they did not fit. */
  readonly more?: true | undefined;
}

/** The line that tells staff of a raised or lowered hand, and a user of the own place. */
export type HandEvent = { readonly type: "hand" } & HandState;

/** The line that tells the policy for private messages once it has changed. */
export interface PolicyEvent {
  readonly type: "policy";
  readonly private: PrivatePolicy;
}

/** The line that tells staff of a report. It has no part of the message. */
export interface ReportEvent {
  readonly type: "report";
  readonly id: number;
  /** The channel; missing if the message is private. */
  readonly channel?: string | undefined;
  /** The sender of the message. */
  readonly from: string;
  /** The user who reports it. */
  readonly by: string;
  /** May be empty. */
  readonly reason: string;
}

/** The replies by the type of their request. */
export interface LessonReplies {
  readonly classes: {
    readonly type: "classes";
    /** Sorted by name. */
    readonly classes: readonly ClassRow[];
    /** Whether classes are missing because they did not fit. */
    readonly more?: true | undefined;
  };
  readonly class: {
    readonly type: "class";
    /** The class, if the request names one. Without one, the reply lists the users who are online. */
    readonly class?: string | undefined;
    /** Sorted by name. */
    readonly people: readonly ClassPersonRow[];
    /** Whether more people exist. The next page begins after the last of these. */
    readonly more?: true | undefined;
  };
  /** `user` is missing if all hands were lowered. */
  readonly hand: Done<
    "hand",
    | HandState
    | { readonly user?: undefined; readonly up: false; readonly all: true }
  >;
  readonly hands: {
    readonly type: "hands";
    /** In the order in which they were raised. Users who are not staff receive only their own. */
    readonly hands: readonly HandRow[];
    /** Whether hands are missing because they did not fit. */
    readonly more?: true | undefined;
  };
  readonly policy: Done<"policy", { readonly private: PrivatePolicy }>;
  readonly report: Done<"report", { readonly id: number }>;
  readonly attendance: {
    readonly type: "attendance";
    /** The class, if the request names one. */
    readonly class?: string | undefined;
    readonly from: string;
    readonly to: string;
    /** Sorted by name. With a class, also the absent, without visits. */
    readonly people: readonly AttendanceRow[];
    /** Whether more people exist. The next page begins after the last of these. */
    readonly more?: true | undefined;
  };
}
