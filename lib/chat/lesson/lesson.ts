// The state of a lesson: what staff sees and decides besides moderation.
import type { GroupStore } from "../../store/groups.ts";
import type { VisitStore } from "../../store/lesson/visits.ts";
import type { Attendance } from "./attendance.ts";
import type { Hands } from "./hands.ts";
import type { LastMessages } from "./last_messages.ts";
import type { Paces } from "./paces.ts";
import type { CurrentPolicy } from "./private_policy.ts";
import type { Reported } from "./reported.ts";

/** The owners of this state. */
export interface Lesson {
  readonly hands: Hands;
  /** How often messages tell the staff of raised hands. */
  readonly handNotices: Paces;
  readonly policy: CurrentPolicy;
  readonly reported: Reported;
  /** How often users may report messages. */
  readonly reportPaces: Paces;
  readonly attendance: Attendance;
  readonly visits: VisitStore;
  /** The groups, of which the classes are some. */
  readonly groups: Pick<GroupStore, "find" | "list" | "members">;
  readonly lastMessages: LastMessages;
}
