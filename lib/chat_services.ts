// Puts together what the chat works with: stores over the database, and those who own state in memory.
import { Accounts } from "./auth/accounts.ts";
import type { PasswordPool } from "./auth/password_pool.ts";
import { Throttle } from "./auth/throttle.ts";
import { BanList } from "./chat/ban_list.ts";
import { Channels } from "./chat/channels.ts";
import { createDelivery } from "./chat/delivery.ts";
import { Mailbox } from "./chat/mail.ts";
import { createLocalLog } from "./chat/message_log.ts";
import type { ServerObserver } from "./chat/observer.ts";
import type { Operations } from "./chat/operations.ts";
import { Roster } from "./chat/roster.ts";
import type { Services } from "./chat/services.ts";
import type { LiveSettings } from "./live_settings.ts";
import { ProtocolError } from "./protocol/errors.ts";
import { nameKey } from "./protocol/names.ts";
import { AccountStore } from "./store/accounts.ts";
import { AuditStore } from "./store/audit.ts";
import { ChannelStore } from "./store/channels.ts";
import type { Database } from "./store/database.ts";
import { HistoryStore } from "./store/history.ts";
import { MailStore } from "./store/mail.ts";
import { MessageStore } from "./store/messages.ts";
import { SanctionStore } from "./store/sanctions.ts";
import type { Searcher } from "./store/search/desk.ts";
import { transact } from "./store/transaction.ts";

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
  readonly search: Searcher;
  /** The server as a whole, for operators; it is made after the services. */
  readonly operations: () => Operations;
  /** The port of the chat over TLS, if there is one. */
  readonly tlsPort: () => number | undefined;
  /** Makes the observer, given what it may measure. */
  readonly observe: (gauges: ChatGauges) => ServerObserver;
}

/** Makes the services of a chat that nobody has joined yet. */
export function createServices(
  { settings, database, pool, search, operations, tlsPort, observe }: ServiceParts,
): Services {
  const now = Date.now;
  const accountStore = new AccountStore(database);
  const roster = new Roster((key) => accountStore.findByKey(key) !== undefined);
  const channelStore = new ChannelStore(database);
  const channels = new Channels(channelStore, now());
  channels.configure(settings.config.channel, now());
  const sanctions = new SanctionStore(database);
  const mailStore = new MailStore(database);
  const observer = observe({
    users: () => countUsers(roster),
    channels: () => channels.size,
    mailWaiting: () => mailStore.count(),
  });
  return {
    accounts: new Accounts({
      store: accountStore,
      pool,
      throttle: new Throttle(() => performance.now()),
      rules: settings.accounts,
      now,
    }),
    accountStore,
    roster,
    log: createLocalLog({
      store: new MessageStore(database),
      listener: createDelivery({ roster, channels }, observer),
      isOnline: (name, accountId) => roster.find(nameKey(name))?.accountId === accountId,
    }),
    observer,
    get operations() {
      return operations();
    },
    channels,
    expulsions: channelStore,
    history: new HistoryStore(database),
    search,
    mail: new Mailbox(mailStore, observer),
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
    refusesPassword(peer) {
      if (peer.secure || settings.mayLogInClear(peer.address)) return undefined;
      return clearPassword(tlsPort());
    },
    get guests() {
      return settings.config.auth.guests;
    },
    now,
  };
}

function clearPassword(port: number | undefined): ProtocolError {
  const where = port === undefined ? "" : ` on port ${port}`;
  return new ProtocolError(
    "forbidden",
    `Passwords are not taken in clear here: connect with TLS${where}.`,
  );
}

function countUsers(roster: Roster): { guest: number; member: number } {
  let guest = 0;
  let member = 0;
  for (const { accountId } of roster.users) accountId === null ? guest++ : member++;
  return { guest, member };
}
