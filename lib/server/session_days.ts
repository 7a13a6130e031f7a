// Ends the tokens of all accounts where the settings do not allow any: at the start, and after each reload.
import type { Services } from "../chat/services.ts";
import type { Log } from "../ops/log/log.ts";
import { errorText } from "../ops/log/text.ts";
import type { ReloadStep } from "./operations.ts";

/** Makes the step of a reload. The database may be full or locked: tokens do not count all the same. */
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
