// Puts together what the chat works with: stores over the database, and those who own state in memory.
import { Accounts } from "../auth/accounts.ts";
import type { PasswordPool } from "../auth/password_pool.ts";
import { Throttle } from "../auth/throttle.ts";
import { AddressLimit } from "../chat/limits/address_limit.ts";
import { BanList } from "../chat/moderation/ban_list.ts";
import { reportGuessing } from "../chat/moderation/staff.ts";
import { Channels } from "../chat/presence/channels.ts";
import { createDelivery } from "../chat/delivery/delivery.ts";
import { Mailbox } from "../chat/delivery/mailbox.ts";
import { createLocalLog } from "../chat/delivery/message_log.ts";
import type { ServerObserver } from "../chat/observer.ts";
import type { Operations } from "../chat/operations.ts";
import { Roster } from "../chat/presence/roster.ts";
import type { Services } from "../chat/services.ts";
import { UnsentNotices } from "../chat/delivery/unsent.ts";
import { isReached, Windows } from "../chat/delivery/windows.ts";
import type { LiveSettings } from "./live_settings.ts";
import type { StorageWatch } from "../ops/data/storage_watch.ts";
import { ProtocolError } from "../protocol/errors.ts";
import { Turns } from "../net/turns/turns.ts";
import { systemClock } from "../ops/background.ts";
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
import type { Searcher } from "../store/search/desk.ts";
import { transact } from "../store/transaction.ts";

/** What can be measured of the chat. */
export interface ChatGauges {
  readonly users: () => { guest: number; member: number };
  readonly channels: () => number;
  readonly mailWaiting: () => number;
}

/** What the services are made from. */
export interface ServiceParts {
  readonly settings: LiveSettings;
  readonly database: Database;
  readonly pool: PasswordPool;
  /** Runs something after timers, accepts and reads have had their chance. */
  readonly later: (run: () => void) => void;
  readonly search: Searcher;
  /** The server as a whole, for operators; it is made after the services. */
  readonly operations: () => Operations;
  /** Whether something new can be stored. */
  readonly storage: Pick<StorageWatch, "refusal" | "refuseLost">;
  /** Told of what could not be noted in the database, where the chat goes on without. */
  readonly unrecorded: (what: string, error: unknown) => void;
  /** The port of the chat over TLS, if there is one. */
  readonly tlsPort: () => number | undefined;
  /** Makes the observer, given what it may measure. */
  readonly observe: (gauges: ChatGauges) => ServerObserver;
}

/** Makes the services of a chat that nobody has joined yet. */
export function createServices(
  { settings, database, pool, search, later, operations, storage, unrecorded, tlsPort, observe }:
    ServiceParts,
): Services {
  const now = Date.now;
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
  const observer = observe({
    users: () => countUsers(roster),
    channels: () => channels.size,
    mailWaiting: () => mailStore.count(),
  });
  const messages = new MessageStore(database);
  const mail = new Mailbox({ store: mailStore, observer, limits: settings.limits });
  const texts = () => settings.texts;
  const told = { timers: systemClock, texts, now };
  const unsent = new UnsentNotices(told);
  const log = createLocalLog({
    store: {
      append(batch) {
        // Written into a file that is gone, they would be gone with it.
        storage.refuseLost();
        return messages.append(batch);
      },
    },
    listener: createDelivery({
      audiences: { roster, channels, mail },
      observer,
      texts,
      unsent,
    }),
    isReached(name, accountId) {
      const user = roster.find(nameKey(name));
      return user?.accountId === accountId && isReached(user);
    },
    listeners: () => roster.sessions.size,
    after: systemClock.after,
  });
  const turns = new Turns({ isFull: () => log.full, later });
  const services: Services = {
    accounts: new Accounts({
      store: accountStore,
      networks: new KnownNetworkStore(database),
      pool,
      throttle: new Throttle({
        clock: { now: () => performance.now(), after: systemClock.after },
        guessed: (key, network, failures) => reportGuessing({ key, network, failures }, services),
      }),
      rules: settings.accounts,
      unrecorded: (error) => unrecorded("noting a login", error),
      now,
    }),
    accountStore,
    accountChanges: accountStore,
    roster,
    log,
    observer,
    get operations() {
      return operations();
    },
    channels,
    expulsions: channelStore,
    personalData: new PersonalDataStore(database),
    history: new HistoryStore(database),
    search,
    mail,
    windows: new Windows({ mail, ...told }),
    unsent,
    sanctions,
    banList: new BanList(() => sanctions.bans(now())),
    audit: new AuditStore(database),
    atomically: (work) => transact(database, work),
    sessions: new Set(),
    get texts() {
      return settings.texts;
    },
    channelRules: settings.channelRules,
    limits: settings.limits,
    addressLimit: new AddressLimit(settings.addresses, {
      now: () => performance.now(),
      after: systemClock.after,
    }),
    turns,
    refusesPassword(peer) {
      if (peer.secure || settings.mayLogInClear(peer.address)) return undefined;
      return clearPassword(tlsPort());
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
  return services;
}

function clearPassword(port: number | undefined): ProtocolError {
  return new ProtocolError(
    "forbidden",
    port === undefined
      ? { reason: "clear_password" }
      : { reason: "clear_password_port", places: { port } },
  );
}

function countUsers(roster: Roster): { guest: number; member: number } {
  let guest = 0;
  let member = 0;
  for (const { accountId } of roster.users) accountId === null ? guest++ : member++;
  return { guest, member };
}
