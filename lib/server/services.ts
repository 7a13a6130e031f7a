// Puts together what the chat works with: stores over the database, and the owners of state in memory.
import { Accounts, type AccountsOptions } from "../auth/accounts.ts";
import { Throttle } from "../auth/throttle.ts";
import { AddressLimit } from "../chat/limits/address_limit.ts";
import { BanList } from "../chat/moderation/ban_list.ts";
import { reportGuessing } from "../chat/moderation/staff.ts";
import { Channels } from "../chat/presence/channels.ts";
import { createDelivery } from "../chat/delivery/delivery.ts";
import { type Commit, Outputs } from "../chat/delivery/outputs.ts";
import { Mailbox } from "../chat/delivery/mailbox.ts";
import { createLocalLog } from "../chat/delivery/message_log.ts";
import type { ServerObserver } from "../chat/observer.ts";
import type { Operations } from "../chat/operations.ts";
import { Roster } from "../chat/presence/roster.ts";
import { Sessions } from "../chat/presence/sessions.ts";
import type { Services } from "../chat/services.ts";
import { UnsentNotices } from "../chat/delivery/unsent.ts";
import { isReached, Windows } from "../chat/delivery/windows.ts";
import type { ChatAddresses } from "./chat_ports.ts";
import type { LiveSettings } from "./live_settings.ts";
import type { Log } from "../ops/log/log.ts";
import { errorText } from "../ops/log/text.ts";
import type { StorageWatch } from "../ops/data/storage_watch.ts";
import { ProtocolError } from "../protocol/errors.ts";
import { Turns } from "../net/turns/turns.ts";
import type { Later } from "../net/turns/turnstile.ts";
import { type Clock, steadyClock, systemClock } from "../ops/background.ts";
import { nameKey } from "../protocol/names.ts";
import { AccountStore } from "../store/accounts.ts";
import { AuditStore } from "../store/audit.ts";
import { ChannelStore } from "../store/channels.ts";
import type { Database } from "../store/database.ts";
import { HistoryStore } from "../store/history.ts";
import { KnownNetworkStore } from "../store/known_networks.ts";
import { MailStore } from "../store/mail.ts";
import { MessageStore } from "../store/messages.ts";
import { PersonalDataStore } from "../store/personal_data.ts";
import { SanctionStore } from "../store/sanctions.ts";
import type { Searcher } from "../store/search/searcher.ts";
import { transact } from "../store/transaction.ts";

/** What the services are made from. */
export interface ServiceParts {
  readonly settings: LiveSettings;
  readonly database: Database;
  readonly pool: AccountsOptions["pool"];
  /** Told what happens. */
  readonly observer: ServerObserver;
  /** The server as a whole, for operators. */
  readonly operations: Operations;
  readonly search: Searcher;
  /** Runs something after timers, accepts and reads have had their chance. */
  readonly later: Later;
  /** Whether something new can be stored. */
  readonly storage: Pick<StorageWatch, "refusal" | "refuseLost">;
  /** Told of what could not be noted in the database, where the chat goes on without. */
  readonly log: Pick<Log, "write">;
  /** Where the chat listens. */
  readonly addresses: ChatAddresses;
  /** Where messages are kept; without it, in the database. */
  readonly messages?: Pick<MessageStore, "append">;
  /** Makes sure of each turn before its output leaves; without it, the database has done so. */
  readonly commit?: Commit | undefined;
  /** The time of day, and timers; without it, the machine's. */
  readonly clock?: Clock;
  /** A clock that only goes forward, for waits and rates; without it, the machine's. */
  readonly steady?: Clock;
}

/** Makes the services of a chat that nobody has joined yet. */
export function createServices(parts: ServiceParts): Services {
  const { settings, database, observer, storage } = parts;
  const { clock = systemClock, steady = steadyClock } = parts;
  const { now } = clock;
  const unrecorded = (what: string, error: unknown) =>
    parts.log.write("error", "ERREUR", `${what} failed and was skipped: ${errorText(error)}`);
  const accountStore = new AccountStore(database);
  const roster = new Roster((key) => accountStore.findByKey(key) !== undefined);
  const channelStore = new ChannelStore(database);
  const channels = new Channels(channelStore, now());
  try {
    transact(database, () => channels.configure(settings.config.channel, now()));
  } catch (error) {
    // The disk may be full: members can still log in and read.
    unrecorded("setting up the configured channels", error);
  }
  const sanctions = new SanctionStore(database);
  const mailStore = new MailStore(database);
  const messages = parts.messages ?? new MessageStore(database);
  const mail = new Mailbox({ store: mailStore, observer, limits: settings.limits });
  const texts = () => settings.texts;
  const told = { timers: clock, texts, now };
  const unsent = new UnsentNotices(told);
  const sessions = new Sessions();
  const outputs = new Outputs(parts.commit);
  const log = createLocalLog({
    store: {
      append(batch) {
        // Written into a file that is gone, they would be gone with it.
        storage.refuseLost();
        return messages.append(batch);
      },
    },
    listener: createDelivery({
      audiences: { roster, channels, mail, sessions, outputs },
      observer,
      texts,
      unsent,
    }),
    isReached(name, accountId) {
      const user = roster.find(nameKey(name));
      return user?.accountId === accountId && isReached(user);
    },
    listeners: () => roster.sessions.size,
    after: clock.after,
    beforeEnd: (run) => outputs.beforeEnd(run),
  });
  const turns = new Turns({ isFull: () => log.full || outputs.full, later: parts.later });
  const staff = { accountStore, roster, log, observer, texts, now };
  const throttle = new Throttle({
    clock: steady,
    guessed: (key, network, failures) => reportGuessing({ key, network, failures }, staff),
  });
  return {
    accounts: new Accounts({
      store: accountStore,
      networks: new KnownNetworkStore(database),
      pool: parts.pool,
      throttle,
      rules: settings.accounts,
      unrecorded: (error) => unrecorded("noting a login", error),
      now,
    }),
    accountStore,
    accountChanges: accountStore,
    roster,
    log,
    outputs,
    observer,
    operations: parts.operations,
    channels,
    expulsions: channelStore,
    personalData: new PersonalDataStore(database),
    history: new HistoryStore(database),
    search: parts.search,
    mail,
    windows: new Windows({ mail, ...told }),
    unsent,
    sanctions,
    banList: new BanList(() => sanctions.bans(now())),
    audit: new AuditStore(database),
    atomically: (work) => transact(database, work),
    sessions,
    get texts() {
      return settings.texts;
    },
    channelRules: settings.channelRules,
    limits: settings.limits,
    addressLimit: new AddressLimit(settings.addresses, steady),
    turns,
    refusesPassword(peer) {
      if (peer.secure || settings.access.mayLogInClear(peer.address)) return undefined;
      return clearPassword(parts.addresses.tls?.port);
    },
    get accountAdmin() {
      return settings.config.admin.accounts;
    },
    refusesStoring: () => storage.refusal,
    get guests() {
      return settings.config.auth.guests;
    },
    now,
  };
}

function clearPassword(port: number | undefined): ProtocolError {
  return new ProtocolError(
    "forbidden",
    port === undefined
      ? { reason: "clear_password" }
      : { reason: "clear_password_port", places: { port } },
  );
}
