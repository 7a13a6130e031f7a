// Applies the channels of the configuration after each reload.
import { configureChannels } from "../../chat/moderation/channel_admin.ts";
import type { Services } from "../../chat/services.ts";
import type { Log } from "../../ops/log/log.ts";
import { errorText } from "../../ops/log/text.ts";
import type { ReloadStep } from "../operations.ts";

/**
 * Adds the step to each reload. The channels are stored in the database. If it is full or locked, the server goes
 * on.
 */
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
