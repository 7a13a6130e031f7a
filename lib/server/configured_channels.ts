// The channels that always exist, as the configuration says, after each reload.
import { configureChannels } from "../chat/moderation/channel_admin.ts";
import type { Services } from "../chat/services.ts";
import type { Log } from "../ops/log/log.ts";
import { errorText } from "../ops/log/text.ts";
import type { ReloadStep } from "./operations.ts";

/** Makes the step of a reload. They go into the database, which may be full or locked: no reason to end. */
export function followConfiguredChannels(
  services: Services,
  log: Pick<Log, "write">,
): ReloadStep {
  return ({ channel }) => {
    try {
      configureChannels(channel, services);
      return [];
    } catch (error) {
      log.write("error", "RELOAD", `the channels were not changed: ${errorText(error)}`);
      return [`The channels were not changed: ${error instanceof Error ? error.message : error}`];
    }
  };
}
