// Measures the server: for the metrics, and for operators who ask for figures.
import type { Services } from "../chat/services.ts";
import type { Admission } from "../net/admission.ts";
import type { Desk } from "../ldap/desk.ts";
import type { PasswordPool } from "../auth/password_pool.ts";
import { readStorage } from "../ops/data/storage.ts";
import type { Config } from "../ops/config/schema.ts";
import type { GaugeSources } from "../ops/metrics/gauges.ts";
import type { Database } from "../store/database.ts";
import { MailStore } from "../store/mail.ts";

/** What is measured of the process, wherever the chat is. */
export interface MeasuredProcess {
  readonly admission: Admission;
  readonly pool: PasswordPool;
  readonly config: Config;
  readonly desk: Pick<Desk, "waiting" | "failure"> | undefined;
}

/** What is measured. */
export interface MeasuredParts extends MeasuredProcess {
  readonly services: Services;
  readonly chat: { readonly queuedBytes: number };
  readonly database: Database;
}

/** Creates the gauges of a server's parts. */
export function gaugesOf({ services, chat, database, ...process }: MeasuredParts): GaugeSources {
  const { roster, channels, sanctions } = services;
  const mail = new MailStore(database);
  return {
    ...processGauges(process),
    users: () => countUsers(roster.users),
    channels: () => channels.size,
    mailWaiting: () => mail.count(),
    outboxBytes: () => chat.queuedBytes,
    bans: () => sanctions.countBans(Date.now()),
  };
}

/** Creates the gauges that do not depend on the chat. */
export function processGauges(
  { admission, pool, config, desk }: MeasuredProcess,
): Pick<GaugeSources, "connections" | "passwordsWaiting" | "directory" | "storage"> {
  return {
    connections: () => admission.total,
    passwordsWaiting: () => pool.waiting,
    directory: desk && (() => ({ waiting: desk.waiting, isUp: desk.failure === undefined })),
    storage: () => readStorage(config.store.data_dir),
  };
}

function countUsers(
  users: Iterable<{ readonly accountId: number | null }>,
): { guest: number; member: number } {
  let guest = 0;
  let member = 0;
  for (const { accountId } of users) accountId === null ? guest++ : member++;
  return { guest, member };
}
