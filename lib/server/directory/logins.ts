// Connects the directory of the school with the accounts of the chat.
import type { DirectoryDesk } from "../../auth/directory.ts";
import { DeskLogins, type DirectoryLoginOptions } from "../../auth/directory_logins.ts";
import { admitPerson } from "../../chat/moderation/directory.ts";
import type { Services } from "../../chat/services.ts";
import type { Log } from "../../ops/log/log.ts";
import { oneLine } from "../../ops/log/text.ts";
import { nameKey } from "../../protocol/names.ts";
import type { LiveSettings } from "../live_settings.ts";

/** What the logins are made from. */
export interface DirectoryLoginParts extends Pick<DirectoryLoginOptions, "pool"> {
  /** Asks the directory, if there is one. */
  readonly desk?: DirectoryDesk | undefined;
  readonly settings: Pick<LiveSettings, "config">;
  readonly log: Pick<Log, "write">;
}

const HOUR_MS = 3_600_000;

/**
 * Creates the logins with the directory, if there is one.
 *
 * @param services Returns the services, which exist at the first login.
 * @param now A clock in milliseconds that only goes forward.
 */
export function createDirectoryLogins(
  { desk, settings, log, pool }: DirectoryLoginParts,
  services: () => Services,
  now: () => number,
): DeskLogins | undefined {
  if (desk === undefined) return undefined;
  const report = (problem: string) => log.write("warning", "LDAP", oneLine(problem));
  return new DeskLogins({
    desk,
    admit: (person) => admitPerson(person, services(), report),
    find: (name) => services().accountStore.findByKey(nameKey(name)),
    pool,
    keepMs: settings.config["auth.ldap"].cache_hours * HOUR_MS,
    now,
  });
}
