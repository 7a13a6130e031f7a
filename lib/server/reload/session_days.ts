// Ends the tokens of all accounts if `web.session_days` is 0: at the start, and after each reload.
import type { Services } from "../../chat/services.ts";
import type { Log } from "../../ops/log/log.ts";
import { errorText } from "../../ops/log/text.ts";
import type { ReloadStep } from "../operations.ts";

/**
 * Returns the step of a reload. If the database is full or locked, the tokens stay stored, but the server rejects them
 * while `web.session_days` is 0.
 */
export function followSessionDays(
  { web, webSessions }: Pick<Services, "web" | "webSessions">,
  log: Pick<Log, "write">,
): ReloadStep {
  return () => {
    if (web.sessionDays > 0) return [];
    try {
      webSessions.endEverything();
      return [];
    } catch (error) {
      log.write("error", "RELOAD", `the sessions were not ended: ${errorText(error)}`);
      return [`The sessions were not ended: ${error instanceof Error ? error.message : error}`];
    }
  };
}
