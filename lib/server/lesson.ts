// Builds the state of lessons, and keeps the attendance while the server runs.
import { Attendance } from "../chat/lesson/attendance.ts";
import { Hands } from "../chat/lesson/hands.ts";
import { LastMessages } from "../chat/lesson/last_messages.ts";
import type { Lesson } from "../chat/lesson/lesson.ts";
import { Paces } from "../chat/lesson/paces.ts";
import { announcePolicy } from "../chat/moderation/private_policy.ts";
import { CurrentPolicy } from "../chat/lesson/private_policy.ts";
import { Reported } from "../chat/lesson/reported.ts";
import type { Services } from "../chat/services.ts";
import { type Clock, startChore, systemClock } from "../ops/background.ts";
import type { Config } from "../ops/config/schema.ts";
import { errorText } from "../ops/log/text.ts";
import { GroupStore } from "../store/groups.ts";
import type { Database } from "../store/database.ts";
import { PrivatePolicyStore } from "../store/lesson/private_policy.ts";
import { VisitStore } from "../store/lesson/visits.ts";
import type { StorageWatch } from "../ops/data/storage_watch.ts";
import type { Log } from "../ops/log/log.ts";
import type { LiveSettings } from "./live_settings.ts";
import type { ReloadStep } from "./operations.ts";

const MINUTE_MS = 60_000;

// A pupil who raises the hand again within half a minute is reported twice at most. Thirty pupils behind one address
// can all raise their hands at once, twice in a minute.
const HAND_PACES = {
  user: { perSecond: 1 / 30, burst: 2 },
  network: { perSecond: 1, burst: 60 },
};

// A pupil who reports five messages at once, and then one each half minute, is not slowed down. Thirty pupils behind
// one address can each report four messages in one minute.
const REPORT_PACES = {
  user: { perSecond: 1 / 30, burst: 5 },
  network: { perSecond: 1, burst: 60 },
};

/** What the state is made from. */
export interface LessonParts {
  readonly settings: Pick<LiveSettings, "lesson" | "retention">;
  readonly database: Database;
  /** Whether new data can be stored. */
  readonly storage: Pick<StorageWatch, "refusal">;
  readonly log: Pick<Log, "write">;
  /** The time of day. */
  readonly clock: Clock;
  /** A monotonic clock. */
  readonly steady: Clock;
  /** Set on the leader of a cluster: users of an earlier leader are restored. */
  readonly commit?: unknown;
}

/** Creates the state of lessons. */
export function createLesson(parts: LessonParts): Lesson {
  const { settings, database, storage, log, clock: { now }, steady } = parts;
  const visits = new VisitStore(database);
  let nextLine = -Infinity;
  return {
    hands: new Hands(),
    handNotices: new Paces(HAND_PACES, steady.now),
    policy: new CurrentPolicy({
      store: new PrivatePolicyStore(database),
      rules: settings.lesson,
    }),
    reported: new Reported(),
    reportPaces: new Paces(REPORT_PACES, steady.now),
    attendance: new Attendance({
      store: visits,
      isRestored: parts.commit !== undefined,
      isStored: () => settings.retention.attendance_days > 0 && storage.refusal === undefined,
      now,
      failed(error) {
        // Each join would write a line.
        if (steady.now() < nextLine) return;
        nextLine = steady.now() + MINUTE_MS;
        log.write("error", "ERREUR", `noting attendance failed: ${errorText(error)}`);
      },
    }),
    visits,
    lastMessages: new LastMessages(),
    groups: new GroupStore(database),
  };
}

/** Notes every minute who is present. @returns A function that stops it. */
export function startAttendance({ attendance }: Lesson): () => void {
  return startChore({
    step() {
      attendance.tick();
      return true;
    },
    pauseMs: MINUTE_MS,
    everyMs: MINUTE_MS,
    failed() {},
  }, systemClock);
}

/** Returns the step of a reload that tells the users if the configured policy for private messages has changed. */
export function followPrivatePolicy(services: Services, { chat }: Config): ReloadStep {
  let configured = chat.private_messages;
  return ({ chat: { private_messages: next } }) => {
    if (next !== configured && !services.lesson.policy.isSet) announcePolicy(services);
    configured = next;
    return [];
  };
}
