// The periodic tasks: closes connections that have not joined, removes members whom a channel no longer admits,
// and deletes expired data.
import type { ChatServer } from "../chat/chat_server.ts";
import { createEviction } from "../chat/conversation/membership.ts";
import type { ChatLimits, Services } from "../chat/services.ts";
import { startChore, systemClock } from "../ops/background.ts";
import { startAttendance } from "./lesson.ts";
import { startUpkeep } from "../ops/data/upkeep.ts";
import type { Log } from "../ops/log/log.ts";
import { errorText, oneLine } from "../ops/log/text.ts";
import type { Database } from "../store/database.ts";
import type { SearchDesk } from "../store/search/desk.ts";
import type { Desk } from "../ldap/desk.ts";
import { startDirectoryCheck } from "./directory/check.ts";
import type { LiveSettings } from "./live_settings.ts";

const MINUTE_MS = 60_000;
const EVICTION_MS = 10_000;
const EVICTION_PAUSE_MS = 10;
const SWEEPS_PER_TIMEOUT = 4;
const FASTEST_SWEEP_MS = 250;
const SLOWEST_SWEEP_MS = 15_000;

/** What the tasks work with. */
export interface ChoreParts {
  readonly settings: LiveSettings;
  readonly database: Database;
  readonly search: SearchDesk;
  /** Whether the search index is updated elsewhere. */
  readonly isIndexed?: boolean | undefined;
  readonly services: Services;
  readonly chat: ChatServer;
  readonly log: Log;
  readonly desk: Desk | undefined;
}

/** Starts the tasks. @param opened Stops them. */
export function startChores(
  parts: ChoreParts,
  opened: Pick<AsyncDisposableStack, "defer">,
): void {
  const { settings, database, search, isIndexed = false, services, chat, log, desk } = parts;
  opened.defer(startSweeping(chat, settings.limits));
  opened.defer(startEvicting(services, log));
  opened.defer(startAttendance(services.lesson));
  if (desk !== undefined) opened.defer(startChecking(desk, parts));
  else endDirectoryTokens(parts);
  opened.defer(startUpkeep(database, {
    days: settings.retention,
    log,
    clock: systemClock,
    index: isIndexed ? undefined : search,
    sanctionsChanged: () => services.banList.reload(),
  }));
}

function startChecking(desk: Desk, { services, settings, log }: ChoreParts): () => void {
  return startDirectoryCheck({
    services,
    desk,
    everyMs: settings.config["auth.ldap"].check_minutes * MINUTE_MS,
    clock: systemClock,
    report: (problem) => log.write("warning", "LDAP", oneLine(problem)),
    failed: (error) =>
      log.write("error", "ERREUR", `checking the directory failed: ${errorText(error)}`),
  });
}

// Without the directory, nobody would notice that an account is disabled there.
function endDirectoryTokens({ services, log }: ChoreParts): void {
  try {
    services.directoryAccounts.endTokens();
  } catch (error) {
    log.write(
      "error",
      "ERREUR",
      `ending the sessions of the directory failed: ${errorText(error)}`,
    );
  }
}

function startEvicting(services: Services, log: Log): () => void {
  return startChore({
    step: createEviction(services),
    pauseMs: EVICTION_PAUSE_MS,
    everyMs: EVICTION_MS,
    failed: (error) =>
      log.write(
        "error",
        "ERREUR",
        `removing users who are no longer admitted failed: ${errorText(error)}`,
      ),
  }, systemClock);
}

// Each sweep reads the interval again, because a reload may have changed it.
function startSweeping(chat: ChatServer, limits: Pick<ChatLimits, "unjoinedSeconds">): () => void {
  let timer: ReturnType<typeof setTimeout>;
  function schedule(): void {
    const period = limits.unjoinedSeconds * 1000 / SWEEPS_PER_TIMEOUT || SLOWEST_SWEEP_MS;
    const bounded = Math.max(FASTEST_SWEEP_MS, Math.min(SLOWEST_SWEEP_MS, period));
    timer = setTimeout(() => {
      chat.closeUnjoined();
      schedule();
    }, bounded);
  }
  schedule();
  return () => clearTimeout(timer);
}
